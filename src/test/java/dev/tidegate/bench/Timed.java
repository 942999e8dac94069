package dev.tidegate.bench;

import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * What one small thing costs this thread, in time on a processor, whatever else the machine does:
 * the median of batches, after a warm-up.
 */
record Timed(double micros, double bytes) {
  private static final int BATCHES = 11;
  private static final long BATCH_NANOS = 100_000_000;
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Something to measure. */
  @FunctionalInterface
  interface Step {
    Object once() throws Exception;
  }

  /** Measures {@code step}. */
  static Timed of(Step step) throws Exception {
    long began = THREADS.getCurrentThreadCpuTime();
    int perBatch = 0;
    while (THREADS.getCurrentThreadCpuTime() - began < 20 * BATCH_NANOS) {
      keep(step.once());
      perBatch++;
    }
    perBatch = Math.max(1, perBatch / 20);
    double[] micros = new double[BATCHES];
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int batch = 0; batch < BATCHES; batch++) {
      long from = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < perBatch; i++) {
        keep(step.once());
      }
      micros[batch] = (THREADS.getCurrentThreadCpuTime() - from) / 1e3 / perBatch;
    }
    double bytes =
        (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / BATCHES / perBatch;
    Arrays.sort(micros);
    return new Timed(micros[BATCHES / 2], bytes);
  }

  private static void keep(Object result) {
    if (result.hashCode() == 0x5eed && System.nanoTime() == 0) {
      throw new IllegalStateException("only so that nothing is optimised away");
    }
  }

  @Override
  public String toString() {
    return "%.1f µs, %.1f KB".formatted(micros, bytes / 1e3);
  }
}
