package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Isolation;
import dev.tidegate.evidence.EvidenceKey.NamespaceLabels;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.EvidenceStore;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VerdictStoreTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final NamespaceLabels SHOP = new NamespaceLabels("shop");

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private final Queue<Runnable> started = new ArrayDeque<>();
  private final List<String> defects = new ArrayList<>();

  private interface Answer {
    Evidence<Map<String, String>> to(NamespaceLabels key, Deadline budget)
        throws InterruptedException;
  }

  private EvidenceSource<NamespaceLabels, Map<String, String>> source(Answer answer) {
    return new EvidenceSource<>() {
      @Override
      public Class<NamespaceLabels> serves() {
        return NamespaceLabels.class;
      }

      @Override
      public Evidence<Map<String, String>> obtain(NamespaceLabels key, Errand errand)
          throws InterruptedException {
        asked.incrementAndGet();
        return answer.to(key, errand.budget());
      }
    };
  }

  private VerdictStore store(Executor executor, Answer answer) {
    return store(executor, List.of(), List.of(source(answer)));
  }

  private VerdictStore store(
      Executor executor,
      List<LiveEvidence<?, ?>> live,
      List<? extends EvidenceSource<?, ?>> sources) {
    return new VerdictStore(
        new VerdictStore.Origins(live, sources, List.of()),
        VerdictStore.Settings.USUAL,
        Optional.empty(),
        executor,
        () -> NOW.plusNanos(nanos.get()),
        nanos::get,
        new StoreEvents() {
          @Override
          public void defect(EvidenceKey<?> key, RuntimeException defect) {
            defects.add(String.valueOf(defect.getMessage()));
          }

          @Override
          public void file(FileEvent event, String detail) {}
        });
  }

  private static Evidence<Map<String, String>> present() {
    return new Evidence.Present<>(Map.of("env", "production"), NOW);
  }

  @Test
  void remembersWhatWasGatheredForItsLifetime() {
    VerdictStore store = store(Runnable::run, (key, budget) -> present());
    assertThat(store.peek(SHOP)).isNull();
    assertThat(store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN)))).isCompleted();
    assertThat(store.peek(SHOP)).isEqualTo(present());
    nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(store.peek(SHOP)).as("its lifetime is over").isNull();
  }

  @Test
  void oneFlightServesAllWhoAskAtTheSameTime() {
    VerdictStore store = store(started::add, (key, budget) -> present());
    CompletableFuture<Void> one = store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN)));
    CompletableFuture<Void> other =
        store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN)));
    assertThat(started).hasSize(1);
    assertThat(one).isNotDone();
    started.remove().run();
    assertThat(one).isCompleted();
    assertThat(other).isCompleted();
    assertThat(asked).hasValue(1);
  }

  @Test
  void whoeverLeavesEndsNothingForTheOthers() {
    VerdictStore store = store(started::add, (key, budget) -> present());
    CompletableFuture<Void> leaving =
        store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN)));
    CompletableFuture<Void> staying =
        store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN)));
    leaving.cancel(true);
    assertThat(staying).isNotDone();
    started.remove().run();
    assertThat(staying).isCompleted();
    assertThat(store.peek(SHOP)).isEqualTo(present());
  }

  @Test
  void aFlightGoesOnWhenAllHaveLeft() {
    VerdictStore store = store(started::add, (key, budget) -> present());
    store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN))).cancel(true);
    started.remove().run();
    assertThat(store.peek(SHOP)).as("so that the retry finds it").isEqualTo(present());
  }

  @Test
  void aFlightHasABudgetOfItsOwn() {
    List<Duration> budgets = new ArrayList<>();
    VerdictStore store =
        store(
            Runnable::run,
            (key, budget) -> {
              budgets.add(budget.remaining());
              return present();
            });
    assertThat(store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN)))).isCompleted();
    assertThat(budgets).containsExactly(Duration.ofSeconds(20));
  }

  @Test
  void T27_aDefectOfASourceIsUnknownAndToldAndEndsTheFlight() {
    VerdictStore store =
        store(
            Runnable::run,
            (key, budget) -> {
              throw new IllegalStateException("boom");
            });
    assertThat(store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN)))).isCompleted();
    assertThat(defects).containsExactly("boom");
    assertThat(cause(store.peek(SHOP))).isEqualTo(Cause.BUG);
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN)))).isCompleted();
    assertThat(asked).as("the next asks again").hasValue(2);
  }

  @Test
  void anExecutorThatIsFullIsOverloadedAndNotAnException() {
    VerdictStore store =
        store(
            task -> {
              throw new RejectedExecutionException("full");
            },
            (key, budget) -> present());
    assertThat(store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN)))).isCompleted();
    assertThat(cause(store.peek(SHOP))).isEqualTo(Cause.OVERLOADED);
  }

  @Test
  void flightsAreBounded() {
    VerdictStore store = store(started::add, (key, budget) -> present());
    for (int i = 0; i < 2048; i++) {
      assertThat(
              store.gather(
                  Set.of(new EvidenceStore.Wanted(new NamespaceLabels("n" + i), Instant.MIN))))
          .isNotDone();
    }
    assertThat(store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN)))).isCompleted();
    assertThat(cause(store.peek(SHOP))).isEqualTo(Cause.OVERLOADED);
    assertThat(started).hasSize(2048);
  }

  @Test
  void waitersOfAFlightAreBoundedAndLeaveNoTrace() {
    VerdictStore store = store(started::add, (key, budget) -> present());
    for (int i = 0; i < 5000; i++) {
      store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN))).cancel(true);
    }
    assertThat(store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN))))
        .as("those who left make room")
        .isNotDone();
    for (int i = 0; i < 1023; i++) {
      assertThat(store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN)))).isNotDone();
    }
    assertThat(store.gather(Set.of(new EvidenceStore.Wanted(SHOP, Instant.MIN))))
        .as("one too many is not kept waiting")
        .isCompleted();
  }

  @Test
  void liveEvidenceIsAskedFirstAndNeverGathered() {
    LiveEvidence<NamespaceLabels, Map<String, String>> informer =
        new LiveEvidence<>() {
          @Override
          public Class<NamespaceLabels> serves() {
            return NamespaceLabels.class;
          }

          @Override
          public @Nullable Evidence<Map<String, String>> peek(NamespaceLabels key) {
            return key.equals(SHOP) ? present() : null;
          }
        };
    VerdictStore store =
        store(
            Runnable::run,
            List.of(informer),
            List.of(source((key, budget) -> new Evidence.Absent<>(NOW))));
    assertThat(store.peek(SHOP)).isEqualTo(present());
    NamespaceLabels fresh = new NamespaceLabels("fresh");
    assertThat(store.peek(fresh)).isNull();
    assertThat(store.gather(Set.of(new EvidenceStore.Wanted(fresh, Instant.MIN)))).isCompleted();
    assertThat(store.peek(fresh)).isEqualTo(new Evidence.Absent<>(NOW));
  }

  @Test
  void liveEvidenceThatNobodyHasIsUnknownAndNeverAbsent() {
    VerdictStore store = store(Runnable::run, (key, budget) -> present());
    assertThat(cause(store.peek(new Isolation("shop")))).isEqualTo(Cause.NOT_SYNCED);
  }

  @Test
  void twoForOneQuestionAreRefused() {
    assertThatThrownBy(() ->
            store(
                Runnable::run,
                List.of(),
                List.of(source((key, budget) -> present()), source((key, budget) -> present()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NamespaceLabels");
  }

  private static Cause cause(@Nullable Evidence<?> evidence) {
    assertThat(evidence).isInstanceOf(Evidence.Unavailable.class);
    Doubt doubt = ((Evidence.Unavailable<?>) Objects.requireNonNull(evidence)).doubt();
    return doubt.cause();
  }
}
