package dev.tidegate.report;

/** Running text for terminals. */
public final class Paragraphs {
  private Paragraphs() {}

  /** {@code text} in lines of at most {@code width} columns, each after {@code indent}. */
  public static String of(String text, String indent, int width) {
    StringBuilder lines = new StringBuilder();
    for (String line : Wrapping.wrap(text, width - indent.length())) {
      lines.append(indent).append(line).append('\n');
    }
    return lines.toString();
  }
}
