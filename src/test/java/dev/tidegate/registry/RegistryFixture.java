package dev.tidegate.registry;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.net.Calls;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Hosts;
import dev.tidegate.testkit.Errands;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** The sources over a registry, as they are wired in production. */
final class RegistryFixture implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  final Exchanges exchanges;
  final List<EvidenceSource<?, ?>> sources;

  RegistryFixture(Hosts hosts) {
    InstantSource clock = InstantSource.fixed(NOW);
    this.exchanges = new Exchanges(InetAddress::getAllByName, clock, System::nanoTime, Calls.NONE);
    this.sources = Registries.sources(hosts, exchanges, clock);
  }

  @SuppressWarnings("unchecked") // sources are found by the class of their keys
  private <K extends EvidenceKey.Fetched<T>, T> EvidenceSource<K, T> source(Class<?> kind) {
    return (EvidenceSource<K, T>)
        sources.stream().filter(source -> source.serves() == kind).findFirst().orElseThrow();
  }

  /** By which way {@code key} is asked. */
  <T> String access(EvidenceKey.Fetched<T> key) {
    EvidenceSource<EvidenceKey.Fetched<T>, T> source = source(key.getClass());
    return source.access(key);
  }

  <T> Evidence<T> obtain(EvidenceKey.Fetched<T> key) {
    return obtain(key, errand());
  }

  static Errands errand() {
    return Errands.until(Deadline.in(Duration.ofSeconds(20), System::nanoTime));
  }

  <T> Evidence<T> obtain(EvidenceKey.Fetched<T> key, EvidenceSource.Errand errand) {
    EvidenceSource<EvidenceKey.Fetched<T>, T> source = source(key.getClass());
    try {
      return source.obtain(key, errand);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  /** The value that {@code key} has. */
  <T> T present(EvidenceKey.Fetched<T> key) {
    return switch (obtain(key)) {
      case Evidence.Present<T> present -> present.value();
      case Evidence<T> other -> throw new AssertionError(key + ": " + other);
    };
  }

  /** Why {@code key} cannot be known. */
  <T> Evidence.Unavailable<T> trouble(EvidenceKey.Fetched<T> key) {
    return obtain(key) instanceof Evidence.Unavailable<T> trouble ? trouble : fail(key);
  }

  private static <T> Evidence.Unavailable<T> fail(EvidenceKey.Fetched<T> key) {
    throw new AssertionError(key + " is known");
  }

  <T> Cause cause(EvidenceKey.Fetched<T> key) {
    return trouble(key).doubt().cause();
  }

  @Override
  public void close() {
    exchanges.close();
  }
}
