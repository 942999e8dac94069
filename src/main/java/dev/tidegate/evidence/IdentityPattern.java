package dev.tidegate.evidence;

import java.util.Objects;

/**
 * What a part of a certificate's identity must be.
 *
 * @param kind how {@code text} is compared
 * @param text the value, or a regular expression in RE2 syntax
 */
public record IdentityPattern(Kind kind, String text) {
  public IdentityPattern {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(text);
  }

  /** How a text is compared. */
  public enum Kind {
    /** Equal, letter for letter. */
    EXACT,
    /** The whole of it matches the expression. */
    EXPRESSION
  }

  /** Exactly {@code text}. */
  public static IdentityPattern exactly(String text) {
    return new IdentityPattern(Kind.EXACT, text);
  }

  /** Wholly matched by {@code expression}. */
  public static IdentityPattern matching(String expression) {
    return new IdentityPattern(Kind.EXPRESSION, expression);
  }

  /** For people: the text, or the expression between slashes. */
  @Override
  public String toString() {
    return kind == Kind.EXACT ? text : "/" + text + "/";
  }
}
