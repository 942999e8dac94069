package dev.tidegate.workload;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Reads {@code metadata} (meta/v1 ObjectMeta). */
final class MetaReader {
  static final String MIRROR = "kubernetes.io/config.mirror";
  private static final int LABELS = 2000;
  private static final int OWNERS = 100;

  private MetaReader() {}

  static ObjectMeta read(Cursor at) throws IOException, BadDocument {
    if (!at.object()) {
      return ObjectMeta.NONE;
    }
    String name = "";
    String generateName = "";
    String namespace = "";
    Map<String, String> labels = Map.of();
    boolean mirror = false;
    Optional<ObjectMeta.Controller> controller = Optional.empty();
    for (String field = at.next(); field != null; field = at.next()) {
      switch (field) {
        case "name" -> name = at.text();
        case "generateName" -> generateName = at.text();
        case "namespace" -> namespace = at.text();
        case "labels" -> labels = at.texts(LABELS);
        case "annotations" -> mirror = hasMirror(at);
        case "ownerReferences" -> controller = controller(at);
        default -> at.skip();
      }
    }
    return new ObjectMeta(name, generateName, namespace, labels, mirror, controller);
  }

  private static boolean hasMirror(Cursor at) throws IOException, BadDocument {
    if (!at.object()) {
      return false;
    }
    boolean mirror = false;
    for (String name = at.next(); name != null; name = at.next()) {
      // Other annotations are of no use here and may be large.
      mirror |= name.equals(MIRROR);
      at.skip();
    }
    return mirror;
  }

  private static Optional<ObjectMeta.Controller> controller(Cursor at)
      throws IOException, BadDocument {
    if (!at.list()) {
      return Optional.empty();
    }
    Optional<ObjectMeta.Controller> controller = Optional.empty();
    for (int count = 1; at.element(); count++) {
      if (count > OWNERS) {
        throw at.tooMany(OWNERS, "owner references");
      }
      Optional<ObjectMeta.Controller> found = ownerReference(at);
      controller = controller.isPresent() ? controller : found;
    }
    return controller;
  }

  private static Optional<ObjectMeta.Controller> ownerReference(Cursor at)
      throws IOException, BadDocument {
    if (!at.object()) {
      return Optional.empty();
    }
    String kind = "";
    String name = "";
    boolean controls = false;
    for (String field = at.next(); field != null; field = at.next()) {
      switch (field) {
        case "kind" -> kind = at.text();
        case "name" -> name = at.text();
        case "controller" -> controls = at.flag().orElse(false);
        default -> at.skip();
      }
    }
    return controls ? Optional.of(new ObjectMeta.Controller(kind, name)) : Optional.empty();
  }
}
