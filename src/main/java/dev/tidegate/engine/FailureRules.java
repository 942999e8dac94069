package dev.tidegate.engine;

import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.ForControllers;
import dev.tidegate.policy.Mode;
import dev.tidegate.policy.OnUnknown;
import java.util.List;

/**
 * From what a check said to what follows, in one place. Everything that is not named here refuses.
 *
 * <p>The rules are those of the policy language: "Unknown", "Special pods", and that controllers
 * are warned about unless the policy says deny.
 */
final class FailureRules {
  private FailureRules() {}

  /** What follows if the policy enforces. */
  static Effect strict(Outcome outcome, OnUnknown onUnknown) {
    return switch (outcome) {
      case Outcome.Pass pass -> Effect.NONE;
      case Outcome.Skip skip -> Effect.NONE;
      case Outcome.Fail fail ->
          fail.findings().stream().allMatch(finding -> finding.owingUntil().isPresent())
              ? greater(Effect.ADMIT_OWING, undecided(fail.doubts(), onUnknown))
              : Effect.REFUSE;
      case Outcome.Unknown unknown -> undecided(unknown.doubts(), onUnknown);
    };
  }

  private static Effect undecided(List<Doubt> doubts, OnUnknown onUnknown) {
    Effect effect = Effect.NONE;
    for (Doubt doubt : doubts) {
      effect = greater(effect, undecided(doubt.cause(), onUnknown));
    }
    return effect;
  }

  private static Effect undecided(Cause cause, OnUnknown onUnknown) {
    return switch (cause.kind()) {
      case INCOMPLETE -> Effect.WARN;
      case INFRASTRUCTURE ->
          onUnknown == OnUnknown.ADMIT ? Effect.ADMIT_OWING : Effect.REFUSE_UNDECIDED;
      case INPUT -> Effect.REFUSE_UNDECIDED;
    };
  }

  /** What really follows, given what would follow if the policy enforced. */
  static Effect effect(Effect strict, Mode mode, ForControllers controllers, Subject subject) {
    return switch (mode) {
      case AUDIT -> Effect.NONE;
      case WARN -> atMostWarn(strict);
      case ENFORCE ->
          subject.mirror() || !(subject.isPod() || controllers == ForControllers.DENY)
              ? atMostWarn(strict)
              : strict;
    };
  }

  private static Effect atMostWarn(Effect effect) {
    return effect.compareTo(Effect.WARN) < 0 ? effect : Effect.WARN;
  }

  private static Effect greater(Effect one, Effect other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
