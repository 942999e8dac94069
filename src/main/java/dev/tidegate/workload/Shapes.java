package dev.tidegate.workload;

import dev.tidegate.model.Container;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Resources;
import dev.tidegate.model.Role;
import dev.tidegate.model.SecurityContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From the wire to the model: the one place that enumerates containers. */
final class Shapes {
  /** Most containers and image volumes of one pod. */
  static final int MOST_CONTAINERS = 512;

  private static final int MOST_LABELS = 2000;
  private static final int MOST_ENTRIES = 1000;

  private Shapes() {}

  static PodShape pod(Wire.Template template, String field) throws BadDocument {
    Wire.Spec spec = template.spec();
    if (spec == null || spec.containers() == null || spec.containers().isEmpty()) {
      throw BadDocument.malformed(
          field + ".containers", "is missing or empty; a pod has at least one container");
    }
    List<Container> containers = new ArrayList<>();
    add(containers, spec.initContainers(), Role.INIT, field + ".initContainers");
    add(containers, spec.containers(), Role.MAIN, field + ".containers");
    add(containers, spec.ephemeralContainers(), Role.EPHEMERAL, field + ".ephemeralContainers");
    addVolumes(containers, spec.volumes(), field + ".volumes");
    Wire.Meta meta = template.metadata();
    return new PodShape(
        labels(meta == null ? null : meta.labels()),
        field,
        containers,
        security(spec.securityContext(), field + ".securityContext"),
        resources(spec.resources(), field + ".resources"),
        Boolean.TRUE.equals(spec.hostNetwork()),
        Optional.ofNullable(spec.hostUsers()),
        spec.os() != null && "windows".equals(spec.os().name()));
  }

  private static void add(
      List<Container> containers,
      @Nullable List<Wire.@Nullable Container> wire,
      Role role,
      String field)
      throws BadDocument {
    if (wire == null) {
      return;
    }
    for (int i = 0; i < wire.size(); i++) {
      String at = field + "[" + i + "]";
      Wire.Container one = wire.get(i);
      if (one == null) {
        throw BadDocument.malformed(at, "is null where a container should be");
      }
      Role actual = role == Role.INIT && "Always".equals(one.restartPolicy()) ? Role.SIDECAR : role;
      append(
          containers,
          new Container(
              text(one.name()),
              actual,
              at,
              text(one.image()),
              security(one.securityContext(), at + ".securityContext"),
              resources(one.resources(), at + ".resources"),
              texts(one.command(), at + ".command"),
              texts(one.args(), at + ".args")),
          field);
    }
  }

  private static void addVolumes(
      List<Container> containers, @Nullable List<Wire.@Nullable Volume> volumes, String field)
      throws BadDocument {
    if (volumes == null) {
      return;
    }
    for (int i = 0; i < volumes.size(); i++) {
      Wire.Volume volume = volumes.get(i);
      if (volume != null && volume.image() != null) {
        append(
            containers,
            new Container(
                text(volume.name()),
                Role.IMAGE_VOLUME,
                field + "[" + i + "]",
                text(volume.image().reference()),
                SecurityContext.NONE,
                Resources.NONE,
                List.of(),
                List.of()),
            field);
      }
    }
  }

  private static void append(List<Container> containers, Container container, String field)
      throws BadDocument {
    if (containers.size() == MOST_CONTAINERS) {
      throw BadDocument.tooLarge(
          field, "the pod has more than " + MOST_CONTAINERS + " containers and image volumes");
    }
    containers.add(container);
  }

  private static Map<String, String> labels(@Nullable Map<String, @Nullable String> wire)
      throws BadDocument {
    if (wire == null) {
      return Map.of();
    }
    if (wire.size() > MOST_LABELS) {
      throw BadDocument.tooLarge("metadata.labels", "has more than " + MOST_LABELS + " entries");
    }
    Map<String, String> labels = new HashMap<>();
    wire.forEach((key, value) -> labels.put(key, text(value)));
    return labels;
  }

  private static SecurityContext security(Wire.@Nullable Security wire, String field)
      throws BadDocument {
    if (wire == null) {
      return SecurityContext.NONE;
    }
    Wire.Capabilities capabilities = wire.capabilities();
    Set<String> added =
        capabilities == null
            ? Set.of()
            : new HashSet<>(texts(capabilities.add(), field + ".capabilities.add"));
    return new SecurityContext(
        Optional.ofNullable(wire.runAsNonRoot()),
        Optional.ofNullable(wire.runAsUser()),
        Optional.ofNullable(wire.privileged()),
        added);
  }

  private static Resources resources(Wire.@Nullable Resources wire, String field)
      throws BadDocument {
    return wire == null
        ? Resources.NONE
        : new Resources(
            quantities(wire.requests(), field + ".requests"),
            quantities(wire.limits(), field + ".limits"));
  }

  private static Map<String, Quantity> quantities(
      @Nullable Map<String, @Nullable String> wire, String field) throws BadDocument {
    if (wire == null) {
      return Map.of();
    }
    if (wire.size() > MOST_ENTRIES) {
      throw BadDocument.tooLarge(field, "has more than " + MOST_ENTRIES + " entries");
    }
    Map<String, Quantity> quantities = new HashMap<>();
    for (Map.Entry<String, @Nullable String> entry : wire.entrySet()) {
      try {
        quantities.put(entry.getKey(), Quantity.parse(text(entry.getValue())));
      } catch (IllegalArgumentException bad) {
        throw BadDocument.malformed(field + "." + entry.getKey(), String.valueOf(bad.getMessage()));
      }
    }
    return quantities;
  }

  private static List<String> texts(@Nullable List<@Nullable String> wire, String field)
      throws BadDocument {
    if (wire == null) {
      return List.of();
    }
    if (wire.size() > 10 * MOST_ENTRIES) {
      throw BadDocument.tooLarge(field, "has more than " + 10 * MOST_ENTRIES + " entries");
    }
    return wire.stream().map(Shapes::text).toList();
  }

  /** The text, or an empty one where there is none. */
  static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
