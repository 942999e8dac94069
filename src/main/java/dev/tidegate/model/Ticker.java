package dev.tidegate.model;

/**
 * A monotonic clock in nanoseconds, comparable by difference only; {@code System::nanoTime} in
 * production.
 */
@FunctionalInterface
public interface Ticker {
  /** The present reading in nanoseconds; only differences between readings mean anything. */
  long read();
}
