package dev.tidegate.app;

import dev.tidegate.harbor.Reconciliation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Runs what is due of the reconciliations, each Harbor on a thread of its own. */
final class Reconciling implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final List<Reconciliation> all;
  private final Log log;
  private final Consumer<RuntimeException> defects;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closing;

  private Reconciling(List<Reconciliation> all, Log log, Consumer<RuntimeException> defects) {
    this.all = List.copyOf(all);
    this.log = log;
    this.defects = defects;
  }

  /** Runs {@code all}; {@code clock} tells how old a success is. */
  static Reconciling start(
      List<Reconciliation> all,
      InstantSource clock,
      Metrics metrics,
      Log log,
      Consumer<RuntimeException> defects) {
    Reconciling reconciling = new Reconciling(all, log, defects);
    for (Reconciliation one : all) {
      metrics.reconciliation(one, clock);
      Thread thread =
          Thread.ofVirtual()
              .name("tidegate-reconcile-" + one.host())
              .unstarted(() -> reconciling.follow(one));
      reconciling.threads.add(thread);
    }
    reconciling.threads.forEach(Thread::start);
    return reconciling;
  }

  /** Something may have been missed: all are due. */
  void soon() {
    all.forEach(Reconciliation::soon);
    threads.forEach(LockSupport::unpark);
  }

  private void follow(Reconciliation one) {
    while (!closing) {
      try {
        if (one.due()) {
          log.reconciled(one.host(), one.run());
        } else {
          LockSupport.parkNanos(this, LOOK_EVERY.toNanos());
        }
      } catch (InterruptedException stopped) {
        return;
      } catch (RuntimeException defect) {
        defects.accept(defect); // else nobody would reconcile any more
        LockSupport.parkNanos(this, LOOK_EVERY.toNanos());
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    threads.forEach(Thread::interrupt);
  }
}
