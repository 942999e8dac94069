package dev.tidegate.model;

import java.util.Objects;

/**
 * Which object is meant, for people and logs.
 *
 * @param group API group; empty for the core group
 * @param kind for instance {@code Pod}
 * @param namespace never empty for the kinds that are judged
 * @param name the name, or {@code generateName} followed by {@code *} while the API server has not
 *     made one
 */
public record ObjectName(String group, String kind, String namespace, String name) {
  public ObjectName {
    Objects.requireNonNull(group);
    kind = PlainText.of(kind, 63);
    namespace = PlainText.of(namespace, 253);
    name = PlainText.of(name, 253);
  }

  /** {@code Pod shop/web-1}. */
  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}
