package dev.tidegate.store;

import static dev.tidegate.store.StoreFixture.image;
import static dev.tidegate.store.StoreFixture.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceStore.Wanted;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How old answers may be, by which way they were learnt, and what a failed try leaves. */
class AgesTest {
  private static final Resolution TAG = tag("1");

  private final StoreFixture world = new StoreFixture();
  private final VerdictStore store = world.store(Runnable::run, Optional.empty());

  private void gather(Instant notBefore) {
    assertThat(store.gather(Set.of(new Wanted(TAG, notBefore)))).isCompleted();
  }

  private void fails(Cause cause) {
    world.answer.set(key -> new Evidence.Unavailable<>(Doubt.of(cause, "it is " + cause)));
  }

  private static Cause cause(@Nullable Evidence<?> evidence) {
    if (evidence instanceof Evidence.Unavailable<?>(Doubt doubt)) {
      return doubt.cause();
    }
    throw new AssertionError(evidence + " is known");
  }

  @Test
  void whatIsOlderThanAskedForIsMissing() {
    gather(Instant.MIN);
    world.pass(Duration.ofSeconds(3));
    assertThat(store.peek(TAG)).isInstanceOf(Evidence.Present.class);
    assertThat(store.peek(TAG, world.now().minusSeconds(5))).isInstanceOf(Evidence.Present.class);
    assertThat(store.peek(TAG, world.now().minusSeconds(2))).isNull();
  }

  @Test
  void aDayIsTheEndAndAbsenceEndsAfterSeconds() {
    gather(Instant.MIN);
    world.pass(Duration.ofHours(24).minusSeconds(1));
    assertThat(store.peek(TAG)).isInstanceOf(Evidence.Present.class);
    world.pass(Duration.ofSeconds(1));
    assertThat(store.peek(TAG)).isNull();

    world.answer.set(key -> new Evidence.Absent<>(world.now()));
    gather(Instant.MIN);
    world.pass(Duration.ofSeconds(9));
    assertThat(store.peek(TAG)).isInstanceOf(Evidence.Absent.class);
    world.pass(Duration.ofSeconds(1));
    assertThat(store.peek(TAG)).isNull();
  }

  @Test
  void aFailedTryIsTheAnswerToWhoeverWantsNewsAndNeverDisplacesWhatIsKnown() {
    gather(Instant.MIN);
    world.pass(Duration.ofMinutes(1));
    fails(Cause.UNREACHABLE);
    Instant now = world.now();
    gather(now);
    assertThat(cause(store.peek(TAG, now))).isEqualTo(Cause.UNREACHABLE);
    assertThat(store.peek(TAG)).isInstanceOf(Evidence.Present.class);

    world.pass(Duration.ofSeconds(4));
    assertThat(cause(store.peek(TAG, world.now())))
        .as("not asked again for five seconds")
        .isEqualTo(Cause.UNREACHABLE);
    world.pass(Duration.ofSeconds(1));
    assertThat(store.peek(TAG, world.now())).isNull();

    world.answer.set(world::pinned);
    gather(world.now());
    assertThat(store.peek(TAG, world.now())).isInstanceOf(Evidence.Present.class);
  }

  @Test
  void theOtherSideSaysWhenToTryAgainUpToAMinute() {
    world.answer.set(key ->
        new Evidence.Unavailable<>(
            new Doubt(Cause.THROTTLED, "slow down", Optional.of(world.now().plusSeconds(3600)))));
    gather(Instant.MIN);
    world.pass(Duration.ofSeconds(59));
    assertThat(cause(store.peek(TAG))).isEqualTo(Cause.THROTTLED);
    world.pass(Duration.ofSeconds(1));
    assertThat(store.peek(TAG)).isNull();
  }

  @Test
  void whatOneCredentialLearntAnswersNoOther() {
    gather(Instant.MIN);
    world.access.set("registry as somebody else");
    assertThat(store.peek(TAG)).isNull();
    world.access.set("registry as robot");
    assertThat(store.peek(TAG)).isInstanceOf(Evidence.Present.class);
  }

  @Test
  void aClockThatIsSetBackMakesNothingYoung() {
    gather(Instant.MIN);
    world.pass(Duration.ofMinutes(10));
    world.setClock(Duration.ofMinutes(-10));
    assertThat(store.peek(TAG, world.now().minusSeconds(2))).isNull();
    world.setClock(Duration.ofDays(-3));
    assertThat(store.peek(TAG, world.now().minusSeconds(2))).isNull();
    assertThat(store.peek(TAG)).as("it is ten minutes old all the same").isNotNull();
    world.pass(Duration.ofHours(24));
    assertThat(store.peek(TAG)).as("and ends after a day").isNull();
  }

  @Test
  void aClockThatIsSetForwardMakesNothingImmortal() {
    gather(Instant.MIN);
    world.setClock(Duration.ofDays(3));
    assertThat(store.peek(TAG, world.now().minusSeconds(2))).isNull();
    gather(world.now());
    assertThat(store.peek(TAG, world.now())).isNotNull();
    world.setClock(Duration.ofDays(-3));
    world.pass(Duration.ofHours(25));
    assertThat(store.peek(TAG)).isNull();
  }

  @Test
  void whoeverNeedsNewsDoesNotJoinAnOlderFlightButOneThatFollows() {
    Queue<Runnable> started = new ArrayDeque<>();
    VerdictStore slow = world.store(started::add, Optional.empty());
    CompletableFuture<Void> first = slow.gather(Set.of(new Wanted(TAG, Instant.MIN)));
    world.pass(Duration.ofSeconds(1));
    CompletableFuture<Void> second = slow.gather(Set.of(new Wanted(TAG, world.now())));
    CompletableFuture<Void> third = slow.gather(Set.of(new Wanted(TAG, world.now())));
    assertThat(started).hasSize(1);
    started.remove().run();
    assertThat(first).isCompleted();
    assertThat(second).isNotDone();
    assertThat(started).as("one for both").hasSize(1);
    started.remove().run();
    assertThat(second).isCompleted();
    assertThat(third).isCompleted();
    assertThat(world.asked).hasValue(2);
    assertThat(slow.stats().flights()).isZero();
  }

  /** No waiter is lost and no flight stays, whoever leaves in whatever order. */
  @Test
  void manyWaitersWithRandomLeavingLoseNobody() {
    Random random = new Random(7);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      VerdictStore busy = world.store(threads, Optional.empty());
      List<CompletableFuture<Void>> waiting = new ArrayList<>();
      for (int i = 0; i < 20_000; i++) {
        Resolution key = tag("t" + random.nextInt(20));
        Instant notBefore = random.nextBoolean() ? Instant.MIN : world.now();
        if (random.nextInt(50) == 0) {
          world.pass(Duration.ofMillis(random.nextInt(500)));
        }
        CompletableFuture<Void> one = busy.gather(Set.of(new Wanted(key, notBefore)));
        if (random.nextInt(3) == 0) {
          one.cancel(true);
        } else {
          waiting.add(one);
        }
      }
      for (CompletableFuture<Void> one : waiting) {
        one.join();
      }
      await().untilAsserted(() -> assertThat(busy.stats().flights()).isZero());
    }
  }

  @Test
  void renewingKeepsWhatIsKnownUntilTheNewIsThere() {
    gather(Instant.MIN);
    PinnedImage moved = image(tag("moved"));
    world.answer.set(key -> new Evidence.Present<>(moved, world.now()));
    world.pass(Duration.ofMinutes(1));
    assertThat(store.renew(TAG)).isCompleted();
    assertThat(store.peek(TAG)).isEqualTo(new Evidence.Present<>(moved, world.now()));
    fails(Cause.SERVER_ERROR);
    world.pass(Duration.ofMinutes(1));
    assertThat(store.renew(TAG)).isCompleted();
    assertThat(store.peek(TAG)).isInstanceOf(Evidence.Present.class);
  }

  /** Its lifetime begins when it is there: else who waited would never see it. */
  @Test
  void aSlowAnswerIsNotDeadOnArrival() {
    world.answer.set(key -> {
      world.pass(Duration.ofSeconds(19));
      return new Evidence.Absent<>(world.now().minusSeconds(19));
    });
    Instant asked = world.now();
    gather(asked);
    assertThat(store.peek(TAG, asked)).isInstanceOf(Evidence.Absent.class);
  }

  @Test
  void aFullMemoryStillAnswersWhoHasJustAsked() {
    VerdictStore tiny =
        new VerdictStore(
            new VerdictStore.Origins(List.of(), List.of(world), List.of()),
            new VerdictStore.Settings(Lifetimes.USUAL, 4000, Duration.ofSeconds(20), 1),
            Optional.empty(),
            Runnable::run,
            world::now,
            world.nanos::get,
            world.listener);
    for (int i = 0; i < 200; i++) {
      Resolution key = tag("t" + i);
      assertThat(tiny.gather(Set.of(new Wanted(key, Instant.MIN)))).isCompleted();
      assertThat(tiny.peek(key)).as("t" + i).isInstanceOf(Evidence.Present.class);
    }
    assertThat(tiny.stats().entries()).isLessThan(20);
    tiny.close();
  }
}
