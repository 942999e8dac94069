package dev.tidegate.policy;

import dev.tidegate.check.Check;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import java.util.Objects;

/**
 * A check with the parameters that a policy gives it.
 *
 * @param onUnknown what to do when it could not be decided because of infrastructure
 */
public record Configured<P extends Record>(Check<P> check, P parameters, OnUnknown onUnknown) {
  public Configured {
    Objects.requireNonNull(check);
    Objects.requireNonNull(parameters);
    Objects.requireNonNull(onUnknown);
  }

  /** Id of the check. */
  public String id() {
    return check.descriptor().id();
  }

  /** Judges {@code subject} with these parameters. */
  public Outcome evaluate(Subject subject, Facts facts) {
    return check.evaluate(subject, parameters, facts);
  }
}
