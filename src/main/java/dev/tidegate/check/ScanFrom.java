package dev.tidegate.check;

import dev.tidegate.document.Words;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.PlainText;
import java.util.Objects;

/**
 * Where a policy has scan results from.
 *
 * @param source where they are read
 */
public record ScanFrom(ScanSource source) {
  public ScanFrom {
    Objects.requireNonNull(source);
  }

  /**
   * Reads {@code harbor}, {@code report} or {@code attestation}.
   *
   * @throws BadValue if it is none of these
   */
  public static ScanFrom parse(String text) {
    for (ScanSource source : ScanSource.values()) {
      if (Words.of(source).equals(text)) {
        return new ScanFrom(source);
      }
    }
    throw new BadValue(
        PlainText.quote(text) + " is no source of scan results",
        Words.choose(text, Words.of(ScanSource.class)));
  }

  /** The word in policies. */
  @Override
  public String toString() {
    return Words.of(source);
  }
}
