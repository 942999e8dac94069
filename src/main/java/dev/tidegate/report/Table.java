package dev.tidegate.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * What was judged as a table for people: object, result, check, containers, problem and fix, with a
 * line of counts at the end. No wider than it was told; long words are broken rather than pushing
 * columns apart.
 */
public final class Table {
  /** Narrowest table that can be read. */
  public static final int NARROWEST = 72;

  /** Widest table that is of use. */
  public static final int WIDEST = 240;

  private static final int GAP = 2;
  private static final String[] HEADS = {"RESULT", "OBJECT", "CHECK", "CONTAINERS", "PROBLEM"};

  /** Share of the width that object, check and containers may take at most, in hundredths. */
  private static final int[] SHARES = {0, 26, 16, 16};

  private final int width;
  private final boolean colour;

  private Table(int width, boolean colour) {
    this.width = width;
    this.colour = colour;
  }

  /**
   * A table of {@code width} columns, taken into the bounds {@value #NARROWEST} to {@value
   * #WIDEST}.
   *
   * @param colour whether the terminal understands colours
   */
  public static Table of(int width, boolean colour) {
    return new Table(Math.clamp(width, NARROWEST, WIDEST), colour);
  }

  /** The table of {@code judged} in the order given, ending with a newline. */
  public String render(Collection<Judged> judged) {
    List<Cells> all = new ArrayList<>();
    for (Judged one : judged) {
      boolean first = true;
      for (Row row : one.rows()) {
        all.add(cells(one, row, first));
        first = false;
      }
    }
    StringBuilder text = new StringBuilder();
    if (!all.isEmpty()) {
      int[] widths = widths(all);
      append(text, widths, List.of(HEADS), "");
      for (Cells cells : all) {
        append(text, widths, cells.texts(), colour ? Colours.of(cells.result()) : "");
      }
      text.append('\n');
    }
    return text.append(Summary.of(judged)).append('\n').toString();
  }

  private record Cells(Result result, List<String> texts) {}

  private static Cells cells(Judged one, Row row, boolean first) {
    String object = "";
    if (first) {
      object =
          one.object()
              + (one.alike() > 1 ? " (" + one.alike() + " pods)" : "")
              + (one.source().isEmpty() ? "" : "\n" + one.source());
    }
    String problem = row.problem() + (row.fix().isEmpty() ? "" : "\nFix: " + row.fix() + ".");
    return new Cells(
        row.result(),
        List.of(
            row.result().toString(),
            object,
            row.check(),
            String.join(", ", row.containers()),
            problem.replace("\u2026", "...")));
  }

  private int[] widths(List<Cells> all) {
    int[] widths = new int[HEADS.length];
    int left = width;
    for (int column = 0; column < HEADS.length - 1; column++) {
      int at = column;
      Function<Cells, Integer> widest =
          cells -> cells.texts().get(at).lines().mapToInt(Wrapping::width).max().orElse(0);
      int wanted =
          Math.max(
              HEADS[column].length(), all.stream().map(widest).max(Integer::compare).orElse(0));
      int most = SHARES[column] == 0 ? wanted : Math.max(10, width * SHARES[column] / 100);
      widths[column] = Math.min(wanted, most);
      left -= widths[column] + GAP;
    }
    widths[HEADS.length - 1] = left;
    return widths;
  }

  private static void append(
      StringBuilder text, int[] widths, List<String> cells, String firstInColour) {
    List<List<String>> wrapped = new ArrayList<>();
    int height = 0;
    for (int column = 0; column < widths.length; column++) {
      List<String> lines = Wrapping.wrap(cells.get(column), widths[column]);
      wrapped.add(lines);
      height = Math.max(height, lines.size());
    }
    for (int y = 0; y < height; y++) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        String cell = y < wrapped.get(column).size() ? wrapped.get(column).get(y) : "";
        boolean coloured = column == 0 && !firstInColour.isEmpty() && !cell.isEmpty();
        line.append(coloured ? firstInColour + cell + Colours.OFF : cell);
        if (column < widths.length - 1) {
          line.append(" ".repeat(widths[column] - Wrapping.width(cell) + GAP));
        }
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
  }
}
