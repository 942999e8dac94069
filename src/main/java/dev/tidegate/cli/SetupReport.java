package dev.tidegate.cli;

import dev.tidegate.harbor.admin.Line;
import dev.tidegate.harbor.admin.Version;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What was done in a Harbor, or would be, for people and for programs. */
final class SetupReport implements Report {
  private final String host;
  private final boolean dryRun;
  private final List<Entry> entries = new ArrayList<>();
  private String version = "";

  /** How a thing stands, or what was done about it. */
  private enum Result {
    RIGHT("as it should be"),
    MADE("made"),
    TO_BE_MADE("to be made"),
    CHANGED("changed"),
    TO_BE_CHANGED("to be changed"),
    CANNOT("not as it should be"),
    FAILED("failed"),
    NOTE("note");

    private final String word;

    Result(String word) {
      this.word = word;
    }
  }

  /** One thing, and in which ways it stands so. */
  private record Entry(String subject, Result result, List<String> details) {
    private Entry {
      details = List.copyOf(details);
    }
  }

  /** One thing, as JSON has it. */
  private record Written(String subject, String result, List<String> details) {}

  /** All of it, as JSON has it. */
  private record Document(
      String host, String version, boolean dryRun, boolean done, List<Written> entries) {}

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
            new Entry("Harbor " + version, Result.NOTE, List.of(one.problem() + ": " + one.fix())))
        .forEach(entries::add);
  }

  /** Adds what came of {@code line}; {@code failure} is why it could not be done. */
  void add(Line line, Optional<String> failure) {
    List<String> details = new ArrayList<>(line.details());
    failure.ifPresent(details::add);
    entries.add(
        new Entry(
            line.subject(), failure.isPresent() ? Result.FAILED : result(line.kind()), details));
  }

  private Result result(Line.Kind kind) {
    return switch (kind) {
      case RIGHT -> Result.RIGHT;
      case CREATE -> dryRun ? Result.TO_BE_MADE : Result.MADE;
      case CHANGE -> dryRun ? Result.TO_BE_CHANGED : Result.CHANGED;
      case CANNOT -> Result.CANNOT;
      case NOTE -> Result.NOTE;
    };
  }

  private long count(Result... results) {
    return entries.stream().filter(entry -> List.of(results).contains(entry.result())).count();
  }

  private long undone() {
    return count(Result.FAILED, Result.CANNOT);
  }

  /** The exit status. */
  int status() {
    if (undone() > 0) {
      return ExitStatus.UNDECIDED;
    }
    return count(Result.TO_BE_MADE, Result.TO_BE_CHANGED) > 0
        ? ExitStatus.REFUSED
        : ExitStatus.PASS;
  }

  @Override
  public Object document() {
    return new Document(
        host,
        version,
        dryRun,
        undone() == 0,
        entries.stream()
            .map(one -> new Written(one.subject(), one.result().word, one.details()))
            .toList());
  }

  @Override
  public void print(PrintWriter out) {
    out.println(host + (version.isEmpty() ? "" : " (Harbor " + version + ")"));
    for (Entry entry : entries) {
      out.println("  " + entry.subject() + ": " + entry.result().word);
      entry.details().forEach(detail -> out.println("    " + detail));
    }
    long changes = count(Result.MADE, Result.CHANGED, Result.TO_BE_MADE, Result.TO_BE_CHANGED);
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
