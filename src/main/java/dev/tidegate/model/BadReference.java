package dev.tidegate.model;

/**
 * A text that no container runtime reads as an image reference, or not as one with a clear host.
 */
public final class BadReference extends BadValue {
  private static final long serialVersionUID = 1L;

  BadReference(String problem, String fix) {
    super(problem, fix);
  }
}
