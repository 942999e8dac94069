package dev.tidegate.engine;

import dev.tidegate.check.Check;
import dev.tidegate.check.CheckDescriptor;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Configured;
import dev.tidegate.policy.GatePolicy;
import dev.tidegate.policy.OnUnknown;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.policy.Scope;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Judges a subject against all policies with what is known. Pure: no I/O, no thread, no clock;
 * equal arguments give equal verdicts.
 */
public final class Gate {
  /** Id under which it appears that a policy's scope could not be decided. */
  public static final String SCOPE = "scope";

  private final Mishaps mishaps;

  /** A gate that tells {@code mishaps} of defects in checks. */
  public Gate(Mishaps mishaps) {
    this.mishaps = mishaps;
  }

  /** The verdict on {@code subject}. What was missing is noted by {@code facts}. */
  public Verdict judge(Subject subject, PolicySet policies, Facts facts) {
    List<Ruling> rulings = new ArrayList<>(DenyLists.judge(policies.denyLists(), subject));
    List<GatePolicy> applying = new ArrayList<>();
    for (GatePolicy policy : policies.policies()) {
      switch (policy.scope().covers(subject, facts)) {
        case Scope.Match.Yes yes -> applying.add(policy);
        case Scope.Match.No no -> {}
        case Scope.Match.Unknown unknown ->
            rulings.add(
                ruling(
                    policy,
                    SCOPE,
                    OnUnknown.DENY,
                    new Exemptions(Outcome.unknown(unknown.doubt()), List.of()),
                    subject));
      }
    }
    boolean uncovered = applying.isEmpty() && rulings.isEmpty();
    List<Case> gating = new ArrayList<>();
    List<Case> others = new ArrayList<>();
    for (GatePolicy policy : applying) {
      for (Configured<?> configured : policy.checks()) {
        CheckDescriptor check = configured.check().descriptor();
        (check.gatesImages() ? gating : others).add(new Case(policy, configured, check.id()));
      }
    }
    judge(gating, subject, policies, subject, facts, rulings);
    List<Pin> pins = Pins.of(subject, applying, rulings, facts);
    judge(others, withoutRefusedImages(subject, rulings), policies, subject, facts, rulings);
    return new Verdict(
        facts.now(), policies.generation(), policies.fingerprint(), uncovered, rulings, pins, 1);
  }

  /** A check that a policy has. */
  private record Case(GatePolicy policy, Configured<?> configured, String check) {}

  /**
   * Judges the checks that decide which images may be used at all, or the others.
   *
   * @param open the subject with the containers whose image may be used: only these are seen by
   *     checks that read images
   */
  private void judge(
      List<Case> cases,
      Subject open,
      PolicySet policies,
      Subject subject,
      Facts facts,
      List<Ruling> rulings) {
    // Checks are pure: the same one with the same parameters says the same for every policy that
    // has it. Equal parameters of one set are one object, so no admission compares them.
    IdentityHashMap<Record, Exemptions> said = new IdentityHashMap<>();
    IdentityHashMap<Check<?>, List<Record>> together = new IdentityHashMap<>();
    for (Case one : cases) {
      together
          .computeIfAbsent(one.configured().check(), check -> new ArrayList<>())
          .add(one.configured().parameters());
    }
    for (Case one : cases) {
      Configured<?> configured = one.configured();
      Exemptions counted = said.get(configured.parameters());
      if (counted == null) {
        List<Record> all = together.getOrDefault(configured.check(), List.of());
        counted =
            Exemptions.apply(
                policies.exemptions(),
                one.check(),
                evaluate(one, all, subject, open, facts),
                subject,
                facts);
        said.put(configured.parameters(), counted);
      }
      rulings.add(ruling(one.policy(), one.check(), configured.onUnknown(), counted, subject));
    }
  }

  private Outcome evaluate(
      Case one, List<Record> together, Subject subject, Subject open, Facts facts) {
    Set<Input> inputs = one.configured().inputs();
    if (!subject.changed(inputs)) {
      return new Outcome.Skip("nothing that this check reads was changed");
    }
    try {
      return one.configured()
          .evaluate(inputs.contains(Input.IMAGES) ? open : subject, together, facts);
    } catch (RuntimeException defect) {
      mishaps.inCheck(one.check(), defect);
      return Outcome.unknown(
          Doubt.of(Cause.BUG, "a defect of the gate stopped this check; its log says more"));
    }
  }

  private static Ruling ruling(
      GatePolicy policy, String check, OnUnknown onUnknown, Exemptions counted, Subject subject) {
    Effect strict = FailureRules.strict(counted.outcome(), onUnknown);
    return new Ruling(
        policy.name(),
        policy.mode(),
        check,
        counted.outcome(),
        counted.exempted(),
        FailureRules.effect(strict, policy.mode(), policy.controllers(), subject),
        strict);
  }

  /**
   * The subject without the containers whose image is refused already. Only a ruling that refuses
   * counts: a finding of a policy that merely warns must not hide an image from the checks of one
   * that enforces.
   */
  private static Subject withoutRefusedImages(Subject subject, List<Ruling> rulings) {
    List<String> refused =
        rulings.stream()
            .filter(ruling -> ruling.effect().refuses())
            .flatMap(ruling -> ruling.findings().stream())
            .filter(finding -> finding.container().isPresent())
            .map(Finding::field)
            .toList();
    if (refused.isEmpty()) {
      return subject;
    }
    return subject.with(
        subject.pod().containers().stream()
            .filter(container -> refused.stream().noneMatch(container::owns))
            .toList());
  }
}
