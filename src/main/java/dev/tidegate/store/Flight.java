package dev.tidegate.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One piece of gathering in progress, and those who wait for it. Each waiter has a future of its
 * own in a list from which it can leave, so that nobody's cancelling ends the flight and nobody who
 * left is kept.
 */
final class Flight {
  private final int mostWaiters;
  private final List<CompletableFuture<Void>> waiters = new ArrayList<>();
  private boolean landed;

  Flight(int mostWaiters) {
    this.mostWaiters = mostWaiters;
  }

  /**
   * Whether {@code waiter} now waits, or needs not to wait any more; false when too many wait
   * already.
   */
  boolean join(CompletableFuture<Void> waiter) {
    synchronized (this) {
      if (!landed) {
        if (waiters.size() >= mostWaiters) {
          return false;
        }
        waiters.add(waiter);
        var _ = waiter.whenComplete((done, failure) -> leave(waiter));
        return true;
      }
    }
    waiter.complete(null);
    return true;
  }

  private synchronized void leave(CompletableFuture<Void> waiter) {
    if (!landed) {
      waiters.removeIf(other -> other == waiter); // a future equals only itself
    }
  }

  /** Lets all waiters go. */
  void land() {
    List<CompletableFuture<Void>> going;
    synchronized (this) {
      landed = true;
      going = List.copyOf(waiters);
      waiters.clear();
    }
    going.forEach(waiter -> waiter.complete(null));
  }
}
