package dev.tidegate.store;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is being asked at the moment: at most one flight per place, and at most one that follows it
 * for those who need to know what is there later than it began.
 *
 * @param <S> places
 */
final class Flights<S> {
  private final int most;
  private final int mostWaiters;
  private final InstantSource clock;
  private final ConcurrentMap<S, Line> lines = new ConcurrentHashMap<>();

  /** What flies for one place. */
  private record Line(Flight running, Instant begun, @Nullable Flight next) {}

  /**
   * @param most most flights at one time
   * @param mostWaiters most who wait for one
   */
  Flights(int most, int mostWaiters, InstantSource clock) {
    this.most = most;
    this.mostWaiters = mostWaiters;
    this.clock = clock;
  }

  /** Flights at the moment. */
  int size() {
    return lines.size();
  }

  /** Whether something flies for {@code place}. */
  boolean flies(S place) {
    return lines.containsKey(place);
  }

  /** What came of {@link #join}. */
  enum Joined {
    /** It waits, or needs not to. */
    WAITS,
    /** Too many flights or waiters. */
    FULL
  }

  /**
   * Lets {@code waiter} wait for a flight that begins at {@code notBefore} or later.
   *
   * @param start begins a flight; called at once or when the one before it has landed
   */
  Joined join(
      S place, Instant notBefore, CompletableFuture<Void> waiter, BiConsumer<S, Flight> start) {
    Flight[] mine = new Flight[1];
    Flight[] joined = new Flight[1];
    lines.compute(
        place,
        (same, line) -> {
          if (line == null) {
            if (lines.size() >= most) {
              return null;
            }
            mine[0] = new Flight(mostWaiters);
            joined[0] = mine[0];
            return new Line(mine[0], clock.instant(), null);
          }
          if (!line.begun().isBefore(notBefore)) {
            joined[0] = line.running();
            return line;
          }
          Flight next = line.next() == null ? new Flight(mostWaiters) : line.next();
          joined[0] = next;
          return new Line(line.running(), line.begun(), next);
        });
    if (joined[0] == null || !joined[0].join(waiter)) {
      return Joined.FULL;
    }
    if (mine[0] != null) {
      start.accept(place, mine[0]);
    }
    return Joined.WAITS;
  }

  /** {@code flight} for {@code place} has ended; the next one begins. */
  void land(S place, Flight flight, BiConsumer<S, Flight> start) {
    Flight[] following = new Flight[1];
    lines.computeIfPresent(
        place,
        (same, line) -> {
          if (line.running() != flight) {
            return line;
          }
          following[0] = line.next();
          return line.next() == null ? null : new Line(line.next(), clock.instant(), null);
        });
    flight.land();
    if (following[0] != null) {
      start.accept(place, following[0]);
    }
  }
}
