package dev.tidegate.model;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The part of a pod's or container's {@code securityContext} that checks and exemptions look at;
 * empty means "not said", which for a container means "as the pod says".
 *
 * @param runAsNonRoot whether the kubelet must refuse to start as uid 0
 * @param runAsUser the uid to start as
 * @param privileged containers only: whether all isolation is off
 * @param capabilities containers only: names in {@code capabilities.add}, as written
 */
public record SecurityContext(
    Optional<Boolean> runAsNonRoot,
    Optional<Long> runAsUser,
    Optional<Boolean> privileged,
    Set<String> capabilities) {
  /** Nothing said. */
  public static final SecurityContext NONE =
      new SecurityContext(Optional.empty(), Optional.empty(), Optional.empty(), Set.of());

  public SecurityContext {
    Objects.requireNonNull(runAsNonRoot);
    Objects.requireNonNull(runAsUser);
    Objects.requireNonNull(privileged);
    capabilities = Set.copyOf(capabilities);
  }
}
