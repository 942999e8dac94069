package dev.tidegate.engine;

import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Outcome;
import dev.tidegate.policy.Mode;
import java.util.List;
import java.util.Objects;

/**
 * What one check said for policies to which it says the same, and what follows.
 *
 * @param policies names of the policies, or of the deny list; at least one
 * @param mode mode of these policies
 * @param check id of the check
 * @param outcome what counts: what the check said less what is exempted
 * @param exempted findings that do not count, each with the exemption that covers it
 * @param effect what follows
 * @param strict what would follow if the policy enforced: what an audit or warn policy would have
 *     refused
 */
public record Ruling(
    List<String> policies,
    Mode mode,
    String check,
    Outcome outcome,
    List<Exempted> exempted,
    Effect effect,
    Effect strict) {
  public Ruling {
    policies = List.copyOf(policies);
    if (policies.isEmpty()) {
      throw new IllegalArgumentException("a ruling is that of at least one policy");
    }
    Objects.requireNonNull(mode);
    Objects.requireNonNull(check);
    Objects.requireNonNull(outcome);
    exempted = List.copyOf(exempted);
    Objects.requireNonNull(effect);
    Objects.requireNonNull(strict);
  }

  /** A finding and the one exemption that covers it. */
  public record Exempted(Finding finding, String exemption) {}

  /** Whether {@code other} is the same but for its policies. */
  boolean saysAs(Ruling other) {
    return mode == other.mode
        && effect == other.effect
        && strict == other.strict
        && check.equals(other.check)
        && outcome.equals(other.outcome)
        && exempted.equals(other.exempted);
  }

  /** The same of {@code policies}. */
  public Ruling of(List<String> policies) {
    return new Ruling(policies, mode, check, outcome, exempted, effect, strict);
  }

  /** The same with another effect. */
  public Ruling with(Effect effect) {
    return new Ruling(policies, mode, check, outcome, exempted, effect, strict);
  }

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
