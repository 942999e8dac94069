package dev.tidegate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.model.Deadline;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A host that has failed is tried with one request, and the others wait for that one. */
class ThrottleTest {
  private static final Request REQUEST = Request.get("/v2/", 100, "read something");

  private final AtomicLong nanos = new AtomicLong();
  private final Throttle throttle =
      new Throttle(
          Host.at("registry.example.com", URI.create("https://registry.example.com")),
          () -> Instant.EPOCH.plusNanos(nanos.get()),
          nanos::get);

  private Deadline soon() {
    return Deadline.in(Duration.ofSeconds(20), nanos::get);
  }

  private Throttle.Permit probe() throws Exception {
    for (int i = 0; i < 5; i++) {
      try (Throttle.Permit permit = throttle.enter(REQUEST, soon())) {
        permit.ended(true);
      }
    }
    nanos.addAndGet(Throttle.OPEN.toNanos() + 1);
    return throttle.enter(REQUEST, soon());
  }

  /** What comes of asking while the probe is on its way; it waits when this returns. */
  private CompletableFuture<String> second() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try (Throttle.Permit permit = throttle.enter(REQUEST, soon())) {
                permit.ended(false);
                answer.complete("entered");
              } catch (Trouble trouble) {
                answer.complete(trouble.doubt().tried());
              } catch (InterruptedException stopped) {
                answer.completeExceptionally(stopped);
              }
            });
    await().until(() -> answer.isDone() || thread.getState() == Thread.State.TIMED_WAITING);
    return answer;
  }

  @Test
  void whatIsAskedBesideTheProbeIsAskedAfterIt() throws Exception {
    try (Throttle.Permit probe = probe()) {
      CompletableFuture<String> second = second();
      assertThat(second).isNotDone();
      probe.ended(false);
      assertThat(second.join()).isEqualTo("entered");
    }
  }

  @Test
  void whenTheProbeFailsNothingElseIsAsked() throws Exception {
    try (Throttle.Permit probe = probe()) {
      CompletableFuture<String> second = second();
      assertThat(second).isNotDone();
      probe.ended(true);
      assertThat(second.join()).contains("has failed several times in a row");
    }
  }

  @Test
  void aProbeThatEndsWithoutAWordLetsTheNextOneTry() throws Exception {
    Throttle.Permit probe = probe();
    CompletableFuture<String> second = second();
    assertThat(second).isNotDone();
    probe.close();
    assertThat(second.join()).isEqualTo("entered");
  }

  @Test
  void whoIsInterruptedLeavesItsPlaceAmongThoseThatWait() throws Exception {
    try (Throttle.Permit probe = probe()) {
      Thread thread =
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 2_000; i++) {
                  Thread.currentThread().interrupt();
                  try {
                    throttle.enter(REQUEST, soon()).close();
                  } catch (InterruptedException | Trouble expected) {
                    // It waits no more.
                  }
                }
              });
      thread.join();
      CompletableFuture<String> second = second();
      assertThat(second).isNotDone();
      probe.ended(false);
      assertThat(second.join()).isEqualTo("entered");
    }
  }
}
