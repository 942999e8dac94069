package dev.tidegate.engine;

import static dev.tidegate.engine.Fixtures.NOW;
import static dev.tidegate.engine.Fixtures.check;
import static dev.tidegate.engine.Fixtures.container;
import static dev.tidegate.engine.Fixtures.pod;
import static dev.tidegate.engine.Fixtures.policy;
import static dev.tidegate.engine.Fixtures.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.engine.Fixtures.MapStore;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.AttestedScan;
import dev.tidegate.evidence.EvidenceKey.NamespaceLabels;
import dev.tidegate.evidence.EvidenceStore;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.Predicate;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Container;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Mode;
import dev.tidegate.policy.OnUnknown;
import dev.tidegate.policy.PolicySet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Deadline tomorrow = Deadline.in(Duration.ofDays(1), nanos::get);
  private final List<Set<EvidenceKey<?>>> gathered = new ArrayList<>();

  /** Asks for namespaces one after another: the next only when the one before is known. */
  private static BiFunction<Subject, Facts, Outcome> asksInTurn(int steps) {
    return (subject, facts) -> {
      for (int step = 0; step < steps; step++) {
        if (facts.get(new NamespaceLabels("n" + step))
            instanceof Evidence.Unavailable<?> unavailable) {
          return Outcome.unknown(unavailable.doubt());
        }
      }
      return Outcome.pass();
    };
  }

  private MapStore answering() {
    return new MapStore(
        new HashMap<>(),
        (keys, known) -> {
          gathered.add(Set.copyOf(keys));
          keys.forEach(key -> known.put(key, new Evidence.Present<>(Map.of(), NOW)));
          CompletableFuture<Void> done = new CompletableFuture<>();
          done.complete(null);
          return done;
        });
  }

  private Rounds rounds(MapStore store, Fixtures.Says... checks) {
    return rounds(store, () -> set(policy("p", Mode.ENFORCE, OnUnknown.DENY, checks)));
  }

  private static Rounds rounds(MapStore store, Supplier<PolicySet> policies) {
    return new Rounds(
        new Gate((check, defect) -> {
          throw defect;
        }),
        policies,
        store,
        InstantSource.fixed(NOW),
        Duration.ZERO,
        Runnable::run);
  }

  private static Verdict now(Rounds rounds, Deadline deadline) {
    CompletableFuture<Verdict> verdict = rounds.within(pod(), deadline).toCompletableFuture();
    assertThat(verdict).isDone();
    return verdict.join();
  }

  @Test
  void gathersWhatWasMissingAndJudgesAgain() {
    Rounds rounds = rounds(answering(), check("x", Set.of(), false, asksInTurn(2)));
    Verdict verdict = now(rounds, tomorrow);
    assertThat(verdict.effect()).isEqualTo(Effect.NONE);
    assertThat(verdict.rounds()).isEqualTo(3);
    assertThat(gathered)
        .containsExactly(Set.of(new NamespaceLabels("n0")), Set.of(new NamespaceLabels("n1")));
  }

  @Test
  void allChecksMissesAreGatheredTogether() {
    Rounds rounds =
        rounds(
            answering(),
            check(
                "x",
                Set.of(),
                false,
                (s, f) -> {
                  f.get(new NamespaceLabels("a"));
                  return Outcome.pass();
                }),
            check(
                "y",
                Set.of(),
                false,
                (s, f) -> {
                  f.get(new NamespaceLabels("b"));
                  return Outcome.pass();
                }));
    assertThat(now(rounds, tomorrow).rounds()).isEqualTo(2);
    assertThat(gathered)
        .containsExactly(Set.of(new NamespaceLabels("a"), new NamespaceLabels("b")));
  }

  @Test
  void answersAtOnceOnlyIfNothingIsMissing() {
    MapStore store = answering();
    Rounds rounds = rounds(store, check("x", Set.of(), false, asksInTurn(1)));
    assertThat(rounds.atOnce(pod())).isEmpty();
    assertThat(gathered).as("atOnce never gathers").isEmpty();
    store.known().put(new NamespaceLabels("n0"), new Evidence.Present<>(Map.of(), NOW));
    assertThat(rounds.atOnce(pod()).orElseThrow().effect()).isEqualTo(Effect.NONE);
  }

  @Test
  void aCheckThatAsksForEverIsStoppedAndRefused() {
    Verdict verdict = askingForEver(number -> new NamespaceLabels("n" + number));
    assertThat(verdict.rounds()).isEqualTo(Rounds.MOST + 1);
    assertThat(verdict.effect()).isEqualTo(Effect.REFUSE_UNDECIDED);
    assertThat(causes(verdict)).containsExactly(Cause.BUG);
    assertThat(gathered).hasSize(Rounds.MOST);
  }

  /** The verdict where a check never asks for the same twice. */
  private Verdict askingForEver(IntFunction<EvidenceKey<?>> key) {
    AtomicInteger asked = new AtomicInteger();
    Rounds rounds =
        rounds(
            answering(),
            check(
                "x",
                Set.of(),
                false,
                (s, f) ->
                    f.get(key.apply(asked.getAndIncrement()))
                            instanceof Evidence.Unavailable<?>(Doubt doubt)
                        ? Outcome.unknown(doubt)
                        : Outcome.pass()));
    return now(rounds, tomorrow);
  }

  /**
   * Parts of an index in an index by its tag: four gatherings, and then there is only to verify.
   */
  @Test
  void whatIsOnlyComputedIsComputedAfterTheLastGatheringToo() {
    AttestedScan scan =
        new AttestedScan(
            new Predicate.Vulnerabilities(
                "", "", Optional.empty(), Optional.empty(), Optional.empty()));
    Rounds rounds =
        rounds(
            answering(),
            check(
                "x",
                Set.of(),
                false,
                (s, f) -> {
                  Outcome gathered = asksInTurn(Rounds.MOST).apply(s, f);
                  return gathered instanceof Outcome.Pass
                          && f.get(scan) instanceof Evidence.Unavailable<?>(Doubt doubt)
                      ? Outcome.unknown(doubt)
                      : gathered;
                }));
    Verdict verdict = now(rounds, tomorrow);
    assertThat(verdict.effect()).isEqualTo(Effect.NONE);
    assertThat(verdict.rounds()).isEqualTo(Rounds.MOST + 2);
    assertThat(gathered).hasSize(Rounds.MOST + 1).last().isEqualTo(Set.of(scan));
  }

  @Test
  void atTheDeadlineItJudgesWithWhatIsThere() {
    AtomicReference<CompletableFuture<Void>> gathering =
        new AtomicReference<>(new CompletableFuture<>());
    MapStore store = new MapStore(new HashMap<>(), (keys, known) -> gathering.get());
    Rounds rounds =
        rounds(
            store,
            check("late", Set.of(), false, asksInTurn(1)),
            check("ready", Set.of(), false, (s, f) -> Outcome.pass()));
    CompletableFuture<Verdict> verdict = rounds.within(pod(), tomorrow).toCompletableFuture();
    assertThat(verdict).isNotDone();
    nanos.addAndGet(Duration.ofDays(2).toNanos());
    gathering.get().complete(null);
    assertThat(causes(verdict.join())).containsExactly(Cause.DEADLINE);
    assertThat(verdict.join().rulings().get(1).outcome()).isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void aGatheringThatNeverEndsIsLeftAtTheDeadline() {
    MapStore store = new MapStore(new HashMap<>(), (keys, known) -> new CompletableFuture<>());
    Rounds rounds = rounds(store, check("x", Set.of(), false, asksInTurn(1)));
    Verdict verdict =
        rounds
            .within(pod(), Deadline.in(Duration.ofMillis(20), System::nanoTime))
            .toCompletableFuture()
            .join();
    assertThat(causes(verdict)).containsExactly(Cause.DEADLINE);
    assertThat(verdict.effect()).isEqualTo(Effect.REFUSE_UNDECIDED);
  }

  @Test
  void computingForEverIsStoppedAndRefused() {
    Verdict verdict = askingForEver(RoundsTest::computed);
    assertThat(verdict.effect()).isEqualTo(Effect.REFUSE_UNDECIDED);
    assertThat(causes(verdict)).containsExactly(Cause.BUG);
    assertThat(verdict.rounds()).isEqualTo(3 * Rounds.MOST);
  }

  private static AttestedScan computed(int number) {
    return new AttestedScan(
        new Predicate.Vulnerabilities(
            "", "scanner" + number, Optional.empty(), Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({"10, DEADLINE", "11, TOO_MANY_IMAGES"})
  void aPodOfTooManyImagesIsToldSoWhenTheTimeIsOver(int images, Cause cause) {
    Container[] containers = new Container[images + 1];
    for (int i = 0; i < images; i++) {
      containers[i] = container(i, "good.io/shop/web:" + i);
    }
    containers[images] = container(images, "good.io/shop/web:0"); // the same image counts once
    Rounds rounds = rounds(answering(), check("x", Set.of(), false, asksInTurn(1)));
    nanos.set(Duration.ofDays(2).toNanos());
    Verdict verdict =
        rounds
            .within(pod(containers), Deadline.in(Duration.ZERO, nanos::get))
            .toCompletableFuture()
            .join();
    assertThat(causes(verdict)).containsExactly(cause);
    assertThat(gathered).isEmpty();
  }

  @Test
  void allRoundsOfASubjectSeeOnePolicySet() {
    AtomicInteger asked = new AtomicInteger();
    Rounds rounds =
        rounds(
            answering(),
            () ->
                set(policy(
                        "p",
                        Mode.ENFORCE,
                        OnUnknown.DENY,
                        check("x", Set.of(), false, asksInTurn(2))))
                    .as(asked.incrementAndGet()));
    assertThat(now(rounds, tomorrow).generation()).isEqualTo(1);
    assertThat(asked).hasValue(1);
  }

  @Test
  void oneJudgingSeesOneStateOfTheWorld() {
    AtomicInteger answers = new AtomicInteger();
    Asking facts =
        new Asking(
            new EvidenceStore() {
              @Override
              @SuppressWarnings("unchecked")
              public <T> Evidence<T> peek(EvidenceKey<T> key, Instant notBefore) {
                return (Evidence<T>)
                    new Evidence.Present<>(Map.of("answer", "" + answers.incrementAndGet()), NOW);
              }

              @Override
              public CompletableFuture<Void> gather(Set<EvidenceStore.Wanted> wanted) {
                return new CompletableFuture<>();
              }
            },
            NOW,
            NOW,
            Duration.ZERO,
            Doubt.of(Cause.NOT_GATHERED, "x"));
    Evidence<?> first = facts.get(new NamespaceLabels("a"));
    assertThat(facts.get(new NamespaceLabels("a"))).isSameAs(first);
    assertThat(answers).hasValue(1);
  }

  private static List<Cause> causes(Verdict verdict) {
    return verdict.rulings().stream()
        .map(Ruling::outcome)
        .flatMap(outcome ->
            outcome instanceof Outcome.Unknown unknown ? unknown.doubts().stream() : Stream.of())
        .map(Doubt::cause)
        .toList();
  }
}
