package dev.tidegate.app;

import dev.tidegate.admission.Decision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Writes decisions as lines, on a thread of its own and from a bounded queue: a slow or broken sink
 * loses lines, which are counted, and never delays or changes a decision.
 *
 * <p>A line is made by whoever decides, who has all that it tells in the caches of his processor;
 * another thread would fetch it from there at a greater cost than that of making the line.
 */
final class DecisionLog implements AutoCloseable {
  /** How long lines come together before they are written. */
  private static final Duration REST = Duration.ofMillis(5);

  /** Bytes of lines that are written at once at the latest. */
  private static final int FULL = 32 * 1024;

  /** Most bytes of lines that wait, however few lines they are. */
  private static final long MOST_BYTES = 32L * 1024 * 1024;

  private final BlockingQueue<byte[]> waiting;
  private final AtomicLong held = new AtomicLong();
  private final long mostBytes;
  private final OutputStream sink;
  private final InstantSource clock;
  private final AtomicLong lost = new AtomicLong();
  private final ByteArrayOutputStream batch = new ByteArrayOutputStream(2 * FULL);
  private int lines;
  private final Thread writer;
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * @param queue lines that may wait
   * @param sink where lines go; not closed here
   */
  DecisionLog(int queue, OutputStream sink, InstantSource clock) {
    this(queue, MOST_BYTES, sink, clock);
  }

  /**
   * @param mostBytes bytes of lines that may wait
   */
  DecisionLog(int queue, long mostBytes, OutputStream sink, InstantSource clock) {
    this.waiting = new ArrayBlockingQueue<>(queue);
    this.mostBytes = mostBytes;
    this.sink = sink;
    this.clock = clock;
    this.writer = Thread.ofPlatform().name("tidegate-decisions").daemon(true).start(this::run);
  }

  /** Takes note of {@code decision}; never waits. */
  void write(Decision decision) {
    Instant at = clock.instant();
    offer(() -> DecisionLine.of(decision, at));
  }

  /** Takes note of what came of an image that was let through without a scan; never waits. */
  void write(Rechecks.Result result) {
    Instant at = clock.instant();
    offer(() -> RecheckLine.of(result, at));
  }

  private void offer(Supplier<byte[]> making) {
    // Looked at first: where lines are lost anyway, none need be made.
    if (isClosed() || waiting.remainingCapacity() == 0 || !offered(making)) {
      lost.incrementAndGet();
    }
  }

  private boolean offered(Supplier<byte[]> making) {
    byte[] line;
    try {
      line = making.get();
    } catch (RuntimeException defect) {
      return false; // told by the metric: the log itself is what is broken
    }
    if (held.addAndGet(line.length) <= mostBytes && waiting.offer(line)) {
      return true;
    }
    held.addAndGet(-line.length);
    return false;
  }

  /** Lines that could not be written. */
  long lost() {
    return lost.get();
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void run() {
    while (!isClosed() || !waiting.isEmpty()) {
      try {
        byte[] line = waiting.poll(200, TimeUnit.MILLISECONDS);
        if (line != null) {
          write(line);
          // While nobody waits for lines, who decides need not wake anybody, and one call of the
          // system writes what has come together.
          var _ = closed.await(REST.toNanos(), TimeUnit.NANOSECONDS);
        }
      } catch (InterruptedException stopping) {
        return;
      }
    }
  }

  /** Writes all that waits, with a call of the system for many lines together. */
  private void write(byte[] first) {
    byte[] line = first;
    while (line != null) {
      held.addAndGet(-line.length);
      batch.writeBytes(line);
      lines++;
      if (batch.size() >= FULL) {
        put();
      }
      line = waiting.poll();
    }
    put();
  }

  private void put() {
    try {
      batch.writeTo(sink);
      sink.flush();
    } catch (IOException | RuntimeException broken) {
      lost.addAndGet(lines); // told by the metric
    }
    batch.reset();
    lines = 0;
  }

  /** Writes what waits, for at most two seconds. */
  @Override
  public void close() {
    closed.countDown();
    try {
      if (!writer.join(Duration.ofSeconds(2))) {
        writer.interrupt();
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
