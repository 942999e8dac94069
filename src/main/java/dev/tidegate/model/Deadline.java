package dev.tidegate.model;

import java.time.Duration;

/**
 * The moment until which an answer is still of use, handed down to everything that may wait.
 *
 * @param atNanos reading of {@code ticker} at which time is up; compared by difference, so it may
 *     overflow
 * @param ticker the clock that {@code atNanos} belongs to
 */
public record Deadline(long atNanos, Ticker ticker) {

  /** A deadline {@code timeout} from now. */
  public static Deadline in(Duration timeout, Ticker ticker) {
    return new Deadline(ticker.read() + timeout.toNanos(), ticker);
  }

  /** Time left; zero or negative when the deadline has passed. */
  public Duration remaining() {
    return Duration.ofNanos(atNanos - ticker.read());
  }

  /** Whether no time is left. */
  public boolean passed() {
    return atNanos - ticker.read() <= 0;
  }

  /** This deadline, or one {@code most} from now if that is sooner. */
  public Deadline atMost(Duration most) {
    return remaining().compareTo(most) <= 0 ? this : in(most, ticker);
  }
}
