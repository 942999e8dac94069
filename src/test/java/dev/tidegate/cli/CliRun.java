package dev.tidegate.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * One run of the command line inside this process, with what it wrote.
 *
 * @param status exit status
 * @param out standard output
 * @param err standard error
 */
record CliRun(int status, String out, String err) {
  /** The fixtures; commands run in this directory. */
  static final Path DIRECTORY =
      Path.of(System.getProperty("tidegate.basedir", ""))
          .toAbsolutePath()
          .resolve("src/test/resources/cli");

  static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  /** Surroundings that no terminal and no variable of this machine shows in. */
  static Environment environment(Map<String, String> variables, boolean terminal) {
    return environment(variables, terminal, InstantSource.fixed(NOW));
  }

  private static Environment environment(
      Map<String, String> variables, boolean terminal, InstantSource clock) {
    return new Environment(variables, DIRECTORY, terminal, clock, System::nanoTime);
  }

  static CliRun of(String... args) {
    return with("", Map.of(), false, args);
  }

  static CliRun reading(String in, String... args) {
    return with(in, Map.of(), false, args);
  }

  /** Writes to {@code file} how a cluster is reached whose API server is at {@code port}. */
  static void kubeconfig(Path file, int port) throws IOException {
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: test, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: test, user: {token: secret-token}}]
        contexts: [{name: test, context: {cluster: test, user: test}}]
        current-context: test
        """
            .formatted(port));
  }

  /** A run by another clock, for what is compared with clocks of servers. */
  static CliRun at(InstantSource clock, String... args) {
    return run("", environment(Map.of(), false, clock), args);
  }

  static CliRun with(String in, Map<String, String> variables, boolean terminal, String... args) {
    return run(in, environment(variables, terminal), args);
  }

  private static CliRun run(String in, Environment environment, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Cli.run(
            args,
            new PrintWriter(out),
            new PrintWriter(err),
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            environment);
    return new CliRun(status, out.toString(), err.toString());
  }
}
