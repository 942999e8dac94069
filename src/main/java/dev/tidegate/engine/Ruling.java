package dev.tidegate.engine;

import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Outcome;
import dev.tidegate.policy.Mode;
import java.util.List;
import java.util.Objects;

/**
 * What one check of one policy said, and what follows.
 *
 * @param policy name of the policy, or of the deny list
 * @param mode mode of the policy
 * @param check id of the check
 * @param outcome what counts: what the check said less what is exempted
 * @param exempted findings that do not count, each with the exemption that covers it
 * @param effect what follows
 * @param strict what would follow if the policy enforced: what an audit or warn policy would have
 *     refused
 */
public record Ruling(
    String policy,
    Mode mode,
    String check,
    Outcome outcome,
    List<Exempted> exempted,
    Effect effect,
    Effect strict) {
  public Ruling {
    Objects.requireNonNull(policy);
    Objects.requireNonNull(mode);
    Objects.requireNonNull(check);
    Objects.requireNonNull(outcome);
    exempted = List.copyOf(exempted);
    Objects.requireNonNull(effect);
    Objects.requireNonNull(strict);
  }

  /** A finding and the one exemption that covers it. */
  public record Exempted(Finding finding, String exemption) {}

  /** What could not be known. */
  public List<Doubt> doubts() {
    return switch (outcome) {
      case Outcome.Fail fail -> fail.doubts();
      case Outcome.Unknown unknown -> unknown.doubts();
      case Outcome.Pass pass -> List.of();
      case Outcome.Skip skip -> List.of();
    };
  }

  /** The findings that count. */
  public List<Finding> findings() {
    return outcome instanceof Outcome.Fail fail ? fail.findings() : List.of();
  }
}
