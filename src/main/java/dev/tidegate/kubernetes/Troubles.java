package dev.tidegate.kubernetes;

/** Is told when reading the cluster failed; it is tried again by itself. */
@FunctionalInterface
public interface Troubles {
  /**
   * Reading failed.
   *
   * @param what the resource, or what else was being done
   */
  void reading(String what, Throwable failure);
}
