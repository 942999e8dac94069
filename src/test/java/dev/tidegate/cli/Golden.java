package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts that are compared with files of the project. With {@code -Dtidegate.regenerate=true} the
 * files are written anew; the test then fails all the same, so that nobody mistakes it for a
 * comparison.
 */
final class Golden {
  private static final Path PROJECT =
      Path.of(System.getProperty("tidegate.basedir", "")).toAbsolutePath();

  private Golden() {}

  /**
   * Compares {@code text} with {@code file}.
   *
   * @param file relative to the project
   */
  static void assertSame(String file, String text, Class<?> test) {
    String command = "./mvnw test -Dtest=" + test.getSimpleName() + " -Dtidegate.regenerate=true";
    Path path = PROJECT.resolve(file);
    try {
      if (Boolean.getBoolean("tidegate.regenerate")) {
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        fail(file + " was written anew; look at the difference, then run the test without that");
      }
      assertThat(path).as("%s is missing; make it by: %s", file, command).isRegularFile();
      assertThat(text)
          .as("%s is not up to date; if the change is meant, write it anew by: %s", file, command)
          .isEqualTo(Files.readString(path));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
