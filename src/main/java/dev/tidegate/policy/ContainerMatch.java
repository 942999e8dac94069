package dev.tidegate.policy;

import com.google.re2j.Pattern;
import dev.tidegate.model.Container;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Role;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which containers an exemption is for. All that is said must match. The image must be said:
 * anybody may use a name, a role or arguments.
 *
 * @param image which images
 * @param name exact container name
 * @param role what it is in the pod
 * @param args matched against the whole of the arguments, joined by single spaces; a container that
 *     overrides the image's command never matches, since its arguments then mean something else
 * @param runAsUser the uid that it starts as, its own or the pod's
 * @param capabilities the most that it may add; without it a container that adds any does not match
 */
public record ContainerMatch(
    ImagePattern image,
    Optional<String> name,
    Optional<Role> role,
    Optional<Pattern> args,
    Optional<Long> runAsUser,
    Set<String> capabilities) {
  public ContainerMatch {
    Objects.requireNonNull(image);
    Objects.requireNonNull(name);
    Objects.requireNonNull(role);
    Objects.requireNonNull(args);
    Objects.requireNonNull(runAsUser);
    capabilities = Set.copyOf(capabilities);
  }

  /** Whether {@code container} of {@code pod} is meant. */
  public boolean matches(Container container, PodShape pod) {
    return ImageReference.tryParse(container.image()).map(image::matches).orElse(false)
        && name.map(container.name()::equals).orElse(true)
        && role.map(container.role()::equals).orElse(true)
        && args.map(pattern -> matchesArgs(pattern, container)).orElse(true)
        && runAsUser
            .map(uid ->
                container
                    .security()
                    .runAsUser()
                    .or(pod.security()::runAsUser)
                    .equals(Optional.of(uid)))
            .orElse(true)
        && !container.security().privileged().orElse(false)
        && capabilities.containsAll(container.security().capabilities());
  }

  private static boolean matchesArgs(Pattern pattern, Container container) {
    return container.command().isEmpty() && pattern.matches(String.join(" ", container.args()));
  }
}
