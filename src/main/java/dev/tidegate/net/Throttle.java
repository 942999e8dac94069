package dev.tidegate.net;

import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Ticker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How much is asked of one host: so many requests at a time, so many per second, none for a moment
 * after it kept failing, and none before the time that it named itself.
 */
final class Throttle {
  /** A host that failed is asked again after this. */
  static final Duration OPEN = Duration.ofSeconds(5);

  /** Longest that a host may shut us out by Retry-After. */
  static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(1);

  /** So many failures in a row, and none but failures, shut a host out. */
  private static final int IN_A_ROW = 5;

  private static final int MOST_WAITING = 1024;

  private final String host;
  private final Semaphore slots;
  private final Semaphore waiting = new Semaphore(MOST_WAITING);
  private final Lock probing = new ReentrantLock();
  private final Condition ended = probing.newCondition();
  private final RateLimiter rate;
  private final CircuitBreaker breaker;
  private final InstantSource clock;
  private final Ticker ticker;

  /** Reading of the ticker until which the host wants to be left alone; null when it does not. */
  private final AtomicReference<@Nullable Long> shut = new AtomicReference<>();

  Throttle(Host host, InstantSource clock, Ticker ticker) {
    this.host = host.name();
    this.clock = clock;
    this.ticker = ticker;
    this.slots = new Semaphore(host.concurrent());
    this.rate =
        RateLimiter.of(
            host.name(),
            RateLimiterConfig.custom()
                .limitForPeriod(host.perSecond())
                .limitRefreshPeriod(Duration.ofSeconds(1))
                .timeoutDuration(Duration.ZERO)
                .build());
    this.breaker =
        CircuitBreaker.of(
            host.name(),
            CircuitBreakerConfig.custom()
                .slidingWindowSize(IN_A_ROW)
                .minimumNumberOfCalls(IN_A_ROW)
                .failureRateThreshold(100)
                .waitDurationInOpenState(OPEN)
                .permittedNumberOfCallsInHalfOpenState(1)
                .currentTimestampFunction(ignored -> ticker.read(), TimeUnit.NANOSECONDS)
                .clock(new TickerClock(ticker))
                .build());
  }

  /** One request that may be sent. */
  interface Permit extends AutoCloseable {
    /** What came of it; whether that speaks against the host. */
    void ended(boolean failed);

    @Override
    void close();
  }

  /**
   * Waits until a request may be sent.
   *
   * @throws Trouble if it may not be before the deadline
   */
  Permit enter(Request request, Deadline deadline) throws Trouble, InterruptedException {
    Long until = shut.get();
    if (until != null && until - ticker.read() > 0) {
      throw Trouble.until(
          Cause.THROTTLED,
          request.what(),
          host + " asked to be left alone for a moment",
          clock.instant().plusNanos(until - ticker.read()));
    }
    if (!breaker.tryAcquirePermission()) {
      afterProbe(request, deadline);
    }
    boolean entered = false;
    try {
      queue(request, deadline);
      entered = true;
    } finally {
      if (!entered) {
        breaker.releasePermission();
        settled();
      }
    }
    long start = breaker.getCurrentTimestamp();
    return new Permit() {
      private boolean told;

      @Override
      public void ended(boolean failed) {
        told = true;
        long took = breaker.getCurrentTimestamp() - start;
        if (failed) {
          breaker.onError(took, breaker.getTimestampUnit(), new Exception("failed"));
        } else {
          breaker.onSuccess(took, breaker.getTimestampUnit());
        }
        settled();
      }

      @Override
      public void close() {
        if (!told) {
          breaker.releasePermission();
          settled();
        }
        slots.release();
      }
    };
  }

  /**
   * A host that has failed is tried with one request. What is asked at the same time waits for that
   * one to end: an image needs several answers, and none of them may be lost for being second.
   */
  private void afterProbe(Request request, Deadline deadline) throws Trouble, InterruptedException {
    if (!waiting.tryAcquire()) {
      throw crowded(request);
    }
    probing.lock(); // never held for longer than a moment
    try {
      long left = deadline.remaining().toNanos();
      while (!breaker.tryAcquirePermission()) {
        if (breaker.getState() != CircuitBreaker.State.HALF_OPEN || left <= 0) {
          throw Trouble.until(
              Cause.UNREACHABLE,
              request.what(),
              host + " has failed several times in a row and is left alone for a moment",
              clock.instant().plus(OPEN));
        }
        left = ended.awaitNanos(left);
      }
    } finally {
      probing.unlock();
      waiting.release();
    }
  }

  /** A request has ended, so that those that wait for it can look again. */
  private void settled() {
    probing.lock();
    try {
      ended.signalAll();
    } finally {
      probing.unlock();
    }
  }

  private Trouble crowded(Request request) {
    return Trouble.of(
        Cause.OVERLOADED, request.what(), "too many requests wait for " + host + " already");
  }

  private void queue(Request request, Deadline deadline) throws Trouble, InterruptedException {
    if (!waiting.tryAcquire()) {
      throw crowded(request);
    }
    try {
      if (!slots.tryAcquire(Math.max(0, deadline.remaining().toNanos()), TimeUnit.NANOSECONDS)) {
        throw full(request);
      }
      boolean paced = false;
      try {
        long wait = rate.reservePermission(1);
        long nanos = wait < 0 ? nextPeriod() : wait;
        while (wait < 0 && nanos < deadline.remaining().toNanos()) {
          TimeUnit.NANOSECONDS.sleep(nanos);
          wait = rate.reservePermission(1);
        }
        if (wait < 0) {
          throw full(request);
        }
        paced = true;
      } finally {
        if (!paced) {
          slots.release();
        }
      }
    } finally {
      waiting.release();
    }
  }

  /** Until the limiter has permits again, at most. */
  private static long nextPeriod() {
    return TimeUnit.MILLISECONDS.toNanos(50);
  }

  private Trouble full(Request request) {
    return Trouble.of(
        Cause.OVERLOADED,
        request.what(),
        "as much is asked of " + host + " already as its limits allow");
  }

  /** The host wants to be left alone for {@code wanted}; until when it will be. */
  Instant leaveAlone(Duration wanted) {
    Duration bounded = wanted.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : wanted;
    shut.set(ticker.read() + bounded.toNanos());
    return clock.instant().plus(bounded);
  }
}
