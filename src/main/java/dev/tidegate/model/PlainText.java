package dev.tidegate.model;

import java.util.HexFormat;

/**
 * Makes text that somebody else wrote safe to show on one line of a terminal, a log or an event.
 *
 * <p>Line breaks and tabs, with the blanks after them, become a space. Characters that are not seen
 * or that change how others are shown (controls, bidirectional overrides, zero-width characters,
 * lone surrogates) are written out as <code>&#92;u200b</code>: dropping them would make a forged
 * name look like the real one.
 */
public final class PlainText {
  private static final char ELLIPSIS = '…';

  /** How much of a wrong value is quoted in the sentence about it. */
  private static final int LONGEST_QUOTE = 80;

  private PlainText() {}

  /**
   * {@code text} on one line, with nothing hidden, and cut if it is too long. A cut text ends in
   * {@code …}; neither a surrogate pair nor a written-out character is cut in two. Doing it again
   * changes nothing.
   *
   * @param longest longest result in UTF-16 units, the {@code …} included; at least 1
   */
  public static String of(String text, int longest) {
    if (longest < 1) {
      throw new IllegalArgumentException("longest must be at least 1, but is " + longest);
    }
    if (text.length() <= longest && isPlain(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(Math.min(text.length(), longest) + 1);
    int cut = 0;
    boolean broken = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (isBreak(c) || (broken && c == ' ')) {
        broken = true;
        continue;
      }
      if (broken && !out.isEmpty() && out.charAt(out.length() - 1) != ' ') {
        out.append(' ');
      }
      broken = false;
      append(out, c);
      if (out.length() > longest) {
        out.setLength(cut);
        return out.append(ELLIPSIS).toString();
      }
      if (out.length() < longest) {
        cut = out.length();
      }
    }
    return out.toString();
  }

  /** {@code text} in double quotes, made plain and cut to a length that fits into a sentence. */
  public static String quote(String text) {
    return '"' + of(text, LONGEST_QUOTE) + '"';
  }

  private static boolean isPlain(String text) {
    int i = 0;
    while (i < text.length()) {
      char one = text.charAt(i);
      if (one >= ' ' && one < 0x7f) { // nearly always, and for this nothing has to be looked up
        i++;
        continue;
      }
      int c = text.codePointAt(i);
      if (isBreak(c) || isHidden(c)) {
        return false;
      }
      i += Character.charCount(c);
    }
    return true;
  }

  private static boolean isBreak(int c) {
    return (c >= '\t' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
  }

  private static boolean isHidden(int c) {
    if (c >= ' ' && c < 0x7f) {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> true;
      default -> isInvisible(c) || (c & 0xfffe) == 0xfffe;
    };
  }

  /**
   * Letters and marks that are drawn as nothing, although Unicode does not class them as format.
   */
  private static boolean isInvisible(int c) {
    return c == 0x034f
        || c == 0x115f
        || c == 0x1160
        || c == 0x17b4
        || c == 0x17b5
        || (c >= 0x180b && c <= 0x180f)
        || c == 0x2065
        || c == 0x3164
        || (c >= 0xfe00 && c <= 0xfe0f)
        || c == 0xffa0
        || (c >= 0xe0000 && c <= 0xe0fff);
  }

  private static void append(StringBuilder out, int c) {
    if (!isHidden(c)) {
      out.appendCodePoint(c);
    } else if (Character.isBmpCodePoint(c)) {
      out.append("\\u").append(HexFormat.of().toHexDigits((char) c));
    } else {
      out.append("\\u{").append(Integer.toHexString(c)).append('}');
    }
  }
}
