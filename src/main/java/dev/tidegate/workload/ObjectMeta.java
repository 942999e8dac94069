package dev.tidegate.workload;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is read of an object's metadata.
 *
 * @param name empty while the API server has not made one
 * @param generateName what the API server makes a name from; empty when not given
 * @param namespace as written in the object; empty when not given
 * @param labels the object's labels
 * @param mirrorAnnotation whether the annotation {@code kubernetes.io/config.mirror} is there,
 *     which anybody can write
 * @param controller the owner reference with {@code controller: true}
 */
record ObjectMeta(
    String name,
    String generateName,
    String namespace,
    Map<String, String> labels,
    boolean mirrorAnnotation,
    Optional<Controller> controller) {
  /** Nothing said. */
  static final ObjectMeta NONE = new ObjectMeta("", "", "", Map.of(), false, Optional.empty());

  ObjectMeta {
    Objects.requireNonNull(name);
    Objects.requireNonNull(generateName);
    Objects.requireNonNull(namespace);
    labels = Map.copyOf(labels);
    Objects.requireNonNull(controller);
  }

  /**
   * The object that an owner reference names.
   *
   * @param kind its kind
   * @param name its name
   */
  record Controller(String kind, String name) {
    Controller {
      Objects.requireNonNull(kind);
      Objects.requireNonNull(name);
    }
  }
}
