package dev.tidegate.workload;

import dev.tidegate.model.Container;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Resources;
import dev.tidegate.model.Role;
import dev.tidegate.model.SecurityContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a pod spec (core/v1 PodSpec) and lists its containers and image volumes, the one place
 * where this is done.
 */
final class PodSpecReader {
  /** Containers and image volumes of a pod in all; etcd's object size allows many thousands. */
  static final int MOST = 512;

  private final String field;
  private List<Container> init = List.of();
  private List<Container> main = List.of();
  private List<Container> ephemeral = List.of();
  private List<Container> imageVolumes = List.of();
  private SecurityContext security = SecurityContext.NONE;
  private Resources resources = Resources.NONE;
  private boolean hostNetwork;
  private Optional<Boolean> hostUsers = Optional.empty();
  private boolean windows;

  private PodSpecReader(String field) {
    this.field = field;
  }

  /** Reads the pod spec at {@code field}; {@code null} is one without anything. */
  static PodSpecReader read(Cursor at, String field) throws IOException, BadDocument {
    PodSpecReader spec = new PodSpecReader(field);
    if (at.object()) {
      for (String name = at.next(); name != null; name = at.next()) {
        spec.take(name, at);
      }
    }
    return spec;
  }

  static PodSpecReader empty(String field) {
    return new PodSpecReader(field);
  }

  private void take(String name, Cursor at) throws IOException, BadDocument {
    switch (name) {
      case "initContainers" -> init = containers(at, name, Role.INIT);
      case "containers" -> main = containers(at, name, Role.MAIN);
      case "ephemeralContainers" -> ephemeral = containers(at, name, Role.EPHEMERAL);
      case "volumes" -> imageVolumes = imageVolumes(at);
      case "securityContext" -> security = ContainerReader.security(at);
      case "resources" -> resources = ContainerReader.resources(at);
      case "hostNetwork" -> hostNetwork = at.flag().orElse(false);
      case "hostUsers" -> hostUsers = at.flag();
      case "os" -> windows = osName(at).equals("windows");
      default -> at.skip();
    }
  }

  /** Whether it says nothing that a pod could run. */
  boolean isEmpty() {
    return init.isEmpty() && main.isEmpty() && ephemeral.isEmpty() && imageVolumes.isEmpty();
  }

  /**
   * The pod with {@code labels}.
   *
   * @throws BadDocument if it has no container: such a pod is malformed, not harmless
   */
  PodShape pod(Map<String, String> labels) throws BadDocument {
    if (main.isEmpty()) {
      throw BadDocument.malformed(
          field + ".containers", "is missing or empty; a pod has at least one container");
    }
    List<Container> all =
        new ArrayList<>(init.size() + main.size() + ephemeral.size() + imageVolumes.size());
    all.addAll(init);
    all.addAll(main);
    all.addAll(ephemeral);
    all.addAll(imageVolumes);
    if (all.size() > MOST) {
      throw BadDocument.tooLarge(field, "has more than " + MOST + " containers and image volumes");
    }
    return new PodShape(labels, field, all, security, resources, hostNetwork, hostUsers, windows);
  }

  private List<Container> containers(Cursor at, String list, Role role)
      throws IOException, BadDocument {
    if (!at.list()) {
      return List.of();
    }
    List<Container> containers = new ArrayList<>();
    while (at.element()) {
      if (containers.size() == MOST) {
        throw at.tooMany(MOST, "containers");
      }
      String path = field + "." + list + "[" + containers.size() + "]";
      containers.add(ContainerReader.read(at, path, role));
    }
    return containers;
  }

  private List<Container> imageVolumes(Cursor at) throws IOException, BadDocument {
    if (!at.list()) {
      return List.of();
    }
    List<Container> volumes = new ArrayList<>();
    for (int i = 0; at.element(); i++) {
      Optional<Container> volume = imageVolume(at, field + ".volumes[" + i + "]");
      if (volume.isPresent()) {
        if (volumes.size() == MOST) {
          throw at.tooMany(MOST, "image volumes");
        }
        volumes.add(volume.get());
      }
    }
    return volumes;
  }

  private static Optional<Container> imageVolume(Cursor at, String path)
      throws IOException, BadDocument {
    if (!at.object()) {
      return Optional.empty();
    }
    String name = "";
    Optional<String> image = Optional.empty();
    for (String part = at.next(); part != null; part = at.next()) {
      switch (part) {
        case "name" -> name = at.text();
        case "image" -> image = at.isNull() ? Optional.empty() : Optional.of(text(at, "reference"));
        default -> at.skip();
      }
    }
    if (image.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Container(
            name,
            Role.IMAGE_VOLUME,
            path,
            image.get(),
            SecurityContext.NONE,
            Resources.NONE,
            List.of(),
            List.of()));
  }

  private static String osName(Cursor at) throws IOException, BadDocument {
    return text(at, "name");
  }

  /** The text in one field of the object here; empty without it. */
  private static String text(Cursor at, String wanted) throws IOException, BadDocument {
    String text = "";
    if (at.object()) {
      for (String name = at.next(); name != null; name = at.next()) {
        if (name.equals(wanted)) {
          text = at.text();
        } else {
          at.skip();
        }
      }
    }
    return text;
  }
}
