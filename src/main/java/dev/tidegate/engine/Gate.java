package dev.tidegate.engine;

import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Exemption;
import dev.tidegate.policy.PolicySet;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges a subject against all policies with what is known. Pure: no I/O, no thread, no clock;
 * equal arguments give equal verdicts.
 */
public final class Gate {
  /** Id under which it appears that a policy's scope could not be decided. */
  public static final String SCOPE = Plans.SCOPE;

  private final Mishaps mishaps;

  /** Of the set that was judged by last: sets change rarely, and only ever to another one. */
  private volatile Plans plans = new Plans(PolicySet.EMPTY);

  /** A gate that tells {@code mishaps} of defects in checks. */
  public Gate(Mishaps mishaps) {
    this.mishaps = mishaps;
  }

  /** The verdict on {@code subject}. What was missing is noted by {@code facts}. */
  public Verdict judge(Subject subject, PolicySet policies, Facts facts) {
    Plans known = plans;
    if (known.set() != policies) {
      known = new Plans(policies);
      plans = known;
    }
    return judge(subject, known, facts);
  }

  private Verdict judge(Subject subject, Plans plans, Facts facts) {
    PolicySet policies = plans.set();
    Rulings rulings = new Rulings();
    DenyLists.judge(policies.denyLists(), subject, rulings);
    Plan plan = plans.of(subject, facts, rulings);
    boolean uncovered = !plan.covered() && rulings.isEmpty();
    judge(plan.gating(), subject, plans.exemptions(), subject, facts, rulings);
    List<Ruling> ofImages = rulings.toList();
    List<Pin> pins = plan.pinning() ? Pins.of(subject, ofImages, facts) : List.of();
    Subject open = withoutRefusedImages(subject, ofImages);
    judge(plan.others(), open, plans.exemptions(), subject, facts, rulings);
    return new Verdict(
        facts.now(),
        policies.generation(),
        policies.fingerprint(),
        uncovered,
        rulings.toList(),
        pins,
        1);
  }

  /**
   * Judges the checks that decide which images may be used at all, or the others.
   *
   * @param open the subject with the containers whose image may be used: only these are seen by
   *     checks that read images
   */
  private void judge(
      Plan.Stage stage,
      Subject open,
      ExemptionIndex exemptions,
      Subject subject,
      Facts facts,
      Rulings rulings) {
    List<List<Exemptions>> answers = new ArrayList<>(stage.questions().size());
    for (Question<?> question : stage.questions()) {
      List<Exemption> permitted = exemptions.of(question.id(), subject.namespace());
      List<Exemptions> counted = new ArrayList<>(question.asked().size());
      for (Outcome said : question.judge(subject, open, facts, mishaps)) {
        counted.add(Exemptions.apply(permitted, question.id(), said, subject, facts));
      }
      answers.add(counted);
    }
    for (Plan.Party party : stage.parties()) {
      rulings.add(
          stage.questions().get(party.question()).id(),
          party.deals(),
          party.policies(),
          answers.get(party.question()).get(party.asked()),
          subject);
    }
  }

  /**
   * The subject without the containers whose image is refused already. Only a ruling that refuses
   * counts: a finding of a policy that merely warns must not hide an image from the checks of one
   * that enforces.
   */
  private static Subject withoutRefusedImages(Subject subject, List<Ruling> rulings) {
    List<String> refused = new ArrayList<>();
    for (Ruling ruling : rulings) {
      if (ruling.effect().refuses()) {
        for (Finding finding : ruling.findings()) {
          if (finding.container().isPresent()) {
            refused.add(finding.field());
          }
        }
      }
    }
    if (refused.isEmpty()) {
      return subject;
    }
    return subject.with(
        subject.pod().containers().stream()
            .filter(container -> refused.stream().noneMatch(container::owns))
            .toList());
  }
}
