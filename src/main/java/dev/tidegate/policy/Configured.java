package dev.tidegate.policy;

import dev.tidegate.check.Check;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import java.util.List;
import java.util.Objects;
import java.util.Set;

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

  /** The parts of a pod that it reads. */
  public Set<Input> inputs() {
    return check.inputs(parameters);
  }

  /**
   * Judges {@code subject} with these parameters.
   *
   * @param all the parameters of this check in every policy that applies, these among them
   */
  @SuppressWarnings("unchecked") // one check has parameters of one type
  public Outcome evaluate(Subject subject, List<? extends Record> all, Facts facts) {
    return check.evaluate(subject, parameters, (List<P>) all, facts);
  }
}
