package dev.tidegate.registry;

import static dev.tidegate.testkit.RegistryDouble.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Config;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceSource.Errand;
import dev.tidegate.evidence.ImageConfig;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Hosts;
import dev.tidegate.testkit.Errands;
import dev.tidegate.testkit.RegistryDouble;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One manifest that several want at the same moment is read once, and all are told the same. */
class SharedReadsTest {
  private final RegistryDouble registry = RegistryDouble.start();
  private final RegistryFixture gate = new RegistryFixture(Hosts.of(registry.host()));
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch answer = new CountDownLatch(1);
  private PinnedImage web;
  private FutureTask<Evidence<ImageManifest>> first = new FutureTask<>(() -> absent());
  private Thread reader = Thread.ofVirtual().unstarted(first);

  private static Evidence<ImageManifest> absent() {
    return new Evidence.Absent<>(RegistryFixture.NOW);
  }

  @BeforeEach
  void push() {
    web = registry.image("shop/web", "1", "1000", "first");
  }

  @AfterEach
  void stop() throws InterruptedException {
    answer.countDown();
    reader.join();
    gate.close();
    registry.close();
  }

  /** Lets the first reader come as far as the registry, which answers when it is told to. */
  private void begin(RegistryDouble.Answer then) throws InterruptedException {
    registry.instead(
        asked -> asked.isFor(web.digest().toString()),
        exchange -> {
          arrived.countDown();
          try {
            answer.await();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
          then.to(exchange);
        });
    first = new FutureTask<>(() -> gate.obtain(new Manifest(web)));
    reader = Thread.ofVirtual().start(first);
    arrived.await();
  }

  private void begin() throws InterruptedException {
    begin(exchange ->
        registry.normally(
            exchange,
            new RegistryDouble.Asked(
                "GET", "/v2/shop/web/manifests/" + web.digest(), "", Map.of())));
  }

  /** An errand that does something when it is asked how long it may wait for the other reader. */
  private record Waiting(Errands errand, Runnable once, CompletableFuture<Boolean> asked)
      implements Errand {
    static Waiting and(Runnable once) {
      return new Waiting(RegistryFixture.errand(), once, new CompletableFuture<>());
    }

    @Override
    public Deadline budget() {
      if (asked.complete(true)) {
        once.run();
      }
      return errand.budget();
    }

    @Override
    public <U> Optional<U> before(EvidenceKey.Fetched<U> key) {
      return errand.before(key);
    }

    @Override
    public <U> void alsoLearned(EvidenceKey.Fetched<U> key, Evidence<U> seen) {
      errand.alsoLearned(key, seen);
    }
  }

  private long manifestsAskedFor() {
    return registry.asked().stream().filter(asked -> asked.isFor(web.digest().toString())).count();
  }

  @Test
  void whoComesSecondIsGivenWhatTheFirstRead() throws Exception {
    begin();
    Waiting waiting = Waiting.and(answer::countDown);
    Evidence<ImageConfig> config = gate.obtain(new Config(web), waiting);
    assertThat(config)
        .isInstanceOfSatisfying(
            Evidence.Present.class,
            present -> assertThat(((ImageConfig) present.value()).user()).isEqualTo("1000"));
    assertThat(value(first).raw().sha256()).isEqualTo(web.digest());
    assertThat(manifestsAskedFor()).isEqualTo(1);
    assertThat(waiting.errand().learned()).as("who read it, learnt it").isEmpty();
  }

  private static ImageManifest value(Future<Evidence<ImageManifest>> asked) throws Exception {
    return ((Evidence.Present<ImageManifest>) asked.get()).value();
  }

  @Test
  void whoComesSecondIsToldTheSameTrouble() throws Exception {
    begin(status(503, ""));
    assertThat(doubt(Waiting.and(answer::countDown)).cause()).isEqualTo(Cause.SERVER_ERROR);
    assertThat(manifestsAskedFor()).isEqualTo(1);
  }

  @Test
  void whoComesSecondWaitsNoLongerThanItMay() throws Exception {
    begin();
    Errands brief = Errands.until(Deadline.in(Duration.ZERO, System::nanoTime));
    assertThat(doubt(brief))
        .isEqualTo(
            Doubt.of(
                Cause.DEADLINE,
                "tried to read the manifest " + web + ", but there was no whole answer in time"));
    answer.countDown();
    assertThat(value(first).raw().sha256()).isEqualTo(web.digest());
    assertThat(manifestsAskedFor()).isEqualTo(1);
  }

  /** Or it would wait for its whole budget for something that never comes. */
  @Test
  void whoComesSecondIsToldThatTheFirstWasBrokenOff() throws Exception {
    begin();
    assertThat(doubt(Waiting.and(reader::interrupt)))
        .isEqualTo(Doubt.of(Cause.OVERLOADED, "reading the manifest was broken off"));
    answer.countDown();
    registry.behave();
    assertThat(gate.present(new Manifest(web)).raw().sha256())
        .as("the next one reads again")
        .isEqualTo(web.digest());
  }

  private Doubt doubt(Errand errand) {
    return gate.obtain(new Manifest(web), errand) instanceof Evidence.Unavailable<?> trouble
        ? trouble.doubt()
        : Doubt.of(Cause.NOT_GATHERED, "it is known");
  }

  @Test
  void whoAsksForAConfigurationLearnsTheManifest() {
    Errands errand = RegistryFixture.errand();
    gate.obtain(new Config(web), errand);
    assertThat(errand.learned())
        .containsExactly(
            Map.entry(
                new Manifest(web),
                new Evidence.Present<>(gate.present(new Manifest(web)), RegistryFixture.NOW)));
    Errands none = RegistryFixture.errand();
    Manifest missing = new Manifest(new PinnedImage(web.in(), web.digest()));
    registry.delete("shop/web", web.digest());
    assertThat(gate.obtain(new Config(web), none)).isInstanceOf(Evidence.Absent.class);
    assertThat(none.learned())
        .containsExactly(Map.entry(missing, new Evidence.Absent<>(RegistryFixture.NOW)));
  }
}
