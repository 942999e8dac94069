package dev.tidegate.check;

import com.google.re2j.Pattern;
import dev.tidegate.model.PlainText;

/** A pattern for tags: {@code *} stands for any characters, {@code latest}, {@code *-SNAPSHOT}. */
public final class TagPattern {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._*-]{1,128}");

  private final String written;
  private final Pattern pattern;

  private TagPattern(String written) {
    this.written = written;
    this.pattern = Pattern.compile(written.replace(".", "\\.").replace("*", ".*"));
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if it could match no tag
   */
  public static TagPattern parse(String text) {
    if (!FORM.matcher(text).matches() || text.startsWith(".") || text.startsWith("-")) {
      throw new IllegalArgumentException(
          "\""
              + PlainText.of(text, 60)
              + "\" can match no tag; write letters, digits, _ . - and * (any characters), at most"
              + " 128, not beginning with . or -");
    }
    return new TagPattern(text);
  }

  /** Whether {@code tag} is meant. */
  public boolean matches(String tag) {
    return pattern.matches(tag);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TagPattern that && written.equals(that.written);
  }

  @Override
  public int hashCode() {
    return written.hashCode();
  }

  /** The pattern as written. */
  @Override
  public String toString() {
    return written;
  }
}
