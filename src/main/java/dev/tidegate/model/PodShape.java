package dev.tidegate.model;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pod as checks see it: one that is being created or changed, or the one that a controller's
 * template will make.
 *
 * @param labels the pod's own labels
 * @param field path of the pod spec from the root of the object that was sent: {@code spec}, {@code
 *     spec.template.spec}, …
 * @param containers every container and image volume, in the order init (with sidecars), main,
 *     ephemeral, image volumes
 * @param security the pod's security context
 * @param resources requests and limits of the pod as a whole (Kubernetes 1.32 and newer)
 * @param hostNetwork whether the pod uses the node's network, which no NetworkPolicy covers
 * @param hostUsers {@code false} when the pod runs in a user namespace of its own
 * @param windows whether {@code spec.os.name} is {@code windows}
 */
public record PodShape(
    Map<String, String> labels,
    String field,
    List<Container> containers,
    SecurityContext security,
    Resources resources,
    boolean hostNetwork,
    Optional<Boolean> hostUsers,
    boolean windows) {
  public PodShape {
    labels = Map.copyOf(labels);
    Objects.requireNonNull(field);
    containers = List.copyOf(containers);
    Objects.requireNonNull(security);
    Objects.requireNonNull(resources);
    Objects.requireNonNull(hostUsers);
  }

  /** A pod of one container, of which no more is said than its name and image. */
  public static PodShape of(String container, String image) {
    return new PodShape(
        Map.of(),
        "spec",
        List.of(
            new Container(
                container,
                Role.MAIN,
                "spec.containers[0]",
                image,
                SecurityContext.NONE,
                Resources.NONE,
                List.of(),
                List.of())),
        SecurityContext.NONE,
        Resources.NONE,
        false,
        Optional.empty(),
        false);
  }

  /** The containers that run a process: all but image volumes. */
  public Stream<Container> running() {
    return containers.stream().filter(container -> container.role().runs());
  }

  /** This pod with only {@code kept} of its containers. */
  public PodShape with(List<Container> kept) {
    return new PodShape(labels, field, kept, security, resources, hostNetwork, hostUsers, windows);
  }
}
