package dev.tidegate.app;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.X509KeyManager;

/**
 * Serves the pair in the files and takes over a new one only if it may be served; else the old one
 * stays, with a warning. A scheduler calls {@link #poll}.
 */
final class CertificateWatch {
  private final Source source;
  private final InstantSource clock;
  private final Listener listener;
  private final SwitchingKeys keys;
  private final AtomicLong failures = new AtomicLong();
  private Optional<String> told = Optional.empty();

  /** Where pairs come from. */
  @FunctionalInterface
  interface Source {
    /** The pair as it stands there now. */
    ServingPair read() throws ServingPair.Unusable;
  }

  /** Is told of changes, each once. */
  interface Listener {
    /** {@code pair} is served from now on. */
    void replaced(ServingPair pair);

    /** A new pair may not be served; the old one still is. */
    void refused(String why);
  }

  /**
   * @throws ServingPair.Unusable if the first pair may not be served
   */
  CertificateWatch(Source source, InstantSource clock, Listener listener)
      throws ServingPair.Unusable {
    this.source = source;
    this.clock = clock;
    this.listener = listener;
    this.keys = new SwitchingKeys(source.read().usable(clock.instant()));
  }

  /** What TLS asks. */
  X509KeyManager keys() {
    return keys;
  }

  /** Looks whether the files changed. */
  synchronized void poll() {
    try {
      ServingPair found = source.read();
      if (found.sameAs(keys.present())) {
        told = Optional.empty();
        return;
      }
      keys.replace(found.usable(clock.instant()));
      told = Optional.empty();
      listener.replaced(found);
    } catch (ServingPair.Unusable unusable) {
      String why = String.valueOf(unusable.getMessage());
      failures.incrementAndGet();
      if (!told.equals(Optional.of(why))) {
        told = Optional.of(why);
        listener.refused(why);
      }
    }
  }

  /** Whether the served pair is still within its time. */
  boolean usable() {
    return clock.instant().isBefore(keys.present().expires());
  }

  /** Time until the served certificate expires; negative afterwards. */
  Duration left() {
    return Duration.between(clock.instant(), keys.present().expires());
  }

  /** How often a new pair could not be taken over. */
  long failures() {
    return failures.get();
  }
}
