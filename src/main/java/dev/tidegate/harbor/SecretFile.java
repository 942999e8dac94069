package dev.tidegate.harbor;

import dev.tidegate.document.Reread;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Ticker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Secrets in a file that may be changed at any time, see {@link Reread}. */
public final class SecretFile implements Supplier<Secrets> {
  private static final Reread.Form FORM = new Reread.Form(64 * 1024, "write one secret per line");

  private final Reread<Secrets> file;

  /**
   * Reads {@code file}.
   *
   * @param trouble is told, once for each, why the file could not be read again
   * @throws BadValue if it cannot be read now, or has no secrets
   */
  public SecretFile(Path file, Ticker ticker, Consumer<BadValue> trouble) {
    this.file =
        new Reread<>(
            file,
            FORM,
            bytes -> Secrets.parse(new String(bytes, StandardCharsets.UTF_8)),
            ticker,
            trouble);
  }

  @Override
  public Secrets get() {
    return file.get();
  }
}
