package dev.tidegate.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Scheduler;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.model.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Answers in memory, bounded by weight, each for as long as it is of use. */
final class Memory {
  /** Clocks that differ by more have been set in between. */
  private static final Duration CLOCK_SLACK = Duration.ofSeconds(5);

  private final Cache<Slot, Entry> remembered;
  private final Latest<Slot, Entry> latest;
  private final InstantSource clock;
  private final Ticker ticker;

  /**
   * @param weight most bytes, about
   */
  Memory(long weight, InstantSource clock, Ticker ticker) {
    this.clock = clock;
    this.ticker = ticker;
    this.latest = new Latest<>(weight / 4, Entry::weight);
    this.remembered =
        Caffeine.newBuilder()
            .maximumWeight(weight)
            .weigher((Slot slot, Entry entry) -> entry.weight())
            .ticker(ticker::read)
            .scheduler(Scheduler.disabledScheduler())
            .executor(Runnable::run)
            .expireAfter(
                Expiry.<Slot, Entry>writing(
                    (slot, entry) -> Duration.ofNanos(Math.max(1, entry.end() - ticker.read()))))
            .build();
  }

  /** What is remembered under {@code slot}. */
  @Nullable Entry get(Slot slot) {
    Entry entry = remembered.getIfPresent(slot);
    return entry != null ? entry : latest.get(slot);
  }

  /** Remembers {@code learned} beside what is known already. */
  void learn(Slot slot, Entry.Learned learned) {
    AtomicReference<@Nullable Entry> made = new AtomicReference<>();
    remembered
        .asMap()
        .compute(
            slot,
            (same, before) -> {
              Entry after = Entry.after(before != null ? before : latest.get(slot), learned);
              made.set(after);
              return after;
            });
    latest.put(slot, Objects.requireNonNull(made.get()));
  }

  /**
   * Whether an answer is not from before {@code notBefore}. Where the time of day was set since
   * then, the ticker and the less favourable of both count.
   */
  boolean recent(Entry.Learned learned, Instant notBefore) {
    if (notBefore.equals(Instant.MIN)) {
      return true;
    }
    Instant obtained =
        switch (learned.evidence()) {
          case Evidence.Present<?> present -> present.obtained();
          case Evidence.Absent<?> absent -> absent.obtained();
          case Evidence.Unavailable<?> none -> Instant.MIN;
        };
    Instant now = clock.instant();
    Duration byClock = Duration.between(obtained, now);
    Duration byTicker = Duration.ofNanos(ticker.read() - learned.born());
    if (byClock.minus(byTicker).abs().compareTo(CLOCK_SLACK) > 0) {
      Duration age = byClock.compareTo(byTicker) > 0 ? byClock : byTicker;
      return age.compareTo(Duration.between(notBefore, now)) <= 0;
    }
    return !obtained.isBefore(notBefore);
  }

  /** Where something is remembered. */
  Set<Slot> slots() {
    return remembered.asMap().keySet();
  }

  long entries() {
    return remembered.estimatedSize();
  }

  /** Bytes, about. */
  long weight() {
    return remembered
        .policy()
        .eviction()
        .flatMap(one -> one.weightedSize().stream().boxed().findFirst())
        .orElse(0L);
  }
}
