package dev.tidegate.model;

import java.util.Objects;

/**
 * A text that is not what it should be. Says what is wrong and what to write instead, both as plain
 * words for people: without control characters and of bounded length, whatever the text was.
 */
public sealed class BadValue extends IllegalArgumentException permits BadReference {
  private static final long serialVersionUID = 1L;

  /** Longest sentence of either kind; quoted input is cut well before. */
  private static final int LONGEST = 500;

  private final String problem;
  private final String fix;

  /**
   * A complaint.
   *
   * @param problem what is wrong, for instance {@code "1.1.M" is not a quantity: it has two dots}
   * @param fix what to do, in the imperative
   */
  public BadValue(String problem, String fix) {
    super(PlainText.of(problem, LONGEST) + "; " + PlainText.of(fix, LONGEST));
    this.problem = PlainText.of(Objects.requireNonNull(problem), LONGEST);
    this.fix = PlainText.of(Objects.requireNonNull(fix), LONGEST);
  }

  /** What is wrong. */
  public final String problem() {
    return problem;
  }

  /** What to write instead, in the imperative. */
  public final String fix() {
    return fix;
  }
}
