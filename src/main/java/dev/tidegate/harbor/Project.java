package dev.tidegate.harbor;

import dev.tidegate.evidence.CveAllowList;
import java.util.Objects;

/**
 * A project, as Harbor's API tells of it.
 *
 * @param name its name
 * @param usesSystemList whether the system's list of tolerated vulnerabilities has effect there
 *     instead of its own, which is told all the same
 * @param ownList its own list
 * @param proxyCache whether it only passes on what another registry has; Harbor lets nobody but its
 *     administrators make such projects
 */
public record Project(
    String name, boolean usesSystemList, CveAllowList ownList, boolean proxyCache) {
  public Project {
    Objects.requireNonNull(name);
    Objects.requireNonNull(ownList);
  }
}
