package dev.tidegate.app;

import dev.tidegate.check.Checks;
import dev.tidegate.document.Problem;
import dev.tidegate.policy.GlobalMode;
import dev.tidegate.policy.KillSwitch;
import dev.tidegate.policy.PolicyLoader;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.policy.PolicyWatch;
import dev.tidegate.sigstore.TrustRoots;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.X509KeyManager;

/**
 * What is mounted and may change at any time, without a restart: the policies, the switch that
 * makes the whole gate audit only, and the serving pair.
 */
final class Mounted {
  private final PolicyWatch policies;
  private final Optional<KillSwitch> killSwitch;
  private final AtomicReference<Optional<Problem>> switchProblem =
      new AtomicReference<>(Optional.empty());
  private final CertificateWatch certificates;
  private final InstantSource clock;
  private final Metrics metrics;
  private final Log log;

  /**
   * What {@code config} names; nothing is read yet but the serving pair.
   *
   * @throws ServingPair.Unusable if that may not be served
   */
  Mounted(ServeConfig config, Serving.World world, Metrics metrics, Log log)
      throws ServingPair.Unusable {
    this.clock = world.clock();
    this.metrics = metrics;
    this.log = log;
    this.policies =
        new PolicyWatch(
            new PolicyLoader(
                TimedCheck.all(Checks.all(), metrics, world.ticker()),
                clock,
                config.policy().longestExemption(),
                TrustRoots::read),
            config.policy().directory().orElseThrow(),
            clock,
            log);
    this.killSwitch = config.switchFile().map(file -> new KillSwitch(file, GlobalMode.ENFORCE));
    this.certificates = new CertificateWatch(source(config, world), clock, log);
  }

  private static CertificateWatch.Source source(ServeConfig config, Serving.World world)
      throws ServingPair.Unusable {
    if (config.tls().selfSigned()) {
      ServingPair pair = SelfSigned.make();
      return () -> pair;
    }
    return new PairFiles(
            world.vertx(),
            config.tls().certificate().orElseThrow(),
            config.tls().key().orElseThrow())
        ::read;
  }

  /** The policies in force. */
  PolicySet policies() {
    return policies.current();
  }

  /** What the gate as a whole may do at the moment. */
  GlobalMode mode() {
    return killSwitch.map(KillSwitch::current).orElse(GlobalMode.ENFORCE);
  }

  /** The serving pair; may change what it answers at any time. */
  X509KeyManager keys() {
    return certificates.keys();
  }

  /** Looks at policies and switch. */
  void look() {
    if (policies.poll()) {
      countExemptions();
    }
    killSwitch.ifPresent(file -> {
      if (file.poll()) {
        log.mode(file.current());
      }
      Optional<Problem> problem = file.problem();
      if (!switchProblem.getAndSet(problem).equals(problem)) {
        problem.ifPresent(log::switchProblem);
      }
    });
  }

  /** Looks at the serving pair. */
  void lookAtPair() {
    certificates.poll();
  }

  /** Brings metrics about the end of exemptions up to date. */
  void countExemptions() {
    metrics.exemptions(policies.current(), clock.instant());
  }

  /** What is missing before anything can be decided by it; empty when nothing is. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (!areLoaded()) {
      missing.add("no policies are loaded");
    }
    if (!certificates.usable()) {
      missing.add("the serving certificate has expired");
    }
    return missing;
  }

  private boolean areLoaded() {
    return policies.current().generation() > 0;
  }

  private boolean areWithoutError() {
    return policies.problems().stream()
        .noneMatch(problem -> problem.severity() == Problem.Severity.ERROR);
  }

  /** Registers its metrics. */
  void register() {
    metrics.gauge(
        "tidegate.policy.ready",
        "1 while policies are in force and their files have no error",
        () -> areLoaded() && areWithoutError() ? 1 : 0);
    metrics.gauge(
        "tidegate.policy.generation",
        "How many policy sets this process has put in force",
        () -> policies.current().generation());
    metrics.gauge(
        "tidegate.global.audit",
        "1 while the switch lets everything through",
        () -> mode() == GlobalMode.AUDIT ? 1 : 0);
    metrics.gauge(
        "tidegate.exemptions.active",
        "Exemptions that have not ended",
        () ->
            policies.current().exemptions().stream()
                .filter(exemption -> exemption.active(clock.instant()))
                .count());
    metrics.gauge(
        "tidegate.certificate.expiry.seconds",
        "Time until the served certificate expires",
        () -> certificates.left().toSeconds());
    metrics.count(
        "tidegate.certificate.reload.failures",
        "New serving certificates that could not be taken over",
        certificates::failures);
  }
}
