package dev.tidegate.app;

import dev.tidegate.admission.http.Limits;
import dev.tidegate.admission.http.TimeLimits;
import dev.tidegate.store.Lifetimes;
import dev.tidegate.store.VerdictStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Checks what types alone do not: all that is wrong with a configuration, at once. */
final class Settings {
  private final List<String> problems = new ArrayList<>();

  private Settings() {}

  /** All problems of {@code config}, each naming the key and what to write. */
  static List<String> problems(ServeConfig config) {
    Settings settings = new Settings();
    settings.check(config);
    return List.copyOf(settings.problems);
  }

  private void check(ServeConfig config) {
    if (config.policy().directory().isEmpty()) {
      problems.add("tidegate.policy.directory is missing: name the directory of the policies");
    }
    within("policy.poll", config.policy().poll(), Duration.ofMillis(100), Duration.ofMinutes(1));
    within(
        "policy.longest-exemption",
        config.policy().longestExemption(),
        Duration.ofDays(1),
        Duration.ofDays(3660));
    within("webhook.port", config.webhook().port(), 0, 65_535);
    checkTls(config.tls());
    within("bounds.body-bytes", config.bounds().bodyBytes(), 7 << 20, 64 << 20);
    within("bounds.in-flight", config.bounds().inFlight(), 1, 10_000);
    within("bounds.in-flight-per-peer", config.bounds().inFlightPerPeer(), 1, 10_000);
    within("bounds.held-bytes", config.bounds().heldBytes(), config.bounds().bodyBytes(), 1 << 30);
    within("bounds.connections", config.bounds().connections(), 1, 100_000);
    within(
        "deadline.fallback",
        config.deadline().fallback(),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30));
    within(
        "deadline.reserve",
        config.deadline().reserve(),
        Duration.ofSeconds(1),
        Duration.ofSeconds(10));
    within(
        "harbor.reconcile", config.harbor().reconcile(), Duration.ofMinutes(1), Duration.ofDays(1));
    checkEvidence(config.evidence());
    checkStore(config.store());
    within("evidence.owing", config.evidence().owing(), 1, 1_000_000);
    within("decisions.queue", config.decisions().queue(), 1, 1_000_000);
    problems.addAll(Outbound.problems(config));
    problems.addAll(Replication.problems(config));
    if (config.cluster().enabled() && config.cluster().objects().isPresent()) {
      problems.add(
          "tidegate.cluster.objects is for use without a cluster: set tidegate.cluster.enabled to"
              + " false, or leave it out");
    }
  }

  private void checkTls(ServeConfig.Tls tls) {
    boolean files = tls.certificate().isPresent() && tls.key().isPresent();
    boolean half = tls.certificate().isPresent() != tls.key().isPresent();
    if (half) {
      problems.add("tidegate.tls.certificate and tidegate.tls.key belong together: set both");
    } else if (files == tls.selfSigned()) {
      problems.add(
          "tidegate.tls needs either certificate and key, or self-signed (development only)");
    }
    within("tls.poll", tls.poll(), Duration.ofMillis(100), Duration.ofHours(1));
    if (tls.clientCa().isPresent() && tls.clientSubjects().isEmpty()) {
      problems.add(
          "tidegate.tls.client-subjects is empty: name the exact subjects that may call, for"
              + " instance CN=kube-apiserver-admission");
    }
  }

  private void checkEvidence(ServeConfig.Evidence evidence) {
    within("evidence.memory-mib", evidence.memoryMib(), 8, 65_536);
    within("evidence.soft", evidence.soft(), Duration.ofSeconds(10), Duration.ofDays(30));
    within("evidence.hard", evidence.hard(), evidence.soft(), Duration.ofDays(30));
    within("evidence.absent", evidence.absent(), Duration.ofSeconds(1), Duration.ofMinutes(10));
    within(
        "evidence.unavailable",
        evidence.unavailable(),
        Duration.ofSeconds(1),
        Duration.ofMinutes(10));
    within("evidence.tag-age", evidence.tagAge(), Duration.ZERO, Duration.ofDays(1));
    within("evidence.budget", evidence.budget(), Duration.ofSeconds(2), Duration.ofMinutes(2));
  }

  private void checkStore(ServeConfig.StoreFile store) {
    within("store.most-mib", store.mostMib(), 16, 65_536);
    if (store.file().isPresent() != store.keyFile().isPresent()) {
      problems.add(
          "tidegate.store.file and tidegate.store.key-file belong together: set both, the second to"
              + " a file with what openssl rand -hex 32 prints");
    }
  }

  /** How evidence is kept by {@code config}. */
  static VerdictStore.Settings store(ServeConfig config) {
    ServeConfig.Evidence evidence = config.evidence();
    return new VerdictStore.Settings(
        new Lifetimes(evidence.soft(), evidence.hard(), evidence.absent(), evidence.unavailable()),
        (long) evidence.memoryMib() << 20,
        evidence.budget(),
        VerdictStore.Settings.USUAL.threads());
  }

  private void within(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      problems.add("tidegate." + key + " is " + value + ": write " + least + " to " + most);
    }
  }

  private void within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      problems.add("tidegate." + key + " is " + value + ": write " + least + " to " + most);
    }
  }

  /** The bounds of requests in {@code config}. */
  static Limits limits(ServeConfig config) {
    ServeConfig.Bounds bounds = config.bounds();
    return new Limits(
        bounds.bodyBytes(),
        bounds.inFlight(),
        bounds.inFlightPerPeer(),
        bounds.heldBytes(),
        bounds.connections());
  }

  /** The times in {@code config}. */
  static TimeLimits times(ServeConfig config) {
    return new TimeLimits(config.deadline().fallback(), config.deadline().reserve());
  }
}
