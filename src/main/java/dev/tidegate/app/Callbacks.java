package dev.tidegate.app;

import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.harbor.Effects;
import dev.tidegate.harbor.HintQueue;
import dev.tidegate.harbor.Receiver;
import dev.tidegate.harbor.SecretFile;
import dev.tidegate.model.Repository;
import dev.tidegate.model.Ticker;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.store.VerdictStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * What Harbors tell: hints to look again. One thread looks, a few questions at a time; what is
 * known is used until the new is there.
 */
final class Callbacks implements AutoCloseable {
  private static final int MOST_WAITING = 10_000;
  private static final int AT_A_TIME = 16;
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Receiver receiver;
  private final HintQueue queue;
  private final VerdictStore store;
  private final Thread looking;
  private volatile boolean closing;

  private Callbacks(
      Receiver receiver, HintQueue queue, VerdictStore store, Consumer<RuntimeException> defects) {
    this.receiver = receiver;
    this.queue = queue;
    this.store = store;
    this.looking = Thread.ofVirtual().name("tidegate-callbacks").unstarted(() -> look(defects));
  }

  /** For the Harbors among {@code hosts} that have secrets for callbacks; empty without any. */
  static Optional<Callbacks> of(
      Hosts hosts,
      VerdictStore store,
      Ticker ticker,
      Metrics metrics,
      Log log,
      Consumer<RuntimeException> defects) {
    return of(hosts, store, ticker, metrics, log, defects, Receiver.Onward.NOBODY);
  }

  /** The same, and {@code onward} passes on to other replicas what comes. */
  static Optional<Callbacks> of(
      Hosts hosts,
      VerdictStore store,
      Ticker ticker,
      Metrics metrics,
      Log log,
      Consumer<RuntimeException> defects,
      Receiver.Onward onward) {
    List<Receiver.Sender> senders = new ArrayList<>();
    for (Host host : hosts.all()) {
      host.callbackSecrets()
          .ifPresent(file ->
              senders.add(
                  new Receiver.Sender(
                      host.name(),
                      new SecretFile(file, ticker, bad -> log.secrets(host.name(), bad)))));
    }
    if (senders.isEmpty()) {
      return Optional.empty();
    }
    HintQueue queue = new HintQueue(MOST_WAITING);
    Callbacks callbacks =
        new Callbacks(
            new Receiver(senders, queue, metrics::callback, onward), queue, store, defects);
    metrics.gauge(
        "tidegate.harbor.callbacks.waiting", "Hints that nobody has looked at yet", queue::size);
    metrics.count(
        "tidegate.harbor.callbacks.overflows",
        "How often hints were dropped, and everything was looked at",
        queue::overflows);
    callbacks.looking.start();
    return Optional.of(callbacks);
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
      case HintQueue.Everything all -> renew(store.known(Callbacks::changes));
      case HintQueue.One(HintQueue.Received received) -> {
        Effects effects = Effects.of(received.host(), received.hint());
        Set<EvidenceKey.Fetched<?>> fresh = effects.renew();
        renew(effects.fresh().isPresent() ? fresh : store.known(fresh::contains));
        renew(
            store.known(key ->
                key instanceof EvidenceKey.Signatures signatures
                    && effects.repositories().contains(signatures.image().in())));
        renew(
            store.known(key ->
                changes(key) && effects.projects().contains(projectOf(key, received.host()))));
      }
    }
  }

  /** What is said in a registry and may be said otherwise later. */
  private static boolean changes(EvidenceKey.Fetched<?> key) {
    return switch (key) {
      case EvidenceKey.Signatures signatures -> true;
      case EvidenceKey.Scan scan -> true;
      case EvidenceKey.Resolution tag -> true;
      case EvidenceKey.ProjectAllowList list -> true;
      default -> false;
    };
  }

  private static String projectOf(EvidenceKey.Fetched<?> key, String host) {
    Optional<Repository> in =
        switch (key) {
          case EvidenceKey.Signatures signatures -> Optional.of(signatures.image().in());
          case EvidenceKey.Scan scan -> Optional.of(scan.image().in());
          case EvidenceKey.Resolution tag -> Optional.of(tag.tagged().repository());
          default -> Optional.empty();
        };
    return in.filter(repository -> repository.registry().equals(host))
        .map(repository -> repository.path().replaceFirst("/.*$", ""))
        .orElse("");
  }

  /** Asks again, so many at a time; answers that do not come in time come later. */
  private void renew(Collection<EvidenceKey.Fetched<?>> keys) throws InterruptedException {
    Iterator<EvidenceKey.Fetched<?>> left = keys.iterator();
    while (left.hasNext()) {
      List<CompletableFuture<Void>> asked = new ArrayList<>();
      while (left.hasNext() && asked.size() < AT_A_TIME) {
        asked.add(store.renew(left.next()));
      }
      try {
        CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
            .get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
      } catch (java.util.concurrent.ExecutionException never) {
        throw new IllegalStateException("gathering never fails", never);
      } catch (TimeoutException slow) {
        asked.forEach(one -> one.cancel(false)); // the flights go on
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    looking.interrupt();
  }
}
