package dev.tidegate.model;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Something that could not be known, and why.
 *
 * @param cause the class of trouble
 * @param tried what was tried and what came of it, as the end of "could not decide: ", for people;
 *     without control characters
 * @param retryAt when another try makes sense, if the other side said so
 */
public record Doubt(Cause cause, String tried, Optional<Instant> retryAt) {
  public Doubt {
    Objects.requireNonNull(cause);
    tried = PlainText.of(tried, 500);
    Objects.requireNonNull(retryAt);
  }

  /** A doubt without a hint when to try again. */
  public static Doubt of(Cause cause, String tried) {
    return new Doubt(cause, tried, Optional.empty());
  }
}
