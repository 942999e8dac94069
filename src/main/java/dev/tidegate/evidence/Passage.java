package dev.tidegate.evidence;

import java.time.Instant;
import java.util.Objects;

/**
 * That something passed once.
 *
 * @param asOf how new what it passed by was: what came to light later was not known then
 */
public record Passage(Instant asOf) {
  public Passage {
    Objects.requireNonNull(asOf);
  }
}
