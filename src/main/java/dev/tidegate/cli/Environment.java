package dev.tidegate.cli;

import dev.tidegate.model.Ticker;
import java.io.Console;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;

/**
 * What a command knows of its surroundings.
 *
 * @param variables environment variables
 * @param directory relative paths start here
 * @param terminal whether a person watches
 * @param clock the time of day, for ends of exemptions
 * @param ticker the clock of deadlines
 */
public record Environment(
    Map<String, String> variables,
    Path directory,
    boolean terminal,
    InstantSource clock,
    Ticker ticker) {
  /** Width of texts when nobody says how wide the terminal is. */
  private static final int USUAL_WIDTH = 120;

  public Environment {
    variables = Map.copyOf(variables);
    Objects.requireNonNull(directory);
    Objects.requireNonNull(clock);
    Objects.requireNonNull(ticker);
  }

  /** The surroundings of this process. */
  @SuppressWarnings("SystemConsoleNull") // null is still allowed, and a console may be no terminal
  public static Environment ofProcess() {
    Console console = System.console();
    return new Environment(
        System.getenv(),
        Path.of("").toAbsolutePath(),
        console != null && console.isTerminal(),
        Clock.systemUTC(),
        System::nanoTime);
  }

  /** Whether colours are wanted: on a terminal, unless NO_COLOR (no-color.org) is set. */
  boolean colour() {
    return terminal
        && variables.getOrDefault("NO_COLOR", "").isEmpty()
        && !variables.getOrDefault("TERM", "").equals("dumb");
  }

  /** Columns of the terminal, as the shell says in COLUMNS. */
  int width() {
    String columns = variables.getOrDefault("COLUMNS", "");
    return columns.matches("[0-9]{1,4}") ? Integer.parseInt(columns) : USUAL_WIDTH;
  }
}
