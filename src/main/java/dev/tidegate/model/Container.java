package dev.tidegate.model;

import java.util.List;
import java.util.Objects;

/**
 * One container or image volume of a pod. The one enumeration of them is {@link
 * PodShape#containers()}.
 *
 * @param name as written; unique within the pod but for image volumes, which have a namespace of
 *     their own
 * @param role what it is in the pod
 * @param field path from the root of the object that was sent, for instance {@code
 *     spec.containers[0]}
 * @param image the image's text as written; empty when there is none
 * @param security its own security context; the pod's is in {@link PodShape#security()}
 * @param resources its own requests and limits
 * @param command overrides the image's entrypoint when not empty
 * @param args overrides the image's arguments when not empty
 */
public record Container(
    String name,
    Role role,
    String field,
    String image,
    SecurityContext security,
    Resources resources,
    List<String> command,
    List<String> args) {
  public Container {
    Objects.requireNonNull(name);
    Objects.requireNonNull(role);
    Objects.requireNonNull(field);
    Objects.requireNonNull(image);
    Objects.requireNonNull(security);
    Objects.requireNonNull(resources);
    command = List.copyOf(command);
    args = List.copyOf(args);
  }

  /** Whether {@code path} is this container's field or lies below it. */
  public boolean owns(String path) {
    return path.startsWith(field)
        && (path.length() == field.length() || path.charAt(field.length()) == '.');
  }
}
