package dev.tidegate.policy;

import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Container;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.Subject;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Permission to violate named checks, with owner, reason and end. A finding is exempted by one
 * exemption that covers all of it, never by several together.
 *
 * @param name unique among exemptions
 * @param origin where it stands
 * @param checks ids of checks
 * @param namespaces by name; {@code *} means all, which only an exemption that names an image may
 *     say
 * @param container which containers; empty means the pod and all its containers
 * @param labels which pods; empty means all; the document must then name namespaces and an image,
 *     too
 * @param owner who answers for it
 * @param reason why
 * @param ticket where it was approved
 * @param until exclusive: from then on it exempts nothing
 */
public record Exemption(
    String name,
    Origin origin,
    Set<String> checks,
    Set<String> namespaces,
    Optional<ContainerMatch> container,
    Optional<LabelSelector> labels,
    String owner,
    String reason,
    String ticket,
    Instant until) {
  /** The namespace entry that means all. */
  public static final String EVERY_NAMESPACE = "*";

  public Exemption {
    Objects.requireNonNull(name);
    Objects.requireNonNull(origin);
    checks = Set.copyOf(checks);
    namespaces = Set.copyOf(namespaces);
    Objects.requireNonNull(container);
    Objects.requireNonNull(labels);
    Objects.requireNonNull(owner);
    Objects.requireNonNull(reason);
    Objects.requireNonNull(ticket);
    Objects.requireNonNull(until);
  }

  /** Whether it still has effect at {@code now}. */
  public boolean active(Instant now) {
    return now.isBefore(until);
  }

  /** Whether an exemption covers a finding. */
  public sealed interface Covers {
    /** It does. */
    record Yes() implements Covers {}

    /** It does not. */
    record No() implements Covers {}

    /** It would, but for a condition that cannot be known at the moment. */
    record NotKnown(Doubt doubt) implements Covers {}
  }

  /** Whether it covers {@code finding} of {@code check} about {@code subject}. */
  public Covers covers(String check, Finding finding, Subject subject, Facts facts) {
    boolean meant =
        active(facts.now())
            && checks.contains(check)
            && (namespaces.contains(EVERY_NAMESPACE) || namespaces.contains(subject.namespace()))
            && labels.map(selector -> selector.matches(subject.pod().labels())).orElse(true);
    if (!meant) {
      return new Covers.No();
    }
    return container.isEmpty()
        ? new Covers.Yes()
        : coversContainer(container.get(), finding, subject, facts);
  }

  private static Covers coversContainer(
      ContainerMatch match, Finding finding, Subject subject, Facts facts) {
    // A finding about the pod as a whole concerns containers that this exemption does not name.
    if (finding.container().isEmpty()) {
      return new Covers.No();
    }
    for (Container container : subject.pod().containers()) {
      if (container.owns(finding.field())) {
        return match.matches(container, subject.pod())
            ? match.signed(container, subject, facts)
            : new Covers.No();
      }
    }
    return new Covers.No();
  }
}
