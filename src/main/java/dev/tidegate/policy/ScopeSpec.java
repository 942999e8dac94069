package dev.tidegate.policy;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.PlainText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The {@code scope} of a GatePolicy. */
record ScopeSpec(
    @Field(value = "The namespaces that it applies to.", fallback = "{}") Namespaces namespaces,
    @Field("The kinds of objects that it applies to; without it, all that are judged.")
        Optional<Set<String>> kinds,
    @Field(
            "Users by exact name that it does not apply to, for instance"
                + " system:serviceaccount:tidegate:tidegate. Groups are not matched.")
        Set<String> excludeUsers) {
  /** The kinds of objects that are judged. */
  static final List<String> JUDGED =
      List.of(
          "Pod",
          "Deployment",
          "ReplicaSet",
          "StatefulSet",
          "DaemonSet",
          "ReplicationController",
          "Job",
          "CronJob",
          "PodTemplate",
          "Rollout");

  ScopeSpec {
    kinds = kinds.map(Set::copyOf);
    excludeUsers = Set.copyOf(excludeUsers);
    kinds.ifPresent(ScopeSpec::checkKinds);
    for (String user : excludeUsers) {
      if (user.indexOf('*') >= 0) {
        throw new InvalidField(
            "excludeUsers",
            "\"" + user + "\" can match no user",
            "write exact names of users; * has no meaning here");
      }
    }
  }

  private static void checkKinds(Set<String> kinds) {
    if (kinds.isEmpty()) {
      throw new InvalidField(
          "kinds", "an empty list can match nothing", "remove the field, or name kinds");
    }
    List<String> never =
        kinds.stream()
            .filter(kind -> !JUDGED.contains(kind))
            .sorted()
            .map(PlainText::quote)
            .toList();
    if (!never.isEmpty()) {
      throw new InvalidField(
          "kinds",
          String.join(", ", never) + (never.size() == 1 ? " is" : " are") + " never judged",
          "write some of " + String.join(", ", JUDGED));
    }
  }

  /** Which namespaces. */
  record Namespaces(
      @Field("Exact names; without it, all.") Optional<Set<String>> names,
      @Field("Labels that the namespace must all have with these values.")
          Map<String, String> matchLabels,
      @Field("Further conditions on the namespace's labels that must all hold.")
          List<SelectorSpec.Requirement> matchExpressions,
      @Field("Exact names of namespaces that it does not apply to, whatever else matches.")
          Set<String> exclude) {
    Namespaces {
      names = names.map(Set::copyOf);
      matchLabels = Map.copyOf(matchLabels);
      matchExpressions = List.copyOf(matchExpressions);
      exclude = Set.copyOf(exclude);
      names.ifPresent(some -> {
        if (some.isEmpty()) {
          throw new InvalidField(
              "names", "an empty list can match nothing", "remove the field, or name namespaces");
        }
        Names.namespaces("names", some);
      });
      Names.namespaces("exclude", exclude);
      for (String name : new TreeSet<>(names.orElse(Set.of()))) {
        if (exclude.contains(name)) {
          throw new InvalidField(
              "exclude",
              "namespace " + name + " is in names and in exclude",
              "remove it from one of the two");
        }
      }
      SelectorSpec.selector(matchLabels, matchExpressions);
    }

    private Optional<LabelSelector> labels() {
      LabelSelector selector = SelectorSpec.selector(matchLabels, matchExpressions);
      return selector.isEmpty() ? Optional.empty() : Optional.of(selector);
    }
  }

  /** The scope that this writes. */
  Scope scope() {
    return new Scope(
        namespaces.names().orElse(Set.of()),
        namespaces.exclude(),
        namespaces.labels(),
        kinds.orElse(Set.of()),
        excludeUsers);
  }
}
