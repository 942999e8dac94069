package dev.tidegate.evidence;

import dev.tidegate.model.Direction;
import dev.tidegate.model.NetworkPolicy;
import java.util.Objects;
import java.util.Set;

/**
 * A policy that selects a pod.
 *
 * @param place of the policy among those of its namespace
 * @param policy the policy
 * @param open the directions that it isolates and opens again, see {@link NetworkPolicy#open}
 */
public record Selecting(int place, NetworkPolicy policy, Set<Direction> open) {
  public Selecting {
    Objects.requireNonNull(policy);
    open = Set.copyOf(open);
  }
}
