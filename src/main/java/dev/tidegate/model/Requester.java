package dev.tidegate.model;

import java.util.List;
import java.util.Objects;

/**
 * Who asks, as the API server authenticated them.
 *
 * @param name user name, for instance {@code system:serviceaccount:shop:deployer}
 * @param groups the groups of that user
 */
public record Requester(String name, List<String> groups) {
  public Requester {
    Objects.requireNonNull(name);
    groups = List.copyOf(groups);
  }

  /** Whether the user is in {@code group}. */
  public boolean in(String group) {
    return groups.contains(group);
  }
}
