package dev.tidegate.policy;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.LabelSelector.Operator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A label selector as it is written. */
record SelectorSpec(
    @Field("Labels that must all be there with these values.") Map<String, String> matchLabels,
    @Field("Further conditions that must all hold.") List<Requirement> matchExpressions) {
  SelectorSpec {
    matchLabels = Map.copyOf(matchLabels);
    matchExpressions = List.copyOf(matchExpressions);
    selector(matchLabels, matchExpressions);
  }

  /** A condition on one label, as it is written. */
  record Requirement(
      @Field("Key of the label.") String key,
      @Field("In, NotIn, Exists or DoesNotExist.") Operator operator,
      @Field("The values for In and NotIn; none for the others.") Set<String> values) {
    Requirement {
      values = Set.copyOf(values);
    }
  }

  /** The selector that this writes. */
  LabelSelector selector() {
    return selector(matchLabels, matchExpressions);
  }

  /**
   * The selector of both parts.
   *
   * @throws InvalidField naming {@code matchLabels} or {@code matchExpressions}, if one cannot be
   *     so or nothing could satisfy all of them
   */
  static LabelSelector selector(
      Map<String, String> matchLabels, List<Requirement> matchExpressions) {
    for (Map.Entry<String, String> label : new TreeMap<>(matchLabels).entrySet()) {
      in("matchLabels." + label.getKey(), () -> new LabelSelector(Map.ofEntries(label), List.of()));
    }
    List<LabelSelector.Requirement> requirements = new ArrayList<>();
    for (int i = 0; i < matchExpressions.size(); i++) {
      Requirement written = matchExpressions.get(i);
      String field = "matchExpressions[" + i + "]";
      requirements.add(
          in(
              field,
              () ->
                  new LabelSelector.Requirement(
                      written.key(), written.operator(), written.values())));
      if (impossible(written.key(), matchLabels, matchExpressions)) {
        throw new InvalidField(
            field,
            "the conditions on label " + written.key() + " contradict each other",
            "remove one of them; as it is, nothing can match");
      }
    }
    return new LabelSelector(matchLabels, requirements);
  }

  private static <T> T in(String field, Supplier<T> making) {
    try {
      return making.get();
    } catch (BadValue bad) {
      throw new InvalidField(field, bad.problem(), bad.fix());
    }
  }

  private static boolean impossible(
      String key, Map<String, String> labels, List<Requirement> expressions) {
    Set<String> allowed = null;
    Set<String> forbidden = new HashSet<>();
    boolean there = labels.containsKey(key);
    boolean absent = false;
    if (there) {
      allowed = new HashSet<>(Set.of(labels.getOrDefault(key, "")));
    }
    for (Requirement requirement : expressions) {
      if (!requirement.key().equals(key)) {
        continue;
      }
      switch (requirement.operator()) {
        case IN -> {
          there = true;
          if (allowed == null) {
            allowed = new HashSet<>(requirement.values());
          } else {
            allowed.retainAll(requirement.values());
          }
        }
        case NOT_IN -> forbidden.addAll(requirement.values());
        case EXISTS -> there = true;
        case DOES_NOT_EXIST -> absent = true;
      }
    }
    return (there && absent) || (allowed != null && forbidden.containsAll(allowed));
  }
}
