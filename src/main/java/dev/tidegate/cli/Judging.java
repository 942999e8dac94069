package dev.tidegate.cli;

import dev.tidegate.engine.Gate;
import dev.tidegate.engine.Rounds;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.evidence.EvidenceStore;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Owner;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.PolicySet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judges subjects one after the other with the engine that the webhook has. */
final class Judging {
  /** Time for one subject; everything is at hand, so it is never needed. */
  static final Duration LONGEST = Duration.ofSeconds(30);

  private final Rounds rounds;
  private final Environment environment;

  Judging(PolicySet policies, EvidenceStore evidence, Invocation invocation) {
    this.environment = invocation.environment();
    Gate gate =
        new Gate((check, defect) -> {
          invocation.err().println("tidegate: a defect stopped check " + check);
          defect.printStackTrace(invocation.err());
        });
    this.rounds =
        new Rounds(
            gate, () -> policies, evidence, environment.clock(), Duration.ZERO, Runnable::run);
  }

  /** The engine, for whoever brings subjects of its own. */
  Rounds rounds() {
    return rounds;
  }

  /** The verdict that the webhook would reach about the object itself. */
  Verdict asAdmitted(Subject subject) {
    return rounds
        .within(subject, Deadline.in(LONGEST, environment.ticker()))
        .toCompletableFuture()
        .join();
  }

  /**
   * The verdict on a controller as if its pods were created, and on a pod as it is. At admission a
   * controller is usually only warned about, because its pods are judged again; nobody would judge
   * them again after a run in CI. Policies that are for the controller's kind but not for pods
   * count as they would at admission.
   */
  Verdict asPods(Subject subject) {
    Verdict itself = asAdmitted(subject);
    if (subject.isPod()) {
      return itself;
    }
    Verdict pod = asAdmitted(podOf(subject));
    List<Ruling> rulings = new ArrayList<>(pod.rulings());
    for (Ruling ruling : itself.rulings()) {
      if (pod.rulings().stream().noneMatch(of -> of.policy().equals(ruling.policy()))) {
        rulings.add(ruling);
      }
    }
    return new Verdict(
        pod.at(),
        pod.generation(),
        pod.fingerprint(),
        pod.uncovered() && itself.uncovered(),
        rulings,
        Math.max(pod.rounds(), itself.rounds()));
  }

  private static Subject podOf(Subject controller) {
    ObjectName object = controller.object();
    return new Subject(
        new ObjectName("", "Pod", object.namespace(), object.name() + "-*"),
        Optional.of(new Owner(object.kind(), object.name())),
        controller.operation(),
        controller.requester(),
        controller.pod(),
        Optional.empty(),
        false);
  }
}
