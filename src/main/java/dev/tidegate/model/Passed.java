package dev.tidegate.model;

import java.time.Instant;
import java.util.Objects;

/**
 * That an image passed a check, worth remembering if the pod is let through: what comes to light
 * later may be tolerated for a while where it runs already.
 *
 * @param demands what was demanded, as the check names it
 * @param image what passed
 * @param asOf how new that was by which it passed
 */
public record Passed(String demands, PinnedImage image, Instant asOf) {
  public Passed {
    Objects.requireNonNull(demands);
    Objects.requireNonNull(image);
    Objects.requireNonNull(asOf);
  }
}
