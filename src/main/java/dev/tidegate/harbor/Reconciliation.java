package dev.tidegate.harbor;

import dev.tidegate.model.Doubt;
import dev.tidegate.model.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, for one Harbor, what callbacks did not tell: reads its lists, compares them with what
 * the gate remembers, and looks again where they differ. It is due at first, after {@link #soon},
 * and from time to time; while Harbor fails it waits longer each time.
 */
public final class Reconciliation {
  private static final Duration FIRST_RETRY = Duration.ofSeconds(15);

  private final String host;
  private final Comparing comparing;
  private final Remembered memory;
  private final Instant born;
  private final Duration every;
  private final InstantSource clock;
  private final Ticker ticker;
  private final RandomGenerator random;
  private final AtomicLong runs = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong differences = new AtomicLong();
  private volatile @Nullable Instant lastSuccess;
  private long dueAt;
  private long notBefore;
  private boolean gap = true;
  private int failed;

  /**
   * What came of one run.
   *
   * @param repositories that were compared
   * @param artifacts that the lists have
   * @param differences how many things were looked at again because a list said something new
   * @param refused lists that could not be read; what is remembered of them was asked anew
   * @param unanswered differences that could not be looked at; the next run does
   * @param down why the run was broken off
   */
  public record Outcome(
      int repositories,
      int artifacts,
      int differences,
      int refused,
      int unanswered,
      Optional<Doubt> down) {
    public Outcome {
      Objects.requireNonNull(down);
    }

    /** Whether all that Harbor shows was compared, and all differences were looked at. */
    public boolean complete() {
      return down.isEmpty() && unanswered == 0;
    }
  }

  /**
   * How it has gone so far.
   *
   * @param runs how often lists were read
   * @param failures how many of these runs were not complete
   * @param differences found in all runs
   * @param lastSuccess when the last complete run ended; empty before the first
   */
  public record Stats(long runs, long failures, long differences, Optional<Instant> lastSuccess) {
    public Stats {
      Objects.requireNonNull(lastSuccess);
    }
  }

  /**
   * @param host the Harbor's registry host, with its port if it has one, as references have it
   * @param memory what is compared
   * @param every how long to wait after a run, a tenth more or less
   * @param random spreads replicas and Harbors, so that they do not ask at the same time
   */
  public Reconciliation(
      String host,
      HarborApi harbor,
      Remembered memory,
      Duration every,
      InstantSource clock,
      Ticker ticker,
      RandomGenerator random) {
    this.host = Objects.requireNonNull(host);
    this.comparing = new Comparing(host, new Survey(harbor, ticker), memory, clock);
    this.memory = memory;
    this.born = clock.instant();
    this.every = every;
    this.clock = clock;
    this.ticker = ticker;
    this.random = random;
    this.dueAt = ticker.read();
    this.notBefore = dueAt;
  }

  /** The Harbor that it is about. */
  public String host() {
    return host;
  }

  /** Something may have been missed: a run is due, unless Harbor wants to be left alone. */
  public synchronized void soon() {
    gap = true;
  }

  /** Whether a run is due. */
  public synchronized boolean due() {
    long now = ticker.read();
    return now - notBefore >= 0 && (gap || now - dueAt >= 0);
  }

  /** Reads and compares once; one run at a time. */
  public Outcome run() throws InterruptedException {
    synchronized (this) {
      gap = false; // what is missed from now on needs another run
    }
    Outcome outcome = comparing.run();
    if (outcome.complete() && lastSuccess == null) {
      memory.compared(host, born);
      outcome = comparing.foundMeanwhile(outcome, born);
    }
    runs.incrementAndGet();
    differences.addAndGet(outcome.differences());
    if (outcome.complete()) {
      lastSuccess = clock.instant();
    } else {
      failures.incrementAndGet();
    }
    plan(outcome);
    return outcome;
  }

  private synchronized void plan(Outcome outcome) {
    long now = ticker.read();
    if (outcome.complete()) {
      failed = 0;
      notBefore = now;
      dueAt = now + spread(every);
      return;
    }
    Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(failed, 12));
    failed++;
    Duration asked =
        outcome
            .down()
            .flatMap(Doubt::retryAt)
            .map(at -> Duration.between(clock.instant(), at))
            .orElse(Duration.ZERO);
    long bounded = spread(wait.compareTo(every) < 0 ? wait : every);
    notBefore = now + Math.max(bounded, Math.min(asked.toNanos(), every.toNanos()));
    dueAt = notBefore;
  }

  private long spread(Duration time) {
    return (long) (time.toNanos() * (0.9 + 0.2 * random.nextDouble()));
  }

  /** How it has gone so far. */
  public Stats stats() {
    return new Stats(
        runs.get(), failures.get(), differences.get(), Optional.ofNullable(lastSuccess));
  }
}
