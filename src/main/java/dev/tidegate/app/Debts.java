package dev.tidegate.app;

import dev.tidegate.admission.Decision;
import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Rounds;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.FirstOwing;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Subject;
import dev.tidegate.model.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What was let through for now: remembered per workload, judged again when its time is up, and then
 * told. Bounded: when it is full, a workload that is not in it gets no grace, since one that is
 * forgotten would get it again and again.
 */
final class Debts implements LiveEvidence<FirstOwing, Instant> {
  /** How long a workload that did not keep its word is remembered: it gets no second grace. */
  private static final Duration REMEMBERED = Duration.ofHours(24);

  private static final String NETWORK_POLICY = "networkPolicy";
  private static final Duration BUDGET = Duration.ofSeconds(10);
  private static final int MOST_AT_ONCE = 100;

  private final int most;
  private final Ticker ticker;
  private final Outcomes outcomes;
  private final Map<FirstOwing, Debt> debts = new HashMap<>();

  /** Is told what came of a debt. */
  @FunctionalInterface
  interface Outcomes {
    /** {@code owing} was judged again when its time was up. */
    void judged(FirstOwing owing, Outcome outcome);
  }

  /** What came of a debt. */
  enum Outcome {
    /** Nothing is wrong any more. */
    SETTLED,
    /** It is still wrong. */
    BROKEN,
    /** It could not be decided; it is judged again later. */
    UNDECIDED
  }

  /**
   * @param since first sighting
   * @param due when it is judged again
   * @param subject what is judged again
   */
  private record Debt(Instant since, Instant due, Subject subject, boolean open) {}

  Debts(int most, Ticker ticker, Outcomes outcomes) {
    this.most = most;
    this.ticker = ticker;
    this.outcomes = outcomes;
  }

  @Override
  public Class<FirstOwing> serves() {
    return FirstOwing.class;
  }

  @Override
  public synchronized Evidence<Instant> peek(FirstOwing key) {
    Debt debt = debts.get(key);
    if (debt != null) {
      return new Evidence.Present<>(debt.since(), debt.since());
    }
    return debts.size() < most
        ? new Evidence.Absent<>(Instant.EPOCH)
        : new Evidence.Unavailable<>(
            Doubt.of(Cause.OVERLOADED, "too many workloads owe something already"));
  }

  /** Takes note of what {@code decision} let through for now. */
  void note(Decision decision) {
    if (decision.dryRun() || decision.subject().isEmpty() || decision.verdict().isEmpty()) {
      return;
    }
    Instant due = Instant.MIN;
    for (Ruling ruling : decision.verdict().get().rulings()) {
      // What scans find has an end of its own; a workload pays for its network policy only.
      if (ruling.strict() == Effect.ADMIT_OWING && ruling.check().equals(NETWORK_POLICY)) {
        for (Finding finding : ruling.findings()) {
          Instant until = finding.owingUntil().orElse(Instant.MIN);
          due = until.isAfter(due) ? until : due;
        }
      }
    }
    if (due.isAfter(Instant.MIN)) {
      open(decision.subject().get(), decision.verdict().get().at(), due);
    }
  }

  private synchronized void open(Subject subject, Instant at, Instant due) {
    FirstOwing key = new FirstOwing(subject.namespace(), subject.workload());
    Debt before = debts.get(key);
    if (before == null && debts.size() >= most) {
      return;
    }
    debts.put(key, new Debt(before == null ? at : before.since(), due, subject, true));
  }

  /** How many workloads owe something. */
  synchronized long open() {
    return debts.values().stream().filter(Debt::open).count();
  }

  /** Judges again what is due at {@code now}; returns when all of it is judged. */
  CompletableFuture<Void> settle(Rounds rounds, Instant now) {
    List<Map.Entry<FirstOwing, Debt>> due;
    synchronized (this) {
      debts.values().removeIf(debt -> !debt.open() && debt.due().plus(REMEMBERED).isBefore(now));
      due =
          debts.entrySet().stream()
              .filter(entry -> entry.getValue().open() && !now.isBefore(entry.getValue().due()))
              .limit(MOST_AT_ONCE)
              .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
              .toList();
    }
    return CompletableFuture.allOf(
        due.stream()
            .map(entry ->
                rounds
                    .within(entry.getValue().subject().asCreated(), Deadline.in(BUDGET, ticker))
                    .handle((verdict, failure) -> {
                      close(entry.getKey(), outcome(verdict), now);
                      return null;
                    })
                    .toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }

  private static Outcome outcome(@Nullable Verdict verdict) {
    if (verdict == null) {
      return Outcome.UNDECIDED;
    }
    List<Ruling> wrong =
        verdict.rulings().stream().filter(ruling -> !ruling.findings().isEmpty()).toList();
    if (wrong.stream().anyMatch(ruling -> ruling.check().equals(NETWORK_POLICY))) {
      return Outcome.BROKEN;
    }
    return verdict.rulings().stream()
            .anyMatch(ruling ->
                ruling.outcome() instanceof dev.tidegate.model.Outcome.Unknown unknown
                    && ruling.check().equals(NETWORK_POLICY))
        ? Outcome.UNDECIDED
        : Outcome.SETTLED;
  }

  private void close(FirstOwing key, Outcome outcome, Instant now) {
    synchronized (this) {
      Debt debt = debts.get(key);
      if (debt == null || !debt.open()) {
        return;
      }
      switch (outcome) {
        case SETTLED -> debts.remove(key);
        case BROKEN -> debts.put(key, new Debt(debt.since(), debt.due(), debt.subject(), false));
        case UNDECIDED ->
            debts.put(key, new Debt(debt.since(), now.plus(BUDGET), debt.subject(), true));
      }
    }
    outcomes.judged(key, outcome);
  }
}
