package dev.tidegate.workload;

import dev.tidegate.model.PlainText;

/**
 * A document that cannot be read: the field, what is wrong with it, and whether it is merely over a
 * bound.
 */
public final class BadDocument extends Exception {
  private static final long serialVersionUID = 1;
  private final String field;
  private final boolean tooLarge;

  private BadDocument(String field, String problem, boolean tooLarge) {
    super((field.isEmpty() ? "" : PlainText.of(field, 200) + ": ") + PlainText.of(problem, 400));
    this.field = PlainText.of(field, 200);
    this.tooLarge = tooLarge;
  }

  /** A document that is not what it should be. */
  public static BadDocument malformed(String field, String problem) {
    return new BadDocument(field, problem, false);
  }

  /** A document that is over a bound. */
  public static BadDocument tooLarge(String field, String problem) {
    return new BadDocument(field, problem, true);
  }

  /** Path of the field; empty when the document as a whole is meant. */
  public String field() {
    return field;
  }

  /** Whether it is over a bound, as opposed to malformed. */
  public boolean isTooLarge() {
    return tooLarge;
  }
}
