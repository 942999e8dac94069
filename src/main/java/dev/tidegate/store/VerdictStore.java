package dev.tidegate.store;

import dev.tidegate.evidence.Derivation;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.EvidenceStore;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The verdict store: evidence in memory, over a file if there is one, with one flight per question
 * for all who ask at the same time. Everything is bounded; what is over a bound is not known for a
 * moment, and nothing that is known is lost by it.
 */
public final class VerdictStore implements EvidenceStore, AutoCloseable {
  private final Map<Class<?>, LiveEvidence<?, ?>> live = new HashMap<>();
  private final Memory memory;
  private final Derived derived;
  private final Settings settings;
  private final InstantSource clock;
  private final Ticker ticker;
  private final Backing backing;
  private final Obtaining obtaining;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /**
   * How much is kept and for how long.
   *
   * @param lifetimes how long answers may be used
   * @param weight most bytes of evidence in memory, about, and as many of what is computed from it
   * @param budget longest time for one question, whatever those who wait for it have left
   * @param threads how many verify at one time
   */
  public record Settings(Lifetimes lifetimes, long weight, Duration budget, int threads) {
    /** The usual ones. */
    public static final Settings USUAL =
        new Settings(
            Lifetimes.USUAL,
            128L << 20,
            Duration.ofSeconds(20),
            Math.max(1, Runtime.getRuntime().availableProcessors()));
  }

  /**
   * Where evidence comes from; at most one of each for one kind of question.
   *
   * @param live what is at hand
   * @param sources what can be asked
   * @param derivations what can be computed
   */
  public record Origins(
      Collection<? extends LiveEvidence<?, ?>> live,
      Collection<? extends EvidenceSource<?, ?>> sources,
      Collection<? extends Derivation<?, ?>> derivations) {}

  /**
   * @param archive the file under it, if there is one; closed with this store
   * @param executor runs each flight; virtual threads in production
   * @param clock the time of day
   * @param ticker measures ages; nobody sets it
   * @throws IllegalArgumentException if two serve the same kind of question
   */
  public VerdictStore(
      Origins origins,
      Settings settings,
      Optional<Archive> archive,
      Executor executor,
      InstantSource clock,
      Ticker ticker,
      StoreEvents events) {
    for (LiveEvidence<?, ?> one : origins.live()) {
      unique(live.put(one.serves(), one), one.serves());
    }
    this.settings = settings;
    this.clock = clock;
    this.ticker = ticker;
    this.memory = new Memory(settings.weight(), clock, ticker);
    this.backing = new Backing(memory, archive, settings.lifetimes(), clock, ticker);
    this.obtaining =
        new Obtaining(
            origins.sources(), backing, settings.budget(), executor, clock, ticker, events);
    this.derived =
        new Derived(origins.derivations(), settings.weight(), settings.threads(), clock, events);
  }

  /** At most one serves a kind of question. */
  static void unique(@Nullable Object previous, Class<?> kind) {
    if (previous != null) {
      throw new IllegalArgumentException("two serve " + kind.getSimpleName());
    }
  }

  @Override
  public <T> @Nullable Evidence<T> peek(EvidenceKey<T> key, Instant notBefore) {
    Evidence<T> answer =
        switch (key) {
          case EvidenceKey.Live<T> at -> live(at);
          case EvidenceKey.Derived<T> computed -> derived.peek(computed);
          case EvidenceKey.Fetched<T> fetched -> {
            Evidence<T> known = atHand(fetched);
            yield known != null ? known : remembered(fetched, notBefore);
          }
        };
    (answer == null ? misses : hits).increment();
    return answer;
  }

  private <T> Evidence<T> live(EvidenceKey.Live<T> key) {
    Evidence<T> known = atHand(key);
    return known != null
        ? known
        : new Evidence.Unavailable<>(Doubt.of(Cause.NOT_SYNCED, "the gate does not know it yet"));
  }

  @SuppressWarnings("unchecked") // live evidence is registered under the class of its keys
  private <T> @Nullable Evidence<T> atHand(EvidenceKey<T> key) {
    LiveEvidence<?, ?> at = live.get(key.getClass());
    return at == null ? null : ((LiveEvidence<EvidenceKey<T>, T>) at).peek(key);
  }

  @SuppressWarnings("unchecked") // what is remembered under a key of T was obtained for it
  private <T> @Nullable Evidence<T> remembered(EvidenceKey.Fetched<T> key, Instant notBefore) {
    Slot slot = obtaining.slot(key);
    Entry entry = memory.get(slot);
    if (entry == null) {
      return null;
    }
    long now = ticker.read();
    Entry.Learned usable = entry.usable();
    if (usable != null && usable.end() - now > 0 && memory.recent(usable, notBefore)) {
      if (isOld(slot, now - usable.born())) {
        obtaining.renewInBackground(slot);
      }
      return (Evidence<T>) usable.evidence();
    }
    Entry.Learned since = entry.since();
    return since != null && since.end() - now > 0 ? (Evidence<T>) since.evidence() : null;
  }

  /** Spread by slot, so that what was learnt together is not renewed together. */
  private boolean isOld(Slot slot, long age) {
    return settings
        .lifetimes()
        .soft(slot.key())
        .map(Duration::toNanos)
        .filter(
            soft -> age > soft - soft / 5 * Math.floorMod(slot.hashCode() * 0x9E3779B1, 100) / 100)
        .isPresent();
  }

  /** Asks for {@code key} again, whatever is known; what is known is used until then. */
  public CompletableFuture<Void> renew(EvidenceKey.Fetched<?> key) {
    return gather(Set.of(new Wanted(key, clock.instant())));
  }

  /** The questions that memory has an answer to and that are {@code meant}; of one moment or so. */
  public Set<EvidenceKey.Fetched<?>> known(Predicate<EvidenceKey.Fetched<?>> meant) {
    Set<EvidenceKey.Fetched<?>> known = new LinkedHashSet<>();
    for (Slot slot : memory.slots()) {
      if (slot.key() instanceof EvidenceKey.Fetched<?> key && meant.test(key)) {
        known.add(key);
      }
    }
    return known;
  }

  /**
   * Whether there is an answer to {@code key} in memory, or in the file, from which it is taken
   * over; asks nobody. May wait a moment, so not for event loops.
   */
  public boolean knows(EvidenceKey.Fetched<?> key) {
    Slot slot = obtaining.slot(key);
    return backing.inMemory(slot) || backing.takeOver(slot);
  }

  /**
   * The questions of {@code kind} that the file has something under, at most so many; {@link
   * #knows} says whether it is of use. Empty while the file cannot be asked, as some time after the
   * start. Only of kinds whose keys can be read from their names. May wait a moment, so not for
   * event loops.
   */
  public <K extends EvidenceKey.Fetched<?>> Optional<List<K>> kept(Class<K> kind, int most) {
    return backing.keys(kind, most);
  }

  @Override
  public CompletableFuture<Void> gather(Set<Wanted> wanted) {
    CompletableFuture<?>[] waiting =
        wanted.stream().map(this::gather).toArray(CompletableFuture[]::new);
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

  private CompletableFuture<Void> gather(Wanted wanted) {
    CompletableFuture<Void> waiter = new CompletableFuture<>();
    switch (wanted.key()) {
      case EvidenceKey.Live<?> live -> waiter.complete(null); // there is nowhere else to ask
      case EvidenceKey.Derived<?> computed -> derived.join(computed, waiter);
      case EvidenceKey.Fetched<?> fetched ->
          obtaining.join(obtaining.slot(fetched), wanted.notBefore(), waiter);
    }
    return waiter;
  }

  /**
   * From now on, answers in the file about images of {@code registry} that are from before {@code
   * moment} are only used if asking fails: something may have changed while nobody listened.
   */
  public void doubtFile(String registry, Instant moment) {
    backing.doubt(registry, moment);
  }

  /** Remembers {@code value} as the answer to {@code key}, which came to light here and now. */
  public <T> void remember(EvidenceKey.Fetched<T> key, T value) {
    Instant now = clock.instant();
    backing.learn(obtaining.slot(key), new Evidence.Present<>(value, now), now, ticker.read());
  }

  /** What was {@link #remember}ed as the answer to {@code key} is over, in the file as well. */
  public void forget(EvidenceKey.Fetched<?> key) {
    Instant now = clock.instant();
    Slot slot = obtaining.slot(key);
    backing.learn(slot, new Evidence.Absent<>(now), now, ticker.read());
    backing.forget(slot);
  }

  /**
   * How it is at the moment.
   *
   * @param entries answers in memory
   * @param weight their bytes, about
   * @param derived results of verification in memory
   * @param flights questions being asked
   * @param hits answers given from memory
   * @param misses questions that memory had no answer to
   * @param fromArchive answers found in the file
   * @param renewed answers that were renewed because of their age
   * @param archiveUsable whether there is a file and it is in use
   */
  public record Stats(
      long entries,
      long weight,
      long derived,
      int flights,
      long hits,
      long misses,
      long fromArchive,
      long renewed,
      boolean archiveUsable) {}

  /** How it is at the moment. */
  public Stats stats() {
    return new Stats(
        memory.entries(),
        memory.weight(),
        derived.entries(),
        obtaining.flights() + derived.flights(),
        hits.sum(),
        misses.sum(),
        backing.takenOver(),
        obtaining.renewed(),
        backing.usable());
  }

  @Override
  public void close() {
    derived.close();
    backing.close();
  }
}
