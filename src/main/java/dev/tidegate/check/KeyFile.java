package dev.tidegate.check;

import dev.tidegate.document.Material;
import dev.tidegate.evidence.VerificationKey;
import dev.tidegate.model.BadValue;
import java.util.Objects;

/**
 * A public key in a file beside the policy.
 *
 * @param name of the file
 * @param key in it
 */
public record KeyFile(String name, VerificationKey key) {
  public KeyFile {
    Objects.requireNonNull(name);
    Objects.requireNonNull(key);
  }

  /**
   * The key in {@code file}.
   *
   * @throws BadValue if it has none that is accepted
   */
  public static KeyFile of(Material file) {
    try {
      return new KeyFile(file.file(), VerificationKey.parse(file.text()));
    } catch (BadValue bad) {
      throw new BadValue("in " + file.file() + ": " + bad.problem(), bad.fix());
    }
  }
}
