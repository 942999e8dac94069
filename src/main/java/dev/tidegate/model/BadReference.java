package dev.tidegate.model;

/** Thrown when a text is not an image reference; the message is for people, without a full stop. */
public final class BadReference extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  BadReference(String message) {
    super(message);
  }
}
