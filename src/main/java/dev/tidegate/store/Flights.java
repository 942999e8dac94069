package dev.tidegate.store;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
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
    AtomicReference<@Nullable Flight> mine = new AtomicReference<>();
    AtomicReference<@Nullable Flight> joined = new AtomicReference<>();
    lines.compute(
        place,
        (same, line) -> {
          if (line == null) {
            if (lines.size() >= most) {
              return null;
            }
            Flight first = new Flight(mostWaiters);
            mine.set(first);
            joined.set(first);
            return new Line(first, clock.instant(), null);
          }
          if (!line.begun().isBefore(notBefore)) {
            joined.set(line.running());
            return line;
          }
          Flight following = line.next();
          Flight next = following == null ? new Flight(mostWaiters) : following;
          joined.set(next);
          return new Line(line.running(), line.begun(), next);
        });
    Flight flight = joined.get();
    boolean waits = flight != null && flight.join(waiter);
    Flight begun = mine.get();
    if (begun != null) {
      start.accept(place, begun);
    }
    if (!waits) {
      return Joined.FULL;
    }
    return Joined.WAITS;
  }

  /** {@code flight} for {@code place} has ended; the next one begins. */
  void land(S place, Flight flight, BiConsumer<S, Flight> start) {
    AtomicReference<@Nullable Flight> following = new AtomicReference<>();
    lines.computeIfPresent(
        place,
        (same, line) -> {
          if (line.running() != flight) {
            return line;
          }
          Flight next = line.next();
          following.set(next);
          return next == null ? null : new Line(next, clock.instant(), null);
        });
    flight.land();
    Flight next = following.get();
    if (next != null) {
      start.accept(place, next);
    }
  }
}
