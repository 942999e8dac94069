package dev.tidegate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs programs to their end. */
final class Shell {
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private Shell() {}

  /**
   * What came of a program.
   *
   * @param out its standard output
   * @param err its standard error
   */
  record Result(int exit, String out, String err) {
    /** The result, if it ended well. */
    Result orFail() {
      if (exit != 0) {
        throw new AssertionError("exit " + exit + "\n" + out + err);
      }
      return this;
    }

    /** Both outputs, errors first as people see warnings before the result. */
    String all() {
      return err + out;
    }
  }

  /**
   * Asks by curl, in {@code directory}, with {@code options}; the HTTP status, or 000 without one.
   *
   * @param input what {@code @-} stands for
   */
  static String status(Path directory, String input, List<String> options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "curl",
                "--silent",
                "--output",
                "/dev/null",
                "--write-out",
                "%{http_code}",
                "--header",
                "Content-Type: application/json"));
    command.addAll(options);
    return run(directory, Map.of(), input, command).out();
  }

  /** Runs {@code command} in {@code directory} with {@code input}. */
  static Result run(
      Path directory, Map<String, String> environment, String input, List<String> command) {
    Path out = null;
    Path err = null;
    try {
      out = Files.createTempFile("tidegate", ".out");
      err = Files.createTempFile("tidegate", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("not done after " + LONGEST + ": " + command);
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException failed) {
      throw new UncheckedIOException("running " + command, failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + command, stopped);
    } finally {
      delete(out);
      delete(err);
    }
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException left) {
      throw new UncheckedIOException(left);
    }
  }
}
