package dev.tidegate.harbor;

import java.time.Instant;
import java.util.Optional;

/** Moments that Harbor writes as seconds since 1970. */
public final class Seconds {
  /** The end of the year 9999: what is said to be later is then. */
  private static final long LAST = 253_402_300_799L;

  private Seconds() {}

  /** The moment that {@code seconds} are; what is before 1970 is 1970. */
  static Instant at(long seconds) {
    return Instant.ofEpochSecond(Math.clamp(seconds, 0, LAST));
  }

  /** When a robot account ends that says {@code seconds}; empty for never, a negative number. */
  public static Optional<Instant> end(long seconds) {
    return seconds < 0 ? Optional.empty() : Optional.of(at(seconds));
  }
}
