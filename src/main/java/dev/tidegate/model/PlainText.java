package dev.tidegate.model;

/**
 * Makes text that somebody else wrote fit for terminals, logs and one-line messages: kubectl writes
 * control characters raw to the terminal, and the API server drops a warning that has one without
 * any sign.
 */
public final class PlainText {
  private PlainText() {}

  /**
   * {@code text} on one line without control, bidirectional or invisible characters, each replaced
   * by a space or a question mark, cut to {@code most} characters with an ellipsis.
   *
   * @param most longest result in UTF-16 code units, at least 1
   */
  public static String of(String text, int most) {
    int length = text.length();
    boolean clean = length <= most;
    for (int i = 0; clean && i < length; i++) {
      char c = text.charAt(i);
      clean = c >= ' ' && c < 0x7f;
    }
    return clean ? text : rewritten(text, most);
  }

  private static String rewritten(String text, int most) {
    StringBuilder plain = new StringBuilder(Math.min(text.length(), most) + 1);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int width = Character.charCount(c);
      i += width;
      int safe = safe(c);
      int room = i < text.length() ? most - 1 : most;
      if (plain.length() + Character.charCount(safe) > room) {
        return plain.append('…').toString();
      }
      plain.appendCodePoint(safe);
    }
    return plain.toString();
  }

  private static int safe(int c) {
    if (c == '\n' || c == '\r' || c == '\t') {
      return ' ';
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          '?';
      default -> c;
    };
  }
}
