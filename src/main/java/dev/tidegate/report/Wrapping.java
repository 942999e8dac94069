package dev.tidegate.report;

import java.util.ArrayList;
import java.util.List;

/** Breaks texts into lines of a fixed number of terminal columns. */
final class Wrapping {
  private Wrapping() {}

  /**
   * {@code text} in lines of at most {@code width} columns: broken at newlines, at spaces, and
   * inside a word only when the word alone is too long. At least one line.
   */
  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    text.lines().forEach(line -> wrapLine(line, width, lines));
    return lines.isEmpty() ? List.of("") : lines;
  }

  private static void wrapLine(String text, int width, List<String> lines) {
    StringBuilder line = new StringBuilder();
    int used = 0;
    for (String word : text.split(" ", -1)) {
      if (used > 0 && used + 1 + width(word) > width) {
        lines.add(line.toString());
        line.setLength(0);
        used = 0;
      } else if (used > 0) {
        line.append(' ');
        used++;
      }
      for (int i = 0; i < word.length(); ) {
        int c = word.codePointAt(i);
        if (used + width(c) > width) {
          lines.add(line.toString());
          line.setLength(0);
          used = 0;
        }
        line.appendCodePoint(c);
        used += width(c);
        i += Character.charCount(c);
      }
    }
    lines.add(line.toString());
  }

  /** Terminal columns that {@code text} takes. */
  static int width(String text) {
    return text.codePoints().map(Wrapping::width).sum();
  }

  /** Two for scripts whose characters fill two columns (East Asian Width W and F), else one. */
  private static int width(int c) {
    if (c < 0x1100) {
      return 1;
    }
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO, YI -> 2;
      default -> (c >= 0x3000 && c <= 0x303f) || (c >= 0xff01 && c <= 0xff60) ? 2 : 1;
    };
  }
}
