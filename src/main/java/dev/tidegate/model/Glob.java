package dev.tidegate.model;

import java.util.List;

/** A text in which {@code *} stands for any characters, none included; there is no escape. */
final class Glob {
  /** What stands between the stars: one text more than there are stars. */
  private final List<String> pieces;

  private Glob(List<String> pieces) {
    this.pieces = pieces;
  }

  static Glob of(String text) {
    return new Glob(List.of(text.split("\\*", -1)));
  }

  boolean isLiteral() {
    return pieces.size() == 1;
  }

  /** Length of the shortest text that matches and is not empty. */
  int least() {
    return Math.max(1, pieces.stream().mapToInt(String::length).sum());
  }

  /**
   * A text that matches, with one letter for each star. If it is not a legal segment or tag, then
   * no match of this is: whatever is wrong with it lies in the literal pieces, since a separator or
   * the rest of one may stand next to a letter.
   */
  String example() {
    return String.join("a", pieces);
  }

  /** Whether the whole of {@code text} matches. Each piece is looked for once, leftmost first. */
  boolean matches(String text) {
    if (isLiteral()) {
      return pieces.getFirst().equals(text);
    }
    String tail = pieces.getLast();
    if (!text.startsWith(pieces.getFirst()) || !text.endsWith(tail)) {
      return false;
    }
    int at = pieces.getFirst().length();
    int end = text.length() - tail.length();
    for (String piece : pieces.subList(1, pieces.size() - 1)) {
      int found = text.indexOf(piece, at);
      if (found < 0) {
        return false;
      }
      at = found + piece.length();
    }
    return at <= end;
  }
}
