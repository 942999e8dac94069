package dev.tidegate.check;

import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.FakeFacts;
import java.util.List;

/** Reads outcomes as short lines, so that a test states all of one at once. */
final class Outcomes {
  private Outcomes() {}

  /** The findings of a check that needs no evidence. */
  static <P extends Record> List<Finding> findings(Check<P> check, P parameters, Subject subject) {
    return findings(check.evaluate(subject, parameters, FakeFacts.none()));
  }

  /** The findings of a check. */
  static <P extends Record> List<Finding> findings(
      Check<P> check, P parameters, Subject subject, Facts facts) {
    return findings(check.evaluate(subject, parameters, facts));
  }

  private static List<Finding> findings(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Pass pass -> List.of();
      case Outcome.Fail fail -> fail.findings();
      case Outcome.Unknown unknown ->
          throw new AssertionError("unknown where a decision was expected: " + unknown);
      case Outcome.Skip skip -> throw new AssertionError("skipped: " + skip);
    };
  }

  /** {@code web: may run as root @ spec.containers[0]}; the pod as a whole has no name. */
  static List<String> lines(List<Finding> findings) {
    return findings.stream()
        .map(finding ->
            finding.container().map(name -> name + ": ").orElse("")
                + finding.problem()
                + " @ "
                + finding.field())
        .toList();
  }
}
