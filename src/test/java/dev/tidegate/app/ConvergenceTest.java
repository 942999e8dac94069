package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Fetched;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.harbor.Effects;
import dev.tidegate.harbor.Events;
import dev.tidegate.harbor.Harbors;
import dev.tidegate.harbor.Hint;
import dev.tidegate.harbor.Reconciliation;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.registry.Registries;
import dev.tidegate.store.Archive;
import dev.tidegate.store.Seals;
import dev.tidegate.store.StoreEvents;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.HarborDouble;
import dev.tidegate.testkit.HarborDouble.Finding;
import dev.tidegate.testkit.HarborDouble.Format;
import dev.tidegate.testkit.HarborDouble.Told;
import dev.tidegate.testkit.RegistryDouble;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever becomes of callbacks, the gate comes to remember what a gate remembers that got each of
 * them, once and in order, and both what Harbor says.
 */
class ConvergenceTest {
  private static final int STEPS = 40;
  private static final List<String> TAGS = List.of("1", "2", "latest");

  @TempDir Path directory;

  private final long began = System.nanoTime();
  private final HarborDouble harbor = HarborDouble.start(this::now);
  private final CosignSigner signer = CosignSigner.create();
  private final List<PinnedImage> images = new ArrayList<>();
  private final Map<PinnedImage, List<Digest>> signatures = new HashMap<>();
  private final Set<PinnedImage> everPushed = new LinkedHashSet<>();
  private Gate complete;
  private Gate troubled;

  /** A gate whose callbacks a test delivers by hand. */
  private final class Gate implements AutoCloseable {
    private final ImagesFixture fixture;
    private final Looking looking;
    private final Reconciliation reconciliation;

    Gate(@Nullable String file) {
      Hosts hosts = Hosts.of(harbor.host(Optional.empty()));
      Host host = harbor.host(Optional.empty());
      this.fixture =
          new ImagesFixture(
              hosts,
              ImagesFixture.signedBy(signer, harbor.name()),
              Optional.ofNullable(file).map(this::archive),
              Duration.ofMinutes(10),
              began);
      if (file != null) {
        await().until(() -> fixture.store.stats().archiveUsable());
      }
      var api = Harbors.api(host, fixture.exchanges, fixture.clock);
      this.looking =
          new Looking(
              fixture.store,
              new AtPush(
                  fixture.store,
                  fixture.policies::get,
                  Map.of(),
                  fixture::nanos,
                  (at, asked) -> {}),
              fixture.clock);
      this.reconciliation =
          new Reconciliation(
              harbor.name(),
              api,
              looking,
              Duration.ofMinutes(10),
              fixture.clock,
              fixture::nanos,
              new Random(1));
    }

    private Archive archive(String file) {
      return Archive.at(
          directory.resolve(file),
          1L << 26,
          Seals.parse("00".repeat(32)),
          Registries.codecs(),
          System::nanoTime,
          new StoreEvents() {
            @Override
            public void defect(EvidenceKey<?> key, RuntimeException defect) {
              throw new AssertionError(defect);
            }

            @Override
            public void file(FileEvent event, String detail) {}
          });
    }

    void deliver(Told callback, Format format) {
      try {
        for (Hint hint : Events.read(callback.body(format))) {
          looking.look(Effects.of(harbor.name(), hint));
        }
      } catch (InterruptedException stopped) {
        throw new AssertionError(stopped);
      }
    }

    Reconciliation.Outcome reconcile() {
      try {
        return reconciliation.run();
      } catch (InterruptedException stopped) {
        throw new AssertionError(stopped);
      }
    }

    /** What it answers without asking; {@code null} when it would have to ask. */
    @Nullable Object remembered(Fetched<?> key) {
      Evidence<?> answer = fixture.store.peek(key);
      return answer == null || answer instanceof Evidence.Unavailable<?> ? null : plain(answer);
    }

    /** What it answers when it is asked, from memory, file or Harbor. */
    Object answer(Fetched<?> key) {
      Object known = remembered(key);
      if (known != null) {
        return known;
      }
      fixture
          .store
          .gather(Set.of(new dev.tidegate.evidence.EvidenceStore.Wanted(key, Instant.MIN)))
          .join();
      return java.util.Objects.requireNonNull(remembered(key), key.toString());
    }

    @Override
    public void close() {
      fixture.close();
      assertThat(fixture.defects).isEmpty();
    }
  }

  /** An answer without its time; and of a scan, without what Harbor has withdrawn. */
  private static Object plain(Evidence<?> answer) {
    return switch (answer) {
      case Evidence.Present<?>(ScanState.Failed failed, Instant at) -> "failed";
      case Evidence.Present<?>(ScanState.Stopped stopped, Instant at) -> "stopped";
      case Evidence.Present<?>(ScanState.UnderWay running, Instant at) -> "under way";
      case Evidence.Present<?> present -> present.value();
      default -> "absent";
    };
  }

  /** The time of day, of Harbor and gates alike. */
  private Instant now() {
    return ImagesFixture.START.plusNanos(System.nanoTime() - began);
  }

  @BeforeEach
  void start() {
    complete = new Gate(null);
    troubled = new Gate("evidence");
  }

  @AfterEach
  void stop() {
    complete.close();
    troubled.close();
    harbor.close();
  }

  /** Lost, doubled and reordered callbacks, a restart, and a Harbor that fails for a while. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void T30_anyFateOfCallbacksEndsInTheSameMemory(long seed) {
    Random random = new Random(seed);
    List<Told> late = new ArrayList<>();
    int restartAt = random.nextInt(STEPS);
    int failsAt = random.nextInt(STEPS);
    int behavesAt = failsAt + random.nextInt(8);
    for (int step = 0; step < STEPS; step++) {
      harbor.behaves();
      happen(random, step);
      List<Told> told = harbor.callbacks();
      told.forEach(one -> complete.deliver(one, Format.DEFAULT));
      if (step >= failsAt && step < behavesAt) {
        harbor.fails(random.nextBoolean() ? 500 : 429);
      }
      for (Told one : told) {
        switch (random.nextInt(4)) {
          case 0 -> {} // lost
          case 1 -> late.add(one);
          case 2 -> {
            troubled.deliver(one, Format.CLOUDEVENTS);
            troubled.deliver(one, Format.DEFAULT);
          }
          default -> troubled.deliver(one, Format.CLOUDEVENTS);
        }
      }
      if (random.nextInt(4) == 0) {
        Collections.shuffle(late, random);
        late.forEach(one -> troubled.deliver(one, Format.DEFAULT));
        late.clear();
      }
      if (random.nextInt(10) == 0) {
        troubled.reconcile();
      }
      if (step == restartAt) {
        troubled.close();
        troubled = new Gate("evidence");
      }
    }
    harbor.behaves();
    troubled.fixture.pass(Duration.ofSeconds(6)); // what failed is not remembered any longer
    Reconciliation.Outcome outcome = troubled.reconcile();
    assertThat(outcome.complete()).as(outcome.toString()).isTrue();
    compare(seed);
  }

  /** What no callback tells of is found by reading. */
  @Test
  void silentChangesAreFoundByReading() {
    PinnedImage first = harbor.push("shop/web", "1", "first");
    PinnedImage second = harbor.push("shop/web", "2", "second");
    harbor.scanned(first, Finding.of("CVE-2026-1", "Low", ""));
    harbor.callbacks().forEach(one -> troubled.deliver(one, Format.DEFAULT));
    assertThat(troubled.reconcile().complete()).isTrue();
    assertThat(troubled.reconcile().differences()).as("nothing has changed").isZero();

    harbor.tagSilently(second, "1");
    harbor.untagSilently(second, "2");
    harbor.scanBegins(first);
    assertThat(troubled.reconcile().differences()).isPositive();
    assertThat(troubled.remembered(tag("1"))).isEqualTo(second);
    assertThat(troubled.remembered(tag("2"))).isEqualTo("absent");
    assertThat(troubled.remembered(new Scan(first, ScanSource.HARBOR))).isEqualTo("under way");
  }

  /** The parts of an index are in no list; they are read one by one. */
  @Test
  void aNewFindingInAPartOfAnIndexIsFoundByReading() {
    harbor.pushIndex("shop/many", "1", Map.of("amd64", "a", "arm64", "b"));
    List<Told> told = harbor.callbacks();
    told.forEach(one -> troubled.deliver(one, Format.DEFAULT));
    PinnedImage part = part(troubled);
    harbor.scanned(part);
    harbor.callbacks().forEach(one -> troubled.deliver(one, Format.DEFAULT));
    Scan key = new Scan(part, ScanSource.HARBOR);
    Object clean = troubled.remembered(key);
    assertThat(clean).isInstanceOf(ScanState.Reported.class);
    harbor.scanned(part, Finding.of("CVE-2026-2", "Critical", "2"));
    assertThat(troubled.remembered(key)).isEqualTo(clean);
    assertThat(troubled.reconcile().complete()).isTrue();
    assertThat(troubled.remembered(key)).isNotEqualTo(clean);
  }

  private static PinnedImage part(Gate gate) {
    return gate.fixture.store.known(key -> key instanceof Scan).stream()
        .map(key -> ((Scan) key).image())
        .filter(image ->
            gate.fixture.store.peek(new EvidenceKey.Manifest(image))
                    instanceof Evidence.Present<?> present
                && present.value() instanceof dev.tidegate.evidence.ImageManifest.Image)
        .findFirst()
        .orElseThrow();
  }

  /** While nobody listened an image was signed anew; the file still has the old answer. */
  @Test
  void afterARestartWhatTheFileHasIsComparedToo() {
    PinnedImage image = harbor.push("shop/web", "1", "first");
    PinnedImage deleted = harbor.push("shop/web", "2", "second");
    harbor.sign(deleted, signer);
    harbor.callbacks().forEach(one -> troubled.deliver(one, Format.DEFAULT));
    harbor.scanned(image);
    harbor.callbacks().forEach(one -> troubled.deliver(one, Format.DEFAULT));
    Object before = troubled.remembered(new Scan(image, ScanSource.HARBOR));
    assertThat(before).isInstanceOf(ScanState.Reported.class);
    troubled.close();
    harbor.scanned(image, Finding.of("CVE-2026-3", "Critical", "2"));
    harbor.delete(deleted);

    troubled = new Gate("evidence");
    assertThat(troubled.remembered(new Scan(image, ScanSource.HARBOR))).isNull();
    assertThat(troubled.reconcile().complete()).isTrue();
    assertThat(troubled.remembered(new Scan(image, ScanSource.HARBOR)))
        .isNotNull()
        .isNotEqualTo(before);
    assertThat(troubled.answer(new Signatures(deleted)))
        .as("what only the file has may be about things that are gone")
        .isEqualTo("absent");
  }

  /** More artifacts than a page has. */
  @Test
  void listsAreReadToTheirEnd() {
    for (int i = 0; i < 230; i++) {
      harbor.push("shop/web", "v" + i, "content " + i);
    }
    harbor.callbacks();
    Reconciliation.Outcome outcome = troubled.reconcile();
    assertThat(outcome.artifacts()).isEqualTo(230);
    assertThat(outcome.complete()).as(outcome.toString()).isTrue();
    harbor.registry().forget();
    assertThat(troubled.remembered(tag("v0"))).isNotNull();
    assertThat(troubled.remembered(tag("v229"))).isNotNull();
    assertThat(harbor.registry().lines()).isEmpty();
  }

  /** While Harbor fails, everything known stays, and the next run waits longer each time. */
  @Test
  void whileHarborFailsNothingIsForgottenAndRunsBecomeRarer() {
    PinnedImage image = harbor.push("shop/web", "1", "first");
    harbor.scanned(image);
    harbor.callbacks();
    assertThat(troubled.reconciliation.due()).as("at first").isTrue();
    assertThat(troubled.reconcile().complete()).isTrue();
    Scan key = new Scan(image, ScanSource.HARBOR);
    Object known = troubled.remembered(key);
    harbor.fails(500);
    troubled.reconciliation.soon();
    assertThat(troubled.reconciliation.due()).isTrue();
    for (int i = 0; i < 4; i++) {
      Reconciliation.Outcome outcome = troubled.reconcile();
      assertThat(outcome.complete()).isFalse();
      assertThat(outcome.down()).isPresent();
      troubled.reconciliation.soon();
      assertThat(troubled.reconciliation.due()).as("no sooner, whatever was missed").isFalse();
      troubled.fixture.pass(Duration.ofMinutes(11));
      assertThat(troubled.reconciliation.due()).as("never later than usual").isTrue();
    }
    assertThat(troubled.remembered(key)).isEqualTo(known);
    assertThat(troubled.reconciliation.stats().failures()).isEqualTo(4);
    harbor.behaves();
    // The limits of the host let few questions through at first.
    await().until(() -> troubled.reconcile().complete());
    assertThat(troubled.reconcile().complete()).isTrue();
    assertThat(troubled.reconciliation.due()).isFalse();
    troubled.fixture.pass(Duration.ofMinutes(12));
    assertThat(troubled.reconciliation.due()).as("from time to time").isTrue();
  }

  /** A robot that may not list still gets what is known looked at. */
  @Test
  void whereListsAreForbiddenWhatIsKnownIsAskedAnew() {
    PinnedImage image = harbor.push("shop/web", "1", "first");
    harbor.scanned(image);
    harbor.callbacks().forEach(one -> troubled.deliver(one, Format.DEFAULT));
    harbor.scanned(image, Finding.of("CVE-2026-4", "Critical", "2"));
    harbor
        .registry()
        .instead(
            asked ->
                asked.path().equals("/api/v2.0/projects")
                    || asked.path().endsWith("/repositories")
                    || asked.path().endsWith("/artifacts"),
            RegistryDouble.status(403, "{}"));
    Object before = troubled.remembered(new Scan(image, ScanSource.HARBOR));
    Reconciliation.Outcome outcome = troubled.reconcile();
    assertThat(outcome.refused()).isEqualTo(3);
    assertThat(troubled.remembered(new Scan(image, ScanSource.HARBOR))).isNotEqualTo(before);
  }

  private Resolution tag(String tag) {
    return new Resolution(ImageReference.parse(harbor.name() + "/shop/web:" + tag));
  }

  private void compare(long seed) {
    Gate truth = new Gate(null);
    try {
      Set<Fetched<?>> keys = new LinkedHashSet<>(complete.fixture.store.known(key -> true));
      keys.addAll(troubled.fixture.store.known(key -> true));
      for (PinnedImage image : everPushed) {
        keys.add(new Signatures(image));
        keys.add(new Scan(image, ScanSource.HARBOR));
      }
      int fromMemory = 0;
      for (Fetched<?> key : keys) {
        Object right = timeless(truth.answer(key));
        fromMemory += troubled.remembered(key) != null ? 1 : 0;
        assertThat(timeless(troubled.answer(key))).as("seed %d, %s", seed, key).isEqualTo(right);
        assertThat(timeless(complete.answer(key)))
            .as("complete, seed %d, %s", seed, key)
            .isEqualTo(right);
      }
      assertThat(fromMemory).as("answered without asking").isPositive();
      for (PinnedImage image : images) {
        assertThat(troubled.remembered(new Signatures(image))).as("%s", image).isNotNull();
        assertThat(troubled.remembered(new Scan(image, ScanSource.HARBOR))).isNotNull();
      }
    } finally {
      truth.close();
    }
  }

  /**
   * An answer without since when each vulnerability is there: that is told by the scans that were
   * seen in between, and a scan nobody told of leaves it open, which gives no grace.
   */
  private static Object timeless(Object answer) {
    return answer instanceof ScanState.Reported(ScanReport report)
        ? new ScanState.Reported(
            new ScanReport(
                report.scanner(),
                report.scanned(),
                report.database(),
                report.endOfLife(),
                report.items().stream()
                    .map(item ->
                        new ScanReport.Item(
                            item.id(),
                            item.name(),
                            item.installed(),
                            item.fixed(),
                            item.severity(),
                            item.score(),
                            item.status(),
                            item.suppressed()))
                    .toList()))
        : answer;
  }

  /** Something happens in Harbor, of which it tells. */
  private void happen(Random random, int step) {
    String tag = TAGS.get(random.nextInt(TAGS.size()));
    if (images.isEmpty()) {
      add(harbor.push("shop/web", tag, "v" + step));
      return;
    }
    PinnedImage image = images.get(random.nextInt(images.size()));
    switch (random.nextInt(9)) {
      case 0, 1 ->
          add(harbor.push(random.nextBoolean() ? "shop/web" : "shop/team/api", tag, "v" + step));
      case 2 -> harbor.retag(image, tag);
      case 3 ->
          signatures
              .computeIfAbsent(image, none -> new ArrayList<>())
              .add(harbor.sign(image, signer));
      case 4 ->
          harbor.scanned(
              image, Finding.of("CVE-2026-" + step, "High", random.nextBoolean() ? "2" : ""));
      case 5 -> harbor.scanned(image);
      case 6 -> harbor.scanFailed(image);
      case 7 -> {
        harbor.delete(image);
        images.remove(image);
        signatures.remove(image);
      }
      default -> {
        List<Digest> all = signatures.getOrDefault(image, List.of());
        if (!all.isEmpty()) {
          harbor.unsign(image, all.removeLast());
        }
      }
    }
  }

  private void add(PinnedImage image) {
    images.remove(image);
    images.add(image);
    everPushed.add(image);
  }
}
