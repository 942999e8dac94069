package dev.tidegate.policy;

import dev.tidegate.document.Problem;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What came of reading policies.
 *
 * @param set the policies; empty when there was any error, since a set with a part missing would
 *     judge otherwise than was written
 * @param problems all that is wrong, by file and line
 */
public record Loaded(Optional<PolicySet> set, List<Problem> problems) {
  public Loaded {
    Objects.requireNonNull(set);
    problems = List.copyOf(problems);
  }

  /**
   * Whether the set has no problem at all, not even an ended exemption: what linting and the
   * command line demand.
   */
  public boolean spotless() {
    return set.isPresent() && problems.isEmpty();
  }
}
