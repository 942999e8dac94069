package dev.tidegate.app;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.harbor.HarborApi;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Ticker;
import dev.tidegate.net.Host;
import dev.tidegate.net.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * When the credentials of hosts end, so that somebody is told before that: what the operator wrote
 * into the file of hosts, and what a Harbor says of its robot where that may ask. The sooner one
 * counts. A Harbor that cannot be asked changes nothing of what it has said before.
 */
final class CredentialEnds implements AutoCloseable {
  /** From when on it is warned of. */
  static final Duration SOON = Duration.ofDays(14);

  private static final Duration LONGEST = Duration.ofSeconds(15);
  private static final Duration LOOK_EVERY = Duration.ofHours(1);
  private static final Duration WARN_EVERY = Duration.ofDays(1);

  private final List<Host> hosts;
  private final Map<String, HarborApi> harbors;
  private final InstantSource clock;
  private final Ticker ticker;
  private final Listener listener;
  private final Map<String, Optional<Instant>> said = new ConcurrentHashMap<>();
  private final Map<String, Instant> told = new HashMap<>();
  private @Nullable Thread thread;

  /** Is told of what ends soon, or has ended; at most once a day for each host. */
  @FunctionalInterface
  interface Listener {
    /** The credentials of {@code host} end at {@code end}, or have. */
    void ending(String host, Instant end, boolean over);
  }

  /**
   * @param hosts all that are configured
   * @param harbors the Harbors among them, by name
   */
  CredentialEnds(
      List<Host> hosts,
      Map<String, HarborApi> harbors,
      InstantSource clock,
      Ticker ticker,
      Listener listener) {
    this.hosts =
        hosts.stream()
            .filter(host -> host.credentials().isPresent())
            .filter(host -> host.credentialsEnd().isPresent() || harbors.containsKey(host.name()))
            .toList();
    this.harbors = Map.copyOf(harbors);
    this.clock = clock;
    this.ticker = ticker;
    this.listener = listener;
  }

  /** Looks now, and every hour from now on. */
  void start(Consumer<RuntimeException> defects) {
    if (!hosts.isEmpty()) {
      thread = Thread.ofVirtual().name("tidegate-credentials").start(() -> follow(defects));
    }
  }

  private void follow(Consumer<RuntimeException> defects) {
    while (true) {
      try {
        look();
      } catch (InterruptedException stopped) {
        return;
      } catch (RuntimeException defect) {
        defects.accept(defect); // else nobody would look any more
      }
      try {
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException stopped) {
        return;
      }
    }
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Whose credentials may end some day. */
  List<String> watched() {
    return hosts.stream().map(Host::name).toList();
  }

  /** Asks the Harbors, and tells what ends soon. Waits for answers; not for threads that hurry. */
  synchronized void look() throws InterruptedException {
    for (Host host : hosts) {
      ask(host);
      Instant now = clock.instant();
      Optional<Instant> end = end(host.name());
      boolean due =
          end.filter(at -> at.isBefore(now.plus(SOON))).isPresent()
              && !Optional.ofNullable(told.get(host.name()))
                  .filter(last -> last.plus(WARN_EVERY).isAfter(now))
                  .isPresent();
      if (due) {
        told.put(host.name(), now);
        listener.ending(host.name(), end.get(), !end.get().isAfter(now));
      }
    }
  }

  private void ask(Host host) throws InterruptedException {
    HarborApi harbor = harbors.get(host.name());
    if (harbor == null) {
      return;
    }
    try {
      String name = host.credentials().orElseThrow().read("learn the name of the robot").username();
      if (harbor.end(name, Deadline.in(LONGEST, ticker))
          instanceof Evidence.Present<Optional<Instant>>(Optional<Instant> end, var at)) {
        said.put(host.name(), end);
      }
    } catch (Trouble unreadable) {
      // Every use of the credentials tells of it; there is nothing to be learned here.
      said.remove(host.name());
    }
  }

  /** When the credentials of {@code host} end, as far as is known. */
  Optional<Instant> end(String host) {
    return Stream.concat(
            said.getOrDefault(host, Optional.empty()).stream(),
            hosts.stream()
                .filter(one -> one.name().equals(host))
                .flatMap(one -> one.credentialsEnd().stream()))
        .min(Instant::compareTo);
  }

  /** Seconds until then; negative afterwards, not a number when nothing is known. */
  double secondsLeft(String host) {
    return end(host)
        .map(at -> (double) Duration.between(clock.instant(), at).toSeconds())
        .orElse(Double.NaN);
  }
}
