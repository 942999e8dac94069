package dev.tidegate.harbor.admin;

import dev.tidegate.harbor.Secrets;
import dev.tidegate.model.BadValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The secret that callbacks are to carry: the first one in its file, so that one that is put before
 * it is the next one to be used.
 */
public final class CallbackSecret {
  private static final int BYTES = 32;
  private static final long LONGEST_FILE = 64 * 1024;

  private final Path file;
  private final String value;
  private final boolean fresh;

  private CallbackSecret(Path file, String value, boolean fresh) {
    this.file = Objects.requireNonNull(file);
    this.value = Objects.requireNonNull(value);
    this.fresh = fresh;
  }

  /**
   * The first secret in {@code file}; a new one, not written yet, if there is no such file.
   *
   * @throws BadValue if the file cannot be used
   */
  public static CallbackSecret of(Path file) {
    if (!Files.exists(file)) {
      byte[] random = new byte[BYTES];
      new SecureRandom().nextBytes(random);
      return new CallbackSecret(file, HexFormat.of().formatHex(random), true);
    }
    try {
      if (Files.size(file) > LONGEST_FILE) {
        throw new BadValue("is longer than 64 KiB", "write one secret per line");
      }
      String text = Files.readString(file);
      Secrets.parse(text); // complains about what the gate would not take
      return new CallbackSecret(
          file,
          text.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElseThrow(),
          false);
    } catch (IOException unreadable) {
      throw new BadValue("cannot be read", "check that it is a text file that you may read");
    }
  }

  /** The secret. */
  public String value() {
    return value;
  }

  /** That it has to be written, if it has to. */
  public Optional<Line> line() {
    return fresh
        ? Optional.of(
            Line.create(
                "secret of callbacks",
                List.of("written to " + file),
                () -> KeptFile.write(file, value + "\n")))
        : Optional.empty();
  }
}
