package dev.tidegate.model;

/**
 * The workload that a pod belongs to. For people only: it is derived from names and labels that the
 * pod's author may write, so no decision rests on it.
 *
 * @param kind for instance {@code Deployment}
 * @param name the workload's name
 */
public record Owner(String kind, String name) {
  public Owner {
    kind = PlainText.of(kind, 63);
    name = PlainText.of(name, 253);
  }

  /** {@code Deployment web}. */
  @Override
  public String toString() {
    return kind + " " + name;
  }
}
