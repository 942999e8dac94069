package dev.tidegate.document;

import dev.tidegate.model.BadValue;
import dev.tidegate.model.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a file says that may be changed at any time: it is read again at most once a second. While
 * it cannot be read, what it said before stays, and somebody is told.
 */
public final class Reread<T> implements Supplier<T> {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /**
   * What a file may be.
   *
   * @param mostBytes longest file
   * @param fix what to do about a longer one
   */
  public record Form(int mostBytes, String fix) {
    public Form {
      Objects.requireNonNull(fix);
    }
  }

  private final Path file;
  private final Form form;
  private final Function<byte[], T> parse;
  private final Ticker ticker;
  private final Consumer<BadValue> trouble;
  private byte[] bytes;
  private T value;
  private String told = "";
  private long readAt;

  /**
   * Reads {@code file}.
   *
   * @param form its bounds
   * @param parse throws {@link BadValue} for what cannot be used
   * @param trouble is told, once for each, why the file could not be read again
   * @throws BadValue if it cannot be used now
   */
  public Reread(
      Path file, Form form, Function<byte[], T> parse, Ticker ticker, Consumer<BadValue> trouble) {
    this.form = Objects.requireNonNull(form);
    this.file = Objects.requireNonNull(file);
    this.parse = Objects.requireNonNull(parse);
    this.ticker = Objects.requireNonNull(ticker);
    this.trouble = Objects.requireNonNull(trouble);
    this.bytes = read();
    this.value = parse(bytes);
    this.readAt = ticker.read();
  }

  @Override
  public synchronized T get() {
    long now = ticker.read();
    if (now - readAt >= PAUSE.toNanos()) {
      readAt = now;
      try {
        byte[] read = read();
        if (!Arrays.equals(read, bytes)) {
          value = parse(read);
          bytes = read;
        }
        told = "";
      } catch (BadValue bad) {
        if (!bad.problem().equals(told)) {
          told = bad.problem();
          trouble.accept(bad);
        }
      }
    }
    return value;
  }

  private T parse(byte[] read) {
    try {
      return parse.apply(read);
    } catch (BadValue bad) {
      throw new BadValue("in " + file + ": " + bad.problem(), bad.fix());
    }
  }

  private byte[] read() {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] read = in.readNBytes(form.mostBytes() + 1);
      if (read.length <= form.mostBytes()) {
        return read;
      }
    } catch (IOException unreadable) {
      throw new BadValue(
          file + " cannot be read (" + unreadable.getClass().getSimpleName() + ")",
          "let it exist, and let the gate's user read it");
    }
    throw new BadValue(file + " is longer than " + form.mostBytes() + " bytes", form.fix());
  }
}
