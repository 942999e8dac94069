package dev.tidegate.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Scheduler;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.EvidenceStore;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Evidence in memory, with one flight per question for all who ask at the same time. Bounded in
 * entries, flights and waiters; what is over a bound is Unavailable(OVERLOADED) for a moment.
 */
public final class MemoryStore implements EvidenceStore {
  private static final int MOST_FLIGHTS = 1024;
  private static final int MOST_WAITERS = 1024;

  /** Time that a flight may take, whatever the admission that started it has left. */
  private static final Duration FLIGHT_BUDGET = Duration.ofSeconds(20);

  private final Map<Class<?>, LiveEvidence<?, ?>> live = new HashMap<>();
  private final Map<Class<?>, EvidenceSource<?, ?>> sources = new HashMap<>();
  private final Cache<EvidenceKey<?>, Evidence<?>> remembered;
  private final ConcurrentMap<EvidenceKey<?>, Flight> flights = new ConcurrentHashMap<>();
  private final Executor executor;
  private final Ticker ticker;
  private final Defects defects;

  /** Is told of exceptions that sources threw against their contract. */
  @FunctionalInterface
  public interface Defects {
    /** {@code source} threw {@code defect} when asked for {@code key}. */
    void inSource(EvidenceKey<?> key, RuntimeException defect);
  }

  /**
   * @param live what is at hand; one per kind of question
   * @param sources what can be asked; one per kind of question
   * @param entries most answers remembered
   * @param executor runs each flight; virtual threads in production
   * @throws IllegalArgumentException if two serve the same kind of question
   */
  public MemoryStore(
      Collection<? extends LiveEvidence<?, ?>> live,
      Collection<? extends EvidenceSource<?, ?>> sources,
      int entries,
      Executor executor,
      Ticker ticker,
      Defects defects) {
    for (LiveEvidence<?, ?> one : live) {
      unique(this.live.put(one.serves(), one), one.serves());
    }
    for (EvidenceSource<?, ?> one : sources) {
      unique(this.sources.put(one.serves(), one), one.serves());
    }
    this.executor = executor;
    this.ticker = ticker;
    this.defects = defects;
    this.remembered =
        Caffeine.newBuilder()
            .maximumSize(entries)
            .ticker(ticker::read)
            .scheduler(Scheduler.disabledScheduler())
            .executor(Runnable::run)
            .expireAfter(
                Expiry.<EvidenceKey<?>, Evidence<?>>writing(
                    (key, evidence) -> Lifetimes.of(key, evidence)))
            .build();
  }

  private static void unique(@Nullable Object previous, Class<?> kind) {
    if (previous != null) {
      throw new IllegalArgumentException("two serve " + kind.getSimpleName());
    }
  }

  @Override
  @SuppressWarnings("unchecked") // what is remembered under a key of T was obtained for it
  public <T> @Nullable Evidence<T> peek(EvidenceKey<T> key, Instant notBefore) {
    LiveEvidence<?, ?> at = live.get(key.getClass());
    Evidence<T> known = at == null ? null : peek((LiveEvidence<EvidenceKey<T>, T>) at, key);
    if (known != null) {
      return known;
    }
    if (key instanceof EvidenceKey.Live<T>) {
      return new Evidence.Unavailable<>(
          Doubt.of(Cause.NOT_SYNCED, "the gate does not know it yet"));
    }
    Evidence<T> answer = (Evidence<T>) remembered.getIfPresent(key);
    return answer == null || before(answer, notBefore) ? null : answer;
  }

  private static boolean before(Evidence<?> answer, Instant notBefore) {
    return switch (answer) {
      case Evidence.Present<?> present -> present.obtained().isBefore(notBefore);
      case Evidence.Absent<?> absent -> absent.obtained().isBefore(notBefore);
      case Evidence.Unavailable<?> unavailable -> false;
    };
  }

  private static <K extends EvidenceKey<T>, T> @Nullable Evidence<T> peek(
      LiveEvidence<K, T> at, K key) {
    return at.peek(key);
  }

  @Override
  public CompletableFuture<Void> gather(Set<Wanted> wanted) {
    CompletableFuture<?>[] waiting =
        wanted.stream().map(want -> gather(want.key())).toArray(CompletableFuture[]::new);
    CompletableFuture<Void> all = CompletableFuture.allOf(waiting);
    CompletableFuture<Void> own = new CompletableFuture<>();
    var _ = all.whenComplete((done, failure) -> own.complete(null));
    var _ =
        own.whenComplete((done, failure) -> {
          for (CompletableFuture<?> waiter : waiting) {
            waiter.cancel(false); // leaves its flight's list; of no effect once done
          }
        });
    return own;
  }

  private CompletableFuture<Void> gather(EvidenceKey<?> key) {
    CompletableFuture<Void> waiter = new CompletableFuture<>();
    Flight flight = flights.get(key);
    boolean ours = false;
    if (flight == null) {
      if (flights.size() >= MOST_FLIGHTS) {
        remember(key, overloaded());
        waiter.complete(null);
        return waiter;
      }
      Flight mine = new Flight(MOST_WAITERS);
      Flight other = flights.putIfAbsent(key, mine);
      ours = other == null;
      flight = other == null ? mine : other;
    }
    if (!flight.join(waiter)) {
      waiter.complete(null); // too many wait: this one is judged with what is there
    }
    if (ours) {
      start(key, flight);
    }
    return waiter;
  }

  private void start(EvidenceKey<?> key, Flight flight) {
    try {
      executor.execute(() -> fly(key, flight));
    } catch (RejectedExecutionException full) {
      land(key, flight, overloaded());
    }
  }

  private void fly(EvidenceKey<?> key, Flight flight) {
    Evidence<?> answer = new Evidence.Unavailable<>(Doubt.of(Cause.BUG, "asking was broken off"));
    try {
      EvidenceSource<?, ?> source = sources.get(key.getClass());
      answer =
          source == null
              ? new Evidence.Unavailable<>(Doubt.of(Cause.NOT_SYNCED, "nothing here can answer it"))
              : obtain(source, key);
    } catch (InterruptedException stopping) {
      answer = new Evidence.Unavailable<>(Doubt.of(Cause.OVERLOADED, "the gate is shutting down"));
      Thread.currentThread().interrupt();
    } catch (RuntimeException defect) {
      defects.inSource(key, defect);
      answer =
          new Evidence.Unavailable<>(
              Doubt.of(Cause.BUG, "a defect of the gate stopped asking; its log says more"));
    } finally {
      land(key, flight, answer);
    }
  }

  @SuppressWarnings("unchecked") // sources are registered under the class of their keys
  private <K extends EvidenceKey.Fetched<T>, T> Evidence<T> obtain(
      EvidenceSource<?, ?> source, EvidenceKey<?> key) throws InterruptedException {
    return ((EvidenceSource<K, T>) source)
        .obtain((K) key, new Budgeted(Deadline.in(FLIGHT_BUDGET, ticker)));
  }

  /** An errand within its budget. */
  private final class Budgeted implements EvidenceSource.Errand {
    private final Deadline budget;

    private Budgeted(Deadline budget) {
      this.budget = budget;
    }

    @Override
    public Deadline budget() {
      return budget;
    }

    @Override
    public <U> void alsoLearned(EvidenceKey.Fetched<U> key, Evidence<U> seen) {
      remember(key, seen);
    }
  }

  private void land(EvidenceKey<?> key, Flight flight, Evidence<?> answer) {
    remember(key, answer);
    flights.remove(key, flight);
    flight.land();
  }

  private void remember(EvidenceKey<?> key, Evidence<?> answer) {
    remembered.put(key, answer);
  }

  private static Evidence<?> overloaded() {
    return new Evidence.Unavailable<>(
        Doubt.of(Cause.OVERLOADED, "too many questions are being asked at once"));
  }
}
