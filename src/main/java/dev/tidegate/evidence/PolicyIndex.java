package dev.tidegate.evidence;

import dev.tidegate.model.NetworkPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The policies of a namespace by one label that a pod must have to be selected, the rarest that a
 * policy asks for: of many policies a pod is compared with the few that may select it.
 */
final class PolicyIndex {
  private record Label(String key, String value) {
    static Label of(Map.Entry<String, String> entry) {
      return new Label(entry.getKey(), entry.getValue());
    }
  }

  private final List<NetworkPolicy> policies;

  /** Made when it is first asked for: while a list is read there is an index per policy. */
  private volatile @Nullable Made made;

  PolicyIndex(List<NetworkPolicy> policies) {
    this.policies = policies;
  }

  /**
   * The index itself.
   *
   * @param others those that ask for no single label: they select everything, or by expressions
   */
  private record Made(Map<Label, List<Selecting>> byLabel, List<Selecting> others) {
    static Made of(List<NetworkPolicy> policies) {
      Map<Label, Integer> wanted = new HashMap<>();
      for (NetworkPolicy policy : policies) {
        for (Map.Entry<String, String> label : policy.pods().matchLabels().entrySet()) {
          wanted.merge(Label.of(label), 1, Integer::sum);
        }
      }
      Made made = new Made(new HashMap<>(), new ArrayList<>());
      for (int i = 0; i < policies.size(); i++) {
        NetworkPolicy policy = policies.get(i);
        Selecting selecting = new Selecting(i, policy, policy.open());
        policy.pods().matchLabels().entrySet().stream()
            .map(Label::of)
            .min(Comparator.comparing(label -> wanted.getOrDefault(label, 0)))
            .map(label -> made.byLabel.computeIfAbsent(label, first -> new ArrayList<>()))
            .orElse(made.others)
            .add(selecting);
      }
      return made;
    }
  }

  private Made made() {
    Made known = made;
    if (known == null) {
      known = Made.of(policies);
      made = known; // whoever else makes one makes the same
    }
    return known;
  }

  /** The policies that select a pod with {@code labels}, in their order. */
  List<Selecting> selecting(Map<String, String> labels) {
    Made index = made();
    List<Selecting> selecting = new ArrayList<>();
    add(index.others, labels, selecting);
    if (!index.byLabel.isEmpty()) {
      for (Map.Entry<String, String> label : labels.entrySet()) {
        add(index.byLabel.getOrDefault(Label.of(label), List.of()), labels, selecting);
      }
    }
    if (selecting.size() > 1) {
      selecting.sort(Comparator.comparingInt(Selecting::place));
    }
    return selecting;
  }

  private static void add(
      List<Selecting> some, Map<String, String> labels, List<Selecting> selecting) {
    for (Selecting one : some) {
      if (one.policy().pods().matches(labels)) {
        selecting.add(one);
      }
    }
  }
}
