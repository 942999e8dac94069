package dev.tidegate.app;

import dev.tidegate.admission.Answer;
import dev.tidegate.admission.Decision;
import dev.tidegate.admission.Review;
import dev.tidegate.check.Check;
import dev.tidegate.check.Checks;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.harbor.HarborApi;
import dev.tidegate.harbor.Reconciliation;
import dev.tidegate.policy.Exemption;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.report.DenialText;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Numbers about admissions. Labels come from fixed sets or from documents of the operator; no name
 * of an image, user or pod is one, nor anything else that a pod's author writes.
 */
final class Metrics {
  private static final Set<String> OPERATIONS = Set.of("CREATE", "UPDATE", "DELETE", "CONNECT");
  private static final Set<String> RESOURCES =
      Set.of(
          "pods",
          "replicationcontrollers",
          "podtemplates",
          "deployments",
          "replicasets",
          "statefulsets",
          "daemonsets",
          "jobs",
          "cronjobs",
          "rollouts");
  private static final int MOST_EXEMPTIONS = 500;

  private final MeterRegistry registry;
  private final Set<String> checks;
  private final Timer duration;
  private final Counter uncovered;
  private final Counter defects;
  private final MultiGauge expiry;

  /** The registry holds them weakly: without this their counts would stop some day. */
  private final Queue<Supplier<? extends Number>> counted = new ConcurrentLinkedQueue<>();

  private final ConcurrentMap<Asked, Counter> requests = new ConcurrentHashMap<>();
  private final ConcurrentMap<Counted, Counter> results = new ConcurrentHashMap<>();

  Metrics(MeterRegistry registry) {
    this.registry = registry;
    this.checks =
        Stream.concat(
                Checks.all().all().stream().map(Metrics::id),
                Stream.of("denyList", "scope", "bounds"))
            .collect(Collectors.toUnmodifiableSet());
    this.duration =
        Timer.builder("tidegate.admission.duration")
            .description("Time from having read a request to its answer")
            .serviceLevelObjectives(
                Stream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
                    .map(Duration::ofMillis)
                    .toArray(Duration[]::new))
            .register(registry);
    this.uncovered =
        Counter.builder("tidegate.uncovered")
            .description("Admissions to which no policy applies")
            .register(registry);
    this.defects =
        Counter.builder("tidegate.defects")
            .description("Defects of the gate that became \"could not decide\"")
            .register(registry);
    this.expiry =
        MultiGauge.builder("tidegate.exemption.expiry.seconds")
            .description("Time until an exemption ends; negative afterwards")
            .register(registry);
  }

  private static String id(Check<?> check) {
    return check.descriptor().id();
  }

  /** Counts {@code decision}. */
  void made(Decision decision) {
    requests
        .computeIfAbsent(
            new Asked(
                decision
                    .review()
                    .map(Review::operation)
                    .filter(OPERATIONS::contains)
                    .orElse("other"),
                decision.review().map(Review::resource).filter(RESOURCES::contains).orElse("other"),
                DecisionLine.word(decision),
                decision.auditOnly() ? "global-audit" : "by-policy"),
            asked -> registry.counter("tidegate.admission.requests", asked.tags()))
        .increment();
    duration.record(decision.took());
    if (decision.undecided().isPresent() && decision.answer() instanceof Answer.Refuse) {
      counted("bounds", "unknown", "enforce", 1);
    }
    decision.verdict().ifPresent(this::judged);
  }

  private void judged(Verdict verdict) {
    if (verdict.uncovered()) {
      uncovered.increment();
    }
    for (Ruling ruling : verdict.rulings()) {
      counted(
          checks.contains(ruling.check()) ? ruling.check() : "other",
          DenialText.word(ruling.outcome()),
          DecisionLine.lower(ruling.mode()),
          ruling.policies().size());
    }
  }

  private void counted(String check, String result, String mode, int times) {
    results
        .computeIfAbsent(
            new Counted(check, result, mode),
            first ->
                registry.counter(
                    "tidegate.check.results",
                    Tags.of("check", check, "result", result, "mode", mode)))
        .increment(times);
  }

  /** The labels of one counter of requests, each of a fixed set. */
  private record Asked(String operation, String resource, String decision, String mode) {
    Tags tags() {
      return Tags.of(
          "operation", operation, "resource", resource, "decision", decision, "mode", mode);
    }
  }

  /** The labels of one counter of results; as many as there are checks, results and modes. */
  private record Counted(String check, String result, String mode) {}

  /** Takes how long each judging of {@code check} took. */
  Consumer<Duration> timerOf(String check) {
    return Timer.builder("tidegate.check.duration")
            .description(
                "Time of judging one object by a check, for all policies, without waiting for evidence")
            .tags(Tags.of("check", check))
            .register(registry)
        ::record;
  }

  /** Counts and times that {@code source} was asked. */
  void obtained(String source, String outcome, Duration took) {
    registry
        .counter("tidegate.evidence.requests", Tags.of("source", source, "outcome", outcome))
        .increment();
    registry.timer("tidegate.evidence.duration", Tags.of("source", source)).record(took);
  }

  /** Counts and times a call to a configured host. */
  void called(String host, String method, String result, Duration took) {
    registry
        .counter("tidegate.calls", Tags.of("host", host, "method", method, "result", lower(result)))
        .increment();
    registry.timer("tidegate.calls.duration", Tags.of("host", host)).record(took);
  }

  private static String lower(String result) {
    return result.toLowerCase(Locale.ROOT);
  }

  /** Counts a callback that was, or was not, passed on to another replica. */
  void forwarded(String result) {
    registry.counter("tidegate.harbor.forwards", Tags.of("result", result)).increment();
  }

  /** Counts what claims to be passed on by another replica. */
  void passedOn(String result) {
    registry.counter("tidegate.harbor.passed.on", Tags.of("result", result)).increment();
  }

  /** Counts a callback of a Harbor. */
  void callback(String word) {
    registry.counter("tidegate.harbor.callbacks", Tags.of("event", word)).increment();
  }

  /** Shows how reconciling with a Harbor goes; {@code clock} tells the age of the last success. */
  void reconciliation(Reconciliation one, InstantSource clock) {
    Tags host = Tags.of("host", one.host());
    of(
        host,
        "tidegate.harbor.reconciliation.runs",
        "How often Harbor's lists were read",
        () -> one.stats().runs());
    of(
        host,
        "tidegate.harbor.reconciliation.failures",
        "Runs that could not compare everything",
        () -> one.stats().failures());
    of(
        host,
        "tidegate.harbor.reconciliation.differences",
        "What was looked at again because Harbor's lists said something new",
        () -> one.stats().differences());
    Gauge.builder(
            "tidegate.harbor.reconciliation.age.seconds",
            () ->
                one.stats()
                    .lastSuccess()
                    .map(at -> (double) Duration.between(at, clock.instant()).toSeconds())
                    .orElse(Double.NaN))
        .description("Time since everything was compared; NaN before the first time")
        .tags(host)
        .register(registry);
  }

  private void of(Tags host, String name, String description, Supplier<Long> value) {
    counted.add(value);
    FunctionCounter.builder(name, value, supplier -> supplier.get().doubleValue())
        .description(description)
        .tags(host)
        .register(registry);
  }

  /** Shows how long the credentials of each host are good for. */
  void credentials(CredentialEnds ends) {
    for (String host : ends.watched()) {
      Gauge.builder("tidegate.credentials.expiry.seconds", () -> ends.secondsLeft(host))
          .description("Time until the credentials of a host end; NaN when that is not known")
          .tags(Tags.of("host", host))
          .register(registry);
    }
  }

  /** Counts that a Harbor was asked for a scan. */
  void scanAsked(String host, HarborApi.Asked answer) {
    String result =
        switch (answer) {
          case HarborApi.Asked.Accepted accepted -> "accepted";
          case HarborApi.Asked.Refused refused -> "refused";
        };
    registry.counter("tidegate.harbor.scans", Tags.of("host", host, "result", result)).increment();
  }

  /** Counts what came of an image that was let through without a scan. */
  void rechecked(Rechecks.Result result) {
    registry
        .counter("tidegate.unscanned.judged", "result", DecisionLine.lower(result.judged()))
        .increment();
  }

  /** Counts what happened to the file of evidence. */
  void file(String event) {
    registry.counter("tidegate.store.file.events", Tags.of("event", event)).increment();
  }

  /** Counts a defect that became "could not decide". */
  void defect() {
    defects.increment();
  }

  /** Shows a value that {@code value} tells whenever it is asked. */
  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** Shows a count that only grows. */
  void count(String name, String description, Supplier<Number> value) {
    counted.add(value);
    FunctionCounter.builder(name, value, supplier -> supplier.get().doubleValue())
        .description(description)
        .register(registry);
  }

  /** Shows when the exemptions of {@code policies} end, as of {@code now}; soonest first. */
  void exemptions(PolicySet policies, Instant now) {
    List<MultiGauge.Row<?>> rows =
        policies.exemptions().stream()
            .sorted(Comparator.comparing(Exemption::until))
            .limit(MOST_EXEMPTIONS)
            .<MultiGauge.Row<?>>map(exemption ->
                MultiGauge.Row.of(
                    Tags.of("exemption", exemption.name()),
                    Duration.between(now, exemption.until()).toSeconds()))
            .toList();
    expiry.register(rows, true);
  }
}
