package dev.tidegate.store;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * Asks for what is not known: one flight per question for all who ask at the same time, which goes
 * on under its own budget when those who wait for it have gone. What comes of it is learned, also
 * that nobody could tell.
 */
final class Obtaining {
  private static final int MOST_FLIGHTS = 2048;
  private static final int MOST_WAITERS = 1024;
  private static final int MOST_RENEWALS = 32;

  private final Map<Class<?>, EvidenceSource<?, ?>> sources = new HashMap<>();
  private final Flights<Slot> flights;
  private final Backing backing;
  private final Duration longest;
  private final Executor executor;
  private final InstantSource clock;
  private final Ticker ticker;
  private final StoreEvents events;
  private final Semaphore renewals = new Semaphore(MOST_RENEWALS);
  private final LongAdder renewed = new LongAdder();

  /**
   * @param longest time for one question
   * @throws IllegalArgumentException if two serve the same kind of question
   */
  Obtaining(
      Collection<? extends EvidenceSource<?, ?>> sources,
      Backing backing,
      Duration longest,
      Executor executor,
      InstantSource clock,
      Ticker ticker,
      StoreEvents events) {
    for (EvidenceSource<?, ?> one : sources) {
      VerdictStore.unique(this.sources.put(one.serves(), one), one.serves());
    }
    this.backing = backing;
    this.longest = longest;
    this.executor = executor;
    this.clock = clock;
    this.ticker = ticker;
    this.events = events;
    this.flights = new Flights<>(MOST_FLIGHTS, MOST_WAITERS, clock);
  }

  /** Questions being asked. */
  int flights() {
    return flights.size();
  }

  /** How many answers were renewed because of their age. */
  long renewed() {
    return renewed.sum();
  }

  /** Where the answer to {@code key} is kept, which depends on who may see it. */
  Slot slot(EvidenceKey.Fetched<?> key) {
    EvidenceSource<?, ?> source = sources.get(key.getClass());
    return new Slot(key, source == null ? "" : access(source, key));
  }

  @SuppressWarnings("unchecked") // sources are registered under the class of their keys
  private static <K extends EvidenceKey.Fetched<T>, T> String access(
      EvidenceSource<?, ?> source, EvidenceKey.Fetched<?> key) {
    return ((EvidenceSource<K, T>) source).access((K) key);
  }

  /**
   * Lets {@code waiter} wait for an answer to the question of {@code slot} that is from {@code
   * notBefore} or later; if it is from whenever, the file's is enough.
   */
  void join(Slot slot, Instant notBefore, CompletableFuture<Void> waiter) {
    boolean any = notBefore.equals(Instant.MIN);
    if (flights.join(slot, notBefore, waiter, any ? this::finding : this::asking)
        == Flights.Joined.FULL) {
      backing.learn(slot, overloaded(), clock.instant(), ticker.read());
      waiter.complete(null);
    }
  }

  /** Asks again; what is known is used until there is an answer. */
  void renewInBackground(Slot slot) {
    if (!flights.flies(slot) && renewals.tryAcquire()) {
      renewed.increment();
      CompletableFuture<Void> done = new CompletableFuture<>();
      var _ = done.whenComplete((landed, failure) -> renewals.release());
      if (flights.join(slot, Instant.MIN, done, this::asking) == Flights.Joined.FULL) {
        done.complete(null);
      }
    }
  }

  private static Evidence<?> overloaded() {
    return new Evidence.Unavailable<>(
        Doubt.of(Cause.OVERLOADED, "too many questions are being asked at once"));
  }

  /** A flight that may end at the file. */
  private void finding(Slot slot, Flight flight) {
    start(slot, flight, true);
  }

  /** A flight that asks in any case, but takes what the file has in case that fails. */
  private void asking(Slot slot, Flight flight) {
    start(slot, flight, false);
  }

  private void start(Slot slot, Flight flight, boolean fileIsEnough) {
    try {
      executor.execute(() -> fly(slot, flight, fileIsEnough));
    } catch (RejectedExecutionException full) {
      backing.learn(slot, overloaded(), clock.instant(), ticker.read());
      flights.land(slot, flight, this::asking);
    }
  }

  private void fly(Slot slot, Flight flight, boolean fileIsEnough) {
    Instant now = clock.instant();
    long born = ticker.read();
    Evidence<?> answer = new Evidence.Unavailable<>(Doubt.of(Cause.BUG, "asking was broken off"));
    boolean asked = true;
    try {
      if (backing.takeOver(slot) && fileIsEnough && !backing.doubts(slot)) {
        asked = false;
        return;
      }
      EvidenceSource<?, ?> source = sources.get(slot.key().getClass());
      answer =
          source == null
              ? new Evidence.Unavailable<>(
                  Doubt.of(Cause.NOT_CONFIGURED, "nothing here can answer it"))
              : obtain(source, slot.key());
    } catch (InterruptedException stopping) {
      answer = new Evidence.Unavailable<>(Doubt.of(Cause.OVERLOADED, "the gate is shutting down"));
      Thread.currentThread().interrupt();
    } catch (RuntimeException defect) {
      answer =
          new Evidence.Unavailable<>(
              Doubt.of(Cause.BUG, "a defect of the gate stopped asking; its log says more"));
      tell(slot, defect);
    } finally {
      if (asked) {
        backing.learn(slot, answer, now, born);
      }
      flights.land(slot, flight, this::asking);
    }
  }

  private void tell(Slot slot, RuntimeException defect) {
    try {
      events.defect(slot.key(), defect);
    } catch (RuntimeException ofListener) {
      defect.addSuppressed(ofListener); // telling may not change what is answered
    }
  }

  @SuppressWarnings("unchecked") // sources are registered under the class of their keys
  private <K extends EvidenceKey.Fetched<T>, T> Evidence<T> obtain(
      EvidenceSource<?, ?> source, EvidenceKey<?> key) throws InterruptedException {
    return ((EvidenceSource<K, T>) source)
        .obtain((K) key, new Budgeted(Deadline.in(longest, ticker)));
  }

  /** An errand within its budget. */
  private final class Budgeted implements EvidenceSource.Errand {
    private final Deadline budget;
    private final long born = ticker.read();

    private Budgeted(Deadline budget) {
      this.budget = budget;
    }

    @Override
    public Deadline budget() {
      return budget;
    }

    @Override
    public <U> Optional<U> before(EvidenceKey.Fetched<U> key) {
      return Obtaining.this.before(key);
    }

    @Override
    public <U> void alsoLearned(EvidenceKey.Fetched<U> key, Evidence<U> seen) {
      backing.learn(slot(key), seen, clock.instant(), born);
    }
  }

  @SuppressWarnings("unchecked") // what is remembered under a key of U was obtained for it
  private <U> Optional<U> before(EvidenceKey.Fetched<U> key) {
    return backing.before(slot(key)).map(value -> (U) value);
  }
}
