package dev.tidegate.cli;

import dev.tidegate.report.JsonReport;
import dev.tidegate.report.Judged;
import dev.tidegate.report.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where results go: the table to standard output, and whatever {@code --output} adds. JSON on
 * standard output moves the table to standard error, so that both can be read.
 */
final class Outputs {
  private final List<Output> outputs;
  private final Invocation invocation;

  private Outputs(List<Output> outputs, Invocation invocation) {
    this.outputs = outputs;
    this.invocation = invocation;
  }

  private enum Format {
    TABLE,
    JSON
  }

  private record Output(Format format, Optional<String> file) {}

  /**
   * The outputs that the options ask for.
   *
   * @param options each {@code table}, {@code json}, {@code table=FILE} or {@code json=FILE}
   * @throws CommandFailure if one is not so
   */
  static Outputs of(List<String> options, Invocation invocation) throws CommandFailure {
    List<Output> outputs = new ArrayList<>();
    for (String option : options) {
      int equals = option.indexOf('=');
      String format = equals < 0 ? option : option.substring(0, equals);
      Optional<String> file =
          equals < 0 ? Optional.empty() : Optional.of(option.substring(equals + 1));
      if (file.filter(String::isEmpty).isPresent()) {
        throw CommandFailure.usage(
            "--output " + option + " names no file; write " + format + "=FILE");
      }
      outputs.add(
          switch (format) {
            case "table" -> new Output(Format.TABLE, file);
            case "json" -> new Output(Format.JSON, file);
            default ->
                throw CommandFailure.usage(
                    "--output "
                        + option
                        + ": there is no format \""
                        + format
                        + "\"; write table, json, table=FILE or json=FILE");
          });
    }
    return new Outputs(outputs, invocation);
  }

  /**
   * Writes {@code judged} everywhere.
   *
   * @throws CommandFailure if a file cannot be written
   */
  void write(Instant at, String fingerprint, List<Judged> judged) throws CommandFailure {
    for (Output output : outputs) {
      if (output.file().isPresent()) {
        String text =
            switch (output.format()) {
              case TABLE -> Table.of(Table.WIDEST, false).render(judged);
              case JSON -> JsonReport.render(at, fingerprint, judged);
            };
        save(output.file().get(), text);
      }
    }
    Environment environment = invocation.environment();
    String table = Table.of(environment.width(), environment.colour()).render(judged);
    if (outputs.contains(new Output(Format.JSON, Optional.empty()))) {
      invocation.out().print(JsonReport.render(at, fingerprint, judged));
      invocation.err().print(table);
    } else {
      invocation.out().print(table);
    }
  }

  private void save(String name, String text) throws CommandFailure {
    Path file = invocation.environment().directory().resolve(name);
    try {
      Files.writeString(file, text);
    } catch (IOException failure) {
      throw CommandFailure.usage(
          "tried to write " + name + ", but could not: " + ManifestFiles.reason(failure));
    }
  }
}
