package dev.tidegate.registry;

/** Content that is not what it should be; the message is the end of a sentence about it. */
final class Malformed extends Exception {
  private static final long serialVersionUID = 1;

  Malformed(String how) {
    super(how);
  }
}
