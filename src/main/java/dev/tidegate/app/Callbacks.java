package dev.tidegate.app;

import dev.tidegate.harbor.Effects;
import dev.tidegate.harbor.HintQueue;
import dev.tidegate.harbor.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What Harbors tell: hints to look again. One thread looks; when something may have been missed,
 * whoever reconciles is told.
 */
final class Callbacks implements AutoCloseable {
  private static final int MOST_WAITING = 10_000;

  private final Receiver receiver;
  private final HintQueue queue;
  private final Looking looking;
  private final Runnable missed;
  private final Thread thread;
  private volatile boolean closing;

  private Callbacks(
      Receiver receiver,
      HintQueue queue,
      Looking looking,
      Runnable missed,
      Consumer<RuntimeException> defects) {
    this.receiver = receiver;
    this.queue = queue;
    this.looking = looking;
    this.missed = missed;
    this.thread = Thread.ofVirtual().name("tidegate-callbacks").unstarted(() -> look(defects));
  }

  /**
   * Takes callbacks in, and looks.
   *
   * @param missed is run when hints may have been missed: at first, and when too many waited
   * @param onward passes on to other replicas what comes
   */
  static Callbacks start(
      List<Receiver.Sender> senders,
      Looking looking,
      Runnable missed,
      Receiver.Onward onward,
      Metrics metrics,
      Consumer<RuntimeException> defects) {
    HintQueue queue = new HintQueue(MOST_WAITING);
    Callbacks callbacks =
        new Callbacks(
            new Receiver(senders, queue, metrics::callback, onward),
            queue,
            looking,
            missed,
            defects);
    metrics.gauge(
        "tidegate.harbor.callbacks.waiting", "Hints that nobody has looked at yet", queue::size);
    metrics.count(
        "tidegate.harbor.callbacks.overflows",
        "How often hints were dropped, and everything was looked at",
        queue::overflows);
    callbacks.thread.start();
    return callbacks;
  }

  /** Who takes them in. */
  Receiver receiver() {
    return receiver;
  }

  private void look(Consumer<RuntimeException> defects) {
    while (!closing) {
      try {
        Optional<HintQueue.Task> task = queue.next(Duration.ofSeconds(1));
        if (task.isPresent()) {
          work(task.get());
        }
      } catch (InterruptedException stopped) {
        return;
      } catch (RuntimeException defect) {
        defects.accept(defect); // else nobody would look any more
      }
    }
  }

  private void work(HintQueue.Task task) throws InterruptedException {
    switch (task) {
      case HintQueue.Everything all -> missed.run();
      case HintQueue.One(HintQueue.Received received) -> {
        Effects effects = Effects.of(received.host(), received.hint());
        boolean artifacts = looking.looked(effects);
        boolean projects = looking.projects(received.host(), effects.projects());
        if (!artifacts || !projects) {
          missed.run(); // Harbor told it once and will not tell it again
        }
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    thread.interrupt();
  }
}
