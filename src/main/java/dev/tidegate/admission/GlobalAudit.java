package dev.tidegate.admission;

import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Pin;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.report.DenialText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Lets everything through, says so in every answer, and says as warnings what would be refused. By
 * its type it cannot refuse.
 */
public final class GlobalAudit implements Answering<Answer.Admit> {
  private static final String LOUD =
      "tidegate is switched to audit for all policies: it refuses nothing";
  private static final String MODE = "global-audit";

  @Override
  public Answer.Admit judged(Subject subject, Verdict verdict, String uid) {
    Verdict mild = withoutRefusals(verdict);
    Map<String, String> audit = Enforcing.audit(subject, mild, uid);
    if (verdict.effect().refuses()) {
      audit.put("would-deny", "true");
    }
    audit.put("mode", MODE);
    return new Answer.Admit(loud(DenialText.warnings(subject, mild)), audit);
  }

  private static Verdict withoutRefusals(Verdict verdict) {
    return new Verdict(
        verdict.at(),
        verdict.generation(),
        verdict.fingerprint(),
        verdict.uncovered(),
        verdict.rulings().stream().map(GlobalAudit::warning).toList(),
        verdict.rounds());
  }

  private static Ruling warning(Ruling ruling) {
    return ruling.effect().refuses() ? ruling.with(Effect.WARN) : ruling;
  }

  @Override
  public Answer.Admit pinned(Subject subject, List<Pin> pins, String uid) {
    return new Answer.Admit(loud(List.of()), Map.of()); // validation tells the decision
  }

  @Override
  public Answer.Admit undecided(Undecided undecided, PolicySet policies, String uid) {
    return new Answer.Admit(
        loud(List.of(Enforcing.sentence(undecided))),
        Enforcing.undecidedAudit(undecided, MODE, uid));
  }

  @Override
  public Answer.Admit notJudged(String why) {
    return new Answer.Admit(
        loud(List.of()), Map.of("decision", "not-judged", "reason", why, "mode", MODE));
  }

  private static List<String> loud(List<String> warnings) {
    List<String> all = new ArrayList<>();
    all.add(LOUD);
    all.addAll(warnings);
    return all;
  }

  @Override
  public boolean auditOnly() {
    return true;
  }
}
