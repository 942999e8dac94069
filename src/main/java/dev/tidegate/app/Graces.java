package dev.tidegate.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidegate.admission.Decision;
import dev.tidegate.engine.Ruling;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.PassedBefore;
import dev.tidegate.evidence.Passage;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Passed;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Mode;
import dev.tidegate.store.VerdictStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Remembers which images passed, so that what is found in them later has a grace where they run
 * already, and counts what is in grace at the moment. Only a pod that a policy in force let through
 * by its own merit counts: no audit, no dry run, no exemption, nothing undecided.
 */
final class Graces {
  /** Told again this often at most, so that a busy image is not written at each admission. */
  private static final Duration AGAIN = Duration.ofHours(12);

  private static final int MOST = 10_000;

  private final VerdictStore store;
  private final InstantSource clock;
  private final Cache<Tolerated, Instant> tolerated =
      Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

  /** What is let through for now. */
  private record Tolerated(String policy, String namespace, String field, String workload) {}

  Graces(VerdictStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Takes note of what {@code decision} let through. */
  void note(Decision decision) {
    if (!decision.letsPodIn()) {
      return;
    }
    Subject subject = decision.subject().orElseThrow();
    for (Ruling ruling : decision.verdict().orElseThrow().rulings()) {
      if (ruling.mode() == Mode.ENFORCE && ruling.exempted().isEmpty()) {
        switch (ruling.outcome()) {
          case Outcome.Pass pass ->
              pass.passed().forEach(one -> remember(subject.namespace(), one));
          case Outcome.Fail fail -> fail.findings().forEach(one -> tolerate(ruling, subject, one));
          default -> {}
        }
      }
    }
  }

  private void remember(String namespace, Passed passed) {
    PassedBefore key = new PassedBefore(passed.demands(), namespace, passed.image());
    boolean known =
        store.peek(key, clock.instant().minus(AGAIN))
                instanceof Evidence.Present<Passage>(Passage before, var at)
            && !passed.asOf().isAfter(before.asOf());
    if (!known) {
      store.remember(key, new Passage(passed.asOf()));
    }
  }

  private void tolerate(Ruling ruling, Subject subject, Finding finding) {
    if (ruling.check().equals("imageScan") && finding.unscanned().isEmpty()) {
      finding
          .owingUntil()
          .ifPresent(until ->
              ruling
                  .policies()
                  .forEach(policy -> tolerated.put(tolerated(policy, subject, finding), until)));
    }
  }

  private static Tolerated tolerated(String policy, Subject subject, Finding finding) {
    return new Tolerated(policy, subject.namespace(), finding.field(), subject.workload());
  }

  /** How many images of workloads are let through for now although something was found in them. */
  long open() {
    over();
    return tolerated.estimatedSize();
  }

  /** Seconds until the first of them is let through no more; negative when there is none. */
  long secondsToFirstEnd() {
    over();
    Optional<Instant> first = tolerated.asMap().values().stream().min(Instant::compareTo);
    return first.map(end -> Duration.between(clock.instant(), end).toSeconds()).orElse(-1L);
  }

  private void over() {
    Instant now = clock.instant();
    tolerated.asMap().values().removeIf(end -> !now.isBefore(end));
    tolerated.cleanUp();
  }
}
