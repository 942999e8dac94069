package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every metric that the gate has is on the page about them, and no other. */
class MetricsPageTest {
  private static final Path ROOT =
      Path.of(System.getProperty("tidegate.basedir", "")).toAbsolutePath();
  private static final Pattern METER = Pattern.compile("\"(tidegate(?:\\.[a-z]+)+)\"");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(tidegate_[a-z_]+)(\\{[a-z,_]+})?` \\|");

  @Test
  void everyMetricHasItsRow() throws IOException {
    TreeSet<String> there = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT.resolve("src/main/java"))) {
      // Flags of the command line name settings, which are spelt alike.
      List<Path> sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.endsWith("ServeFlags.java"))
              .toList();
      for (Path source : sources) {
        METER
            .matcher(Files.readString(source))
            .results()
            .map(found -> found.group(1).replace('.', '_'))
            .forEach(there::add);
      }
    }
    List<String> written =
        ROW.matcher(Files.readString(ROOT.resolve("docs/metrics.md")))
            .results()
            .map(MetricsPageTest::named)
            .toList();
    assertThat(there).hasSizeGreaterThan(40);
    assertThat(written).containsExactlyInAnyOrderElementsOf(there);
  }

  /**
   * As the program names it: Prometheus adds {@code _total} to counts, {@code _seconds} to times.
   */
  private static String named(MatchResult row) {
    return row.group(1).replaceFirst("_total$", "").replaceFirst("_duration_seconds$", "_duration");
  }
}
