package dev.tidegate.app;

import dev.tidegate.model.Ticker;
import java.time.Duration;

/**
 * Lets a sentence into the log at most once a minute: what others cause must not fill it. Counters
 * have the whole number.
 */
final class Seldom {
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Ticker ticker;
  private boolean told;
  private long toldAt;

  Seldom(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Whether it may be told now; then it counts as told. */
  synchronized boolean mayTell() {
    long now = ticker.read();
    if (told && now - toldAt < PAUSE.toNanos()) {
      return false;
    }
    told = true;
    toldAt = now;
    return true;
  }
}
