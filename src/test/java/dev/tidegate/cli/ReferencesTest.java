package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.Checks;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The references of commands and checks are made from the program and kept in the project. */
class ReferencesTest {
  private static final String MADE =
      "<!-- Made from the program by ReferencesTest; do not edit. -->\n\n";

  @Test
  void referenceOfTheCommandLineIsUpToDate() {
    StringBuilder text = new StringBuilder("# Command line\n\n").append(MADE);
    Invocation invocation =
        new Invocation(
            new PrintWriter(new StringWriter()),
            new PrintWriter(new StringWriter()),
            InputStream.nullInputStream(),
            CliRun.environment(Map.of(), false));
    add(Cli.all(invocation), text);
    Golden.assertSame("docs/reference/cli.md", text.toString(), ReferencesTest.class);
  }

  private static void add(CommandLine command, StringBuilder text) {
    command.setUsageHelpWidth(100);
    text.append("## ").append(command.getCommandSpec().qualifiedName()).append("\n\n```\n");
    text.append(command.getUsageMessage(Ansi.OFF).replaceAll("(?m) +$", "").strip());
    text.append("\n```\n\n");
    command.getSubcommands().values().stream().distinct().forEach(sub -> add(sub, text));
  }

  @Test
  void referenceOfTheChecksIsUpToDate() {
    StringBuilder text = new StringBuilder("# Checks\n\n").append(MADE);
    for (Explanation check : Explanation.all()) {
      text.append("## ").append(check.id()).append("\n\n").append(check.title()).append(".\n");
      check.about().forEach(paragraph -> text.append('\n').append(paragraph).append('\n'));
      if (!check.parameters().isEmpty()) {
        text.append("\n| field | default | meaning |\n|---|---|---|\n");
        for (Explanation.Parameter parameter : check.parameters()) {
          text.append("| `").append(parameter.name()).append("` | ");
          text.append(cell(parameter.fallback().replaceFirst("^default: ", "")));
          text.append(" | ").append(cell(parameter.meaning())).append(" |\n");
        }
      }
      text.append('\n');
    }
    Golden.assertSame("docs/reference/checks.md", text.toString(), ReferencesTest.class);
  }

  /** Whoever was refused finds the check on the page about it, in either language. */
  @ParameterizedTest
  @ValueSource(strings = {"docs/why-refused.md", "docs/why-refused.zh.md"})
  void everyCheckThatRefusesHasItsRowForThoseWhoWereRefused(String page) throws IOException {
    Path root = Path.of(System.getProperty("tidegate.basedir", "")).toAbsolutePath();
    List<String> rows =
        Files.readAllLines(root.resolve(page)).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.split("`", 3)[1])
            .toList();
    List<String> refusing =
        Stream.concat(
                Checks.all().all().stream().map(check -> check.descriptor().id()),
                Stream.of("denyList", "scope", "bounds"))
            .toList();
    assertThat(rows).containsExactlyInAnyOrderElementsOf(refusing);
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("*", "\\*");
  }
}
