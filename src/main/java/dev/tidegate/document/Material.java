package dev.tidegate.document;

import dev.tidegate.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A file that a document names and that belongs to it: a public key, a trusted root. In the
 * document stands its name; it lies beside the document.
 *
 * @param file its name
 * @param content its bytes, read at the same moment as the document
 */
public record Material(String file, Bytes content) {
  public Material {
    Objects.requireNonNull(file);
    Objects.requireNonNull(content);
  }

  /** The content as UTF-8 text. */
  public String text() {
    return new String(content.toArray(), StandardCharsets.UTF_8);
  }
}
