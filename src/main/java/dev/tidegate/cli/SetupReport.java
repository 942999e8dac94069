package dev.tidegate.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tidegate.document.StrictJson;
import dev.tidegate.harbor.admin.Line;
import dev.tidegate.harbor.admin.Version;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What was done in a Harbor, or would be, for people and for programs. */
final class SetupReport {
  private final String host;
  private final boolean dryRun;
  private final List<Entry> entries = new ArrayList<>();
  private String version = "";

  /**
   * One thing.
   *
   * @param subject what it is about
   * @param result how it stands, or what was done
   * @param details in which ways
   */
  record Entry(String subject, String result, List<String> details) {
    Entry {
      details = List.copyOf(details);
    }
  }

  /** All of it, as JSON has it. */
  private record Document(
      String host, String version, boolean dryRun, boolean done, List<Entry> entries) {}

  SetupReport(String host, boolean dryRun) {
    this.host = host;
    this.dryRun = dryRun;
  }

  boolean dryRun() {
    return dryRun;
  }

  /** What is known of the Harbor's version, and of its peculiarities. */
  void version(Optional<String> text) {
    version = text.orElse("");
    text.map(Version::new).map(Version::peculiarities).orElse(List.of()).stream()
        .map(one ->
            new Entry("Harbor " + version, "note", List.of(one.problem() + ": " + one.fix())))
        .forEach(entries::add);
  }

  /** Adds what came of {@code line}; {@code failure} is why it could not be done. */
  void add(Line line, Optional<String> failure) {
    List<String> details = new ArrayList<>(line.details());
    failure.ifPresent(details::add);
    entries.add(
        new Entry(line.subject(), failure.isPresent() ? "failed" : result(line.kind()), details));
  }

  private String result(Line.Kind kind) {
    return switch (kind) {
      case RIGHT -> "as it should be";
      case CREATE -> dryRun ? "to be made" : "made";
      case CHANGE -> dryRun ? "to be changed" : "changed";
      case CANNOT -> "not as it should be";
      case NOTE -> "note";
    };
  }

  private long count(String... results) {
    return entries.stream().filter(entry -> List.of(results).contains(entry.result())).count();
  }

  private long undone() {
    return count("failed", "not as it should be");
  }

  /** The exit status. */
  int status() {
    if (undone() > 0) {
      return ExitStatus.UNDECIDED;
    }
    return count("to be made", "to be changed") > 0 ? ExitStatus.REFUSED : ExitStatus.PASS;
  }

  /** As JSON, for programs. */
  String json() {
    try {
      return StrictJson.MAPPER
          .writerWithDefaultPrettyPrinter()
          .writeValueAsString(new Document(host, version, dryRun, undone() == 0, entries));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("texts and lists are always JSON", impossible);
    }
  }

  /** As text, for people. */
  void print(PrintWriter out) {
    out.println(host + (version.isEmpty() ? "" : " (Harbor " + version + ")"));
    for (Entry entry : entries) {
      out.println("  " + entry.subject() + ": " + entry.result());
      entry.details().forEach(detail -> out.println("    " + detail));
    }
    long changes = count("made", "changed", "to be made", "to be changed");
    out.println(
        String.format(
            Locale.ROOT,
            "%s%s",
            changes == 0
                ? "Nothing to change"
                : changes
                    + (changes == 1 ? " change" : " changes")
                    + (dryRun ? " to be made" : " made"),
            undone() == 0 ? "" : "; " + undone() + " not as it should be"));
  }
}
