package dev.tidegate.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidegate.harbor.Receiver;
import dev.tidegate.model.Ticker;
import dev.tidegate.store.Seals;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes in what other replicas pass on: only with a genuine seal, for this very replica, now, and
 * once.
 */
final class ForwardGuard {
  /** How far clocks of two replicas may be apart, with the way between them. */
  static final Duration WINDOW = Duration.ofSeconds(60);

  private static final long MOST_NONCES = 100_000;

  private final Supplier<Seals> seals;
  private final Set<String> addresses;
  private final Receiver receiver;
  private final InstantSource clock;
  private final Consumer<String> watcher;
  private final Cache<String, Boolean> seen;

  /**
   * @param addresses of this replica, in their one form
   * @param watcher is told a word for each: {@code taken}, {@code missed}, {@code forged}, {@code
   *     misdirected}, {@code stale}, {@code replayed}, {@code crowded}, {@code unusable}
   */
  ForwardGuard(
      Supplier<Seals> seals,
      Set<String> addresses,
      Receiver receiver,
      InstantSource clock,
      Ticker ticker,
      Consumer<String> watcher) {
    this.seals = seals;
    this.addresses = Set.copyOf(addresses);
    this.receiver = receiver;
    this.clock = clock;
    this.watcher = watcher;
    this.seen =
        Caffeine.newBuilder()
            .ticker(ticker::read)
            .executor(Runnable::run)
            // Twice the window: a seal may be dated as far ahead as behind.
            .expireAfterWrite(WINDOW.multipliedBy(2).plusSeconds(1))
            .build();
  }

  /** One that came. */
  Receiver.Reply take(Map<String, String> headers, byte[] body) {
    Forward forward = Forward.genuine(seals.get(), headers, body).orElse(null);
    if (forward == null) {
      return refused("forged");
    }
    if (!addresses.contains(forward.to())) {
      return refused("misdirected");
    }
    if (Duration.between(forward.at(), clock.instant()).abs().compareTo(WINDOW) > 0) {
      return refused("stale");
    }
    seen.cleanUp();
    if (seen.estimatedSize() >= MOST_NONCES) {
      // Forgetting one would open it to be sent again.
      watcher.accept("crowded");
      return new Receiver.Reply(503, "too many at once");
    }
    if (seen.asMap().putIfAbsent(forward.nonce(), true) != null) {
      return refused("replayed");
    }
    return switch (forward.what()) {
      case MISSED -> {
        watcher.accept("missed");
        receiver.missed();
        yield new Receiver.Reply(200, "received");
      }
      case CALLBACK -> {
        Receiver.Reply reply = receiver.passedOn(forward.host(), forward.body());
        watcher.accept(reply.status() == 200 ? "taken" : "unusable");
        yield reply;
      }
    };
  }

  /** One answer for all: whoever has no key learns nothing from it. */
  private Receiver.Reply refused(String why) {
    watcher.accept(why);
    return new Receiver.Reply(401, "this is for replicas of the gate");
  }
}
