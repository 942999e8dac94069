package dev.tidegate.admission.http;

import dev.tidegate.model.Ticker;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The requests of one event loop that must be answered by a moment, whatever happens. They are
 * looked at together every {@link #LOOK_EVERY} while there are any: nearly all are answered at
 * once, and a timer for each was a fortieth of what an admission costs. Not thread-safe.
 */
final class Overdue {
  /** By how much at most a request is noticed too late; the reserve for answering is a second. */
  static final Duration LOOK_EVERY = Duration.ofMillis(25);

  private final Ticker ticker;
  private final Failures failures;

  /** As few as are in work; the one that ends is nearly always the last that came. */
  private final List<Waiting> waiting = new ArrayList<>();

  private boolean looking;

  private record Waiting(Exchange exchange, long until) {}

  Overdue(Ticker ticker, Failures failures) {
    this.ticker = ticker;
    this.failures = failures;
  }

  /** Tells {@code exchange} that it is late when {@code after} has passed. */
  void watch(Exchange exchange, Duration after, Vertx vertx) {
    waiting.add(new Waiting(exchange, ticker.read() + after.toNanos()));
    if (!looking) {
      looking = true;
      vertx.setPeriodic(LOOK_EVERY.toMillis(), timer -> look(timer, vertx));
    }
  }

  /** {@code exchange} has ended. */
  void forget(Exchange exchange) {
    for (int i = waiting.size() - 1; i >= 0; i--) {
      if (waiting.get(i).exchange() == exchange) {
        waiting.remove(i);
        return;
      }
    }
  }

  private void look(long timer, Vertx vertx) {
    if (waiting.isEmpty()) {
      looking = false;
      vertx.cancelTimer(timer);
      return;
    }
    long now = ticker.read();
    List<Waiting> late = waiting.stream().filter(one -> now - one.until() >= 0).toList();
    waiting.removeAll(late);
    for (Waiting one : late) {
      try {
        one.exchange().late();
      } catch (RuntimeException defect) {
        failures.unexpected(defect); // the others are told all the same
      }
    }
  }
}
