package dev.tidegate.policy;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.NamespaceLabels;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.Subject;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a policy applies to. Only what the pod's author does not control counts: namespace, kind and
 * user, never labels or names of the pod.
 *
 * @param names namespaces by name; empty means all
 * @param excluded namespaces by name that it does not apply to
 * @param labels namespaces by label; empty means all
 * @param kinds kinds of objects; empty means all that are judged
 * @param excludedUsers users by exact name that it does not apply to
 */
public record Scope(
    Set<String> names,
    Set<String> excluded,
    Optional<LabelSelector> labels,
    Set<String> kinds,
    Set<String> excludedUsers) {
  /** Everything. */
  public static final Scope EVERYTHING =
      new Scope(Set.of(), Set.of(), Optional.empty(), Set.of(), Set.of());

  public Scope {
    names = Set.copyOf(names);
    excluded = Set.copyOf(excluded);
    Objects.requireNonNull(labels);
    kinds = Set.copyOf(kinds);
    excludedUsers = Set.copyOf(excludedUsers);
  }

  /** Whether a policy applies; "don't know" is an answer of its own, never "no". */
  public sealed interface Match {
    /** It applies. */
    record Yes() implements Match {}

    /** It does not apply. */
    record No() implements Match {}

    /** The labels of the namespace could not be known. */
    record Unknown(Doubt doubt) implements Match {}
  }

  /** Whether this covers {@code subject} as it shall be. */
  public Match covers(Subject subject, Facts facts) {
    String namespace = subject.namespace();
    if (excluded.contains(namespace)
        || !(names.isEmpty() || names.contains(namespace))
        || !(kinds.isEmpty() || kinds.contains(subject.object().kind()))
        || excludedUsers.contains(subject.requester().name())) {
      return new Match.No();
    }
    if (labels.isEmpty()) {
      return new Match.Yes();
    }
    return switch (facts.get(new NamespaceLabels(namespace))) {
      case Evidence.Present<Map<String, String>> present -> ofLabels(present.value());
      // Nothing can be created in a namespace that does not exist; should it happen all the same,
      // the policy applies.
      case Evidence.Absent<Map<String, String>> absent -> new Match.Yes();
      case Evidence.Unavailable<Map<String, String>> unavailable ->
          new Match.Unknown(unavailable.doubt());
    };
  }

  private Match ofLabels(Map<String, String> of) {
    return labels.orElseThrow().matches(of) ? new Match.Yes() : new Match.No();
  }
}
