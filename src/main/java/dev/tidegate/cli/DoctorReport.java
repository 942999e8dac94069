package dev.tidegate.cli;

import dev.tidegate.cli.Diagnosis.State;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * What was seen, for people and for programs.
 *
 * @param charts of hosts and images
 */
record DoctorReport(List<Chart> charts) implements Report {
  private static final int WIDEST_STATE = 8;

  DoctorReport {
    charts = List.copyOf(charts);
  }

  /** One thing, as JSON has it. */
  private record Entry(String subject, String state, String what, String repair) {}

  /** One host or image, as JSON has it. */
  private record Part(String of, String version, List<Entry> entries) {}

  /** All of it, as JSON has it. */
  private record Document(boolean healthy, long wrong, long warnings, List<Part> parts) {}

  private long count(State state) {
    return charts.stream().mapToLong(chart -> chart.count(state)).sum();
  }

  /** The exit status. */
  int status() {
    return count(State.WRONG) == 0 ? ExitStatus.PASS : ExitStatus.REFUSED;
  }

  @Override
  public Object document() {
    List<Part> parts =
        charts.stream()
            .map(chart ->
                new Part(
                    chart.of(),
                    chart.version(),
                    chart.diagnoses().stream()
                        .map(one ->
                            new Entry(
                                one.subject(),
                                one.state().word(),
                                one.what(),
                                one.repair().orElse("")))
                        .toList()))
            .toList();
    return new Document(
        status() == ExitStatus.PASS, count(State.WRONG), count(State.WARNING), parts);
  }

  @Override
  public void print(PrintWriter out) {
    for (Chart chart : charts) {
      out.println(
          chart.of() + (chart.version().isEmpty() ? "" : " (Harbor " + chart.version() + ")"));
      for (Diagnosis one : chart.diagnoses()) {
        String state = one.state().word();
        out.println(
            "  "
                + state
                + " ".repeat(WIDEST_STATE - state.length() + 1)
                + one.subject()
                + ": "
                + one.what());
        one.repair()
            .ifPresent(repair -> out.println(" ".repeat(WIDEST_STATE + 3) + "repair: " + repair));
      }
      out.println();
    }
    long wrong = count(State.WRONG);
    long warnings = count(State.WARNING);
    long skipped = count(State.SKIPPED);
    out.println(
        String.format(
            Locale.ROOT,
            "%s, %d %s, %d not looked at",
            wrong == 0 ? "Nothing wrong" : wrong + " wrong",
            warnings,
            warnings == 1 ? "warning" : "warnings",
            skipped));
  }
}
