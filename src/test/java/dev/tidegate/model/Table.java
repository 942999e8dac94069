package dev.tidegate.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the tables beside the tests: columns by tab, comments after a hash at the line's start. */
final class Table {
  private static final Pattern ESCAPE = Pattern.compile("\\\\(u[0-9a-f]{4}|[tnr\\\\])");

  private Table() {}

  /** The lines of a table, each as its cells; the first cell without its brackets and escapes. */
  static List<List<String>> read(String name) {
    try (InputStream in = Objects.requireNonNull(Table.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(Table::cells)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> cells(String line) {
    String[] cells = line.split("\t", -1);
    cells[0] = unescaped(cells[0].substring(1, cells[0].length() - 1));
    return List.of(cells);
  }

  private static String unescaped(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(meant(found.group(1))));
  }

  private static String meant(String escape) {
    return switch (escape) {
      case "t" -> "\t";
      case "n" -> "\n";
      case "r" -> "\r";
      case "\\" -> "\\";
      default -> Character.toString((char) Integer.parseInt(escape.substring(1), 16));
    };
  }
}
