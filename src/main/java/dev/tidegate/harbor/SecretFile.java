package dev.tidegate.harbor;

import dev.tidegate.model.BadValue;
import dev.tidegate.model.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Secrets in a file that may be changed at any time: it is read again at most once a second. While
 * it cannot be read, the secrets of before stay, and somebody is told.
 */
public final class SecretFile implements Supplier<Secrets> {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int MOST_BYTES = 64 * 1024;

  private final Path file;
  private final Ticker ticker;
  private final Consumer<BadValue> trouble;
  private String text;
  private String told = "";
  private Secrets secrets;
  private long readAt;

  /**
   * Reads {@code file}.
   *
   * @param trouble is told, once for each, why the file could not be read again
   * @throws BadValue if it cannot be read now, or has no secrets
   */
  public SecretFile(Path file, Ticker ticker, Consumer<BadValue> trouble) {
    this.file = Objects.requireNonNull(file);
    this.ticker = Objects.requireNonNull(ticker);
    this.trouble = Objects.requireNonNull(trouble);
    this.text = read(file);
    this.secrets = parse(file, text);
    this.readAt = ticker.read();
  }

  @Override
  public synchronized Secrets get() {
    long now = ticker.read();
    if (now - readAt >= PAUSE.toNanos()) {
      readAt = now;
      try {
        String read = read(file);
        if (!read.equals(text)) {
          secrets = parse(file, read);
          text = read;
        }
        told = "";
      } catch (BadValue bad) {
        if (!bad.problem().equals(told)) {
          told = bad.problem();
          trouble.accept(bad);
        }
      }
    }
    return secrets;
  }

  private static Secrets parse(Path file, String text) {
    try {
      return Secrets.parse(text);
    } catch (BadValue bad) {
      throw new BadValue("in " + file + ": " + bad.problem(), bad.fix());
    }
  }

  private static String read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new BadValue(
            file + " is longer than " + MOST_BYTES + " bytes", "write one secret per line");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BadValue(
          file + " cannot be read (" + e.getClass().getSimpleName() + ")",
          "let it exist, and let the gate's user read it");
    }
  }
}
