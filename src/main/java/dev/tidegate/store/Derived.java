package dev.tidegate.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidegate.evidence.Derivation;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.Weighed;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Evidence that is computed: by a few threads of its own, since on virtual threads it would keep
 * everything else waiting, and remembered by all that went into it.
 */
final class Derived implements AutoCloseable {
  private static final int OVERHEAD = 400;
  private static final int QUEUE = 2000;
  private static final int MOST_WAITERS = 1024;

  private final Map<Class<?>, Derivation<?, ?>> derivations = new HashMap<>();
  private final Cache<EvidenceKey<?>, Computed> known;
  private final Latest<EvidenceKey<?>, Computed> latest;
  private final ConcurrentMap<EvidenceKey<?>, Flight> flights = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor threads;
  private final InstantSource clock;
  private final StoreEvents events;

  /**
   * @param weight most bytes of results and what they were computed from, about
   * @param threads how many compute at one time
   */
  Derived(
      Collection<? extends Derivation<?, ?>> derivations,
      long weight,
      int threads,
      InstantSource clock,
      StoreEvents events) {
    for (Derivation<?, ?> one : derivations) {
      if (this.derivations.put(one.serves(), one) != null) {
        throw new IllegalArgumentException("two serve " + one.serves().getSimpleName());
      }
    }
    this.clock = clock;
    this.events = events;
    this.latest = new Latest<>(weight / 4, Computed::weight);
    this.known =
        Caffeine.newBuilder()
            .maximumWeight(weight)
            .weigher((EvidenceKey<?> key, Computed computed) -> computed.weight())
            .executor(Runnable::run)
            .build();
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(QUEUE),
            Thread.ofPlatform().name("tidegate-verify-", 1).daemon(true).factory());
    this.threads.allowCoreThreadTimeOut(true);
  }

  @SuppressWarnings("unchecked") // what is remembered under a key of T was computed for it
  <T> @Nullable Evidence<T> peek(EvidenceKey.Derived<T> key) {
    Computed computed = computed(key);
    return computed == null ? null : (Evidence<T>) computed.answer();
  }

  private @Nullable Computed computed(EvidenceKey.Derived<?> key) {
    Computed computed = known.getIfPresent(key);
    return computed != null ? computed : latest.get(key);
  }

  /**
   * A result.
   *
   * @param weight about how many bytes it and its key take
   */
  private record Computed(Evidence<?> answer, int weight) {
    static Computed of(EvidenceKey.Derived<?> key, Evidence<?> answer) {
      long weight =
          OVERHEAD
              + (long) key.weight()
              + (answer instanceof Evidence.Present<?>(Weighed value, var at) ? value.weight() : 0);
      return new Computed(answer, (int) Math.min(weight, Integer.MAX_VALUE));
    }
  }

  /** Lets {@code waiter} wait until {@code key} is computed. */
  void join(EvidenceKey.Derived<?> key, CompletableFuture<Void> waiter) {
    if (computed(key) != null) {
      waiter.complete(null);
      return;
    }
    Flight mine = new Flight(MOST_WAITERS);
    Flight other = flights.putIfAbsent(key, mine);
    if (!(other == null ? mine : other).join(waiter)) {
      waiter.complete(null); // too many wait: this one is judged with what is there
    }
    if (other == null) {
      try {
        threads.execute(() -> compute(key, mine));
      } catch (RejectedExecutionException full) {
        // Nothing is remembered: it stays missing, and is asked for again or is too late.
        flights.remove(key, mine);
        mine.land();
      }
    }
  }

  private void compute(EvidenceKey.Derived<?> key, Flight flight) {
    Evidence<?> answer =
        new Evidence.Unavailable<>(Doubt.of(Cause.BUG, "verification was broken off"));
    try {
      answer = derive(key);
    } catch (RuntimeException | StackOverflowError defect) {
      answer =
          new Evidence.Unavailable<>(
              Doubt.of(Cause.BUG, "a defect of the gate stopped verification; its log says more"));
      tell(key, defect);
    } finally {
      Computed computed = Computed.of(key, answer);
      known.put(key, computed);
      latest.put(key, computed);
      flights.remove(key, flight);
      flight.land();
    }
  }

  private void tell(EvidenceKey<?> key, Throwable defect) {
    events.defect(
        key, defect instanceof RuntimeException own ? own : new IllegalStateException(defect));
  }

  @SuppressWarnings("unchecked") // derivations are registered under the class of their keys
  private <K extends EvidenceKey.Derived<T>, T> Evidence<T> derive(EvidenceKey.Derived<?> key) {
    Derivation<K, T> derivation = (Derivation<K, T>) derivations.get(key.getClass());
    Instant now = clock.instant();
    return derivation == null
        ? new Evidence.Unavailable<>(Doubt.of(Cause.BUG, "nothing here can compute it"))
        : new Evidence.Present<>(derivation.derive((K) key), now);
  }

  int flights() {
    return flights.size();
  }

  long entries() {
    return known.estimatedSize();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
