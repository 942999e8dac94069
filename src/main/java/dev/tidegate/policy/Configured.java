package dev.tidegate.policy;

import dev.tidegate.check.Check;
import dev.tidegate.model.Input;
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
}
