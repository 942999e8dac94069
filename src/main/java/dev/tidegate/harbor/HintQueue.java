package dev.tidegate.harbor;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hints that wait for somebody to look: each once, in the order in which they first came, bounded.
 * When there are too many they are all dropped for one task, to reconcile everything; that is also
 * the first task, since nobody knows what happened before.
 */
public final class HintQueue {
  private final int most;
  private final Lock lock = new ReentrantLock();
  private final Condition something = lock.newCondition();
  private final Set<Received> waiting = new LinkedHashSet<>();
  private boolean everything = true;
  private long overflows;

  /** What is to be done. */
  public sealed interface Task {}

  /** One hint. */
  public record One(Received received) implements Task {
    public One {
      Objects.requireNonNull(received);
    }
  }

  /** Reconcile all that is remembered with all that there is. */
  public record Everything() implements Task {}

  /**
   * A hint, and from which Harbor.
   *
   * @param host of the Harbor whose secret came with it
   */
  public record Received(String host, Hint hint) {
    public Received {
      Objects.requireNonNull(host);
      Objects.requireNonNull(hint);
    }
  }

  /**
   * @param most how many hints may wait
   */
  public HintQueue(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("a queue has room for one at least");
    }
    this.most = most;
  }

  /** Adds {@code received}, unless it waits already. Never blocks for longer than a moment. */
  public void add(Received received) {
    lock.lock();
    try {
      if (waiting.contains(received)) {
        return;
      }
      if (waiting.size() >= most) {
        waiting.clear();
        everything = true;
        overflows++;
      } else {
        waiting.add(received);
      }
      something.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Asks for everything to be reconciled, after a gap of which somebody learnt otherwise. */
  public void reconcile() {
    lock.lock();
    try {
      everything = true;
      waiting.clear(); // all of it is in there
      something.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The next task; empty when there is none within {@code wait}. */
  public Optional<Task> next(Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = wait.toNanos();
      while (!everything && waiting.isEmpty()) {
        if (left <= 0) {
          return Optional.empty();
        }
        left = something.awaitNanos(left);
      }
      if (everything) {
        // What came since is looked at afterwards: reconciling may have passed it already.
        everything = false;
        return Optional.of(new Everything());
      }
      Iterator<Received> first = waiting.iterator();
      Received received = first.next();
      first.remove();
      return Optional.of(new One(received));
    } finally {
      lock.unlock();
    }
  }

  /** How many hints wait. */
  public int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** How often there were too many. */
  public long overflows() {
    lock.lock();
    try {
      return overflows;
    } finally {
      lock.unlock();
    }
  }
}
