package dev.tidegate.cli;

import dev.tidegate.harbor.TrivyReport;
import dev.tidegate.harbor.TrivyReports;
import dev.tidegate.model.BadValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reports of scanners that a command was given. */
final class ScanFiles {
  private ScanFiles() {}

  /**
   * The reports in {@code names}.
   *
   * @throws CommandFailure if one is none
   */
  static List<TrivyReport> read(List<String> names, Invocation invocation) throws CommandFailure {
    List<TrivyReport> reports = new ArrayList<>();
    for (String name : names) {
      Path file = invocation.environment().directory().resolve(name);
      try (InputStream in = Files.newInputStream(file)) {
        reports.add(TrivyReports.read(in.readNBytes(TrivyReports.MOST_BYTES + 1)));
      } catch (IOException unreadable) {
        throw CommandFailure.usage(name + " cannot be read; check the path after --scan");
      } catch (BadValue bad) {
        throw CommandFailure.usage(name + ": " + bad.problem() + "; " + bad.fix());
      }
    }
    return List.copyOf(reports);
  }
}
