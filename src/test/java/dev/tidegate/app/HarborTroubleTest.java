package dev.tidegate.app;

import static dev.tidegate.app.ImagesFixture.allowed;
import static dev.tidegate.app.ImagesFixture.message;
import static dev.tidegate.app.ImagesFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Credentials;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.policy.PolicyFile;
import dev.tidegate.store.Archive;
import dev.tidegate.testkit.HarborDouble;
import dev.tidegate.testkit.HarborDouble.Finding;
import dev.tidegate.testkit.HarborDouble.Format;
import dev.tidegate.testkit.HarborDouble.Told;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Harbor that is slow, fails, or refuses the gate: every admission is answered, none wrongly. */
class HarborTroubleTest {
  private static final String SECRET = "0123456789abcdef-secret";
  private static final String ROBOT = "robot$tidegate";
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path directory;

  private final long began = System.nanoTime();
  private final HarborDouble harbor = HarborDouble.start(this::now).closedTo(ROBOT, "first");
  private SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private ImagesFixture gate;
  private HarborSide side;

  private Instant now() {
    return gate == null ? ImagesFixture.START : gate.clock.instant();
  }

  @BeforeEach
  void start() throws IOException {
    Files.writeString(directory.resolve("callbacks"), SECRET);
    Files.writeString(directory.resolve("password"), "first");
    begin(Optional.empty());
  }

  private void begin(Optional<Archive> archive) {
    Host plain = harbor.host(Optional.of(directory.resolve("callbacks")));
    Hosts hosts =
        Hosts.of(
            new Host(
                plain.name(),
                plain.endpoint(),
                plain.tls(),
                Optional.of(new Credentials.Basic(ROBOT, directory.resolve("password"))),
                plain.tokenRealms(),
                plain.redirects(),
                plain.callbackSecrets(),
                16,
                10_000));
    gate = new ImagesFixture(hosts, policy("deny"), archive, Duration.ZERO, began);
    meters = new SimpleMeterRegistry(); // of a process of its own
    side = gate.harborSide(hosts, new Metrics(meters));
  }

  private static List<PolicyFile> policy(String onUnknown) {
    return ImagesFixture.scanned("onUnknown: " + onUnknown);
  }

  @AfterEach
  void stop() {
    side.close();
    gate.close();
    harbor.close();
    assertThat(gate.defects).as("what is broken off by closing is none").isEmpty();
  }

  private double runs() {
    return meters
        .get("tidegate.harbor.reconciliation.runs")
        .functionCounters()
        .iterator()
        .next()
        .count();
  }

  private void reconciled() {
    double before = runs();
    side.reconcile();
    await().atMost(Duration.ofSeconds(60)).until(() -> runs() > before);
    quiet();
  }

  private void quiet() {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            meters.get("tidegate.harbor.callbacks.waiting").gauge().value() == 0
                && gate.store.stats().flights() == 0);
  }

  private void deliver(List<Told> callbacks) {
    for (Told one : callbacks) {
      assertThat(
              side.receiver()
                  .receive(Map.of("authorization", SECRET), one.body(Format.DEFAULT))
                  .status())
          .as("Harbor is answered at once, whatever else it does")
          .isEqualTo(200);
    }
  }

  private PinnedImage scanned(String name, Finding... findings) {
    PinnedImage image = harbor.push("shop/" + name, "1", name);
    harbor.scanned(image, findings);
    return image;
  }

  private JsonNode admit(PinnedImage image) {
    return gate.validate(pod(image.toString()));
  }

  private static void undecided(JsonNode answer) {
    assertThat(allowed(answer)).isFalse();
    assertThat(message(answer)).contains("could not decide", "nothing is known to be wrong");
    assertThat(answer.at("/status/code").asInt()).isNotEqualTo(403);
  }

  /** Without another callback: what could not be looked at is looked at again. */
  private void comesToKnow(PinnedImage good, PinnedImage... bad) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          gate.pass(Duration.ofSeconds(20)); // whoever waits to try again has waited
          assertThat(allowed(admit(good))).isTrue();
          for (PinnedImage one : bad) {
            assertThat(message(admit(one))).contains("CVE-2026-9");
          }
        });
  }

  private static final Finding CRITICAL = Finding.of("CVE-2026-9", "Critical", "2");

  @Test
  void aSlowHarborDelaysNoAnswerAndLosesNoHint() throws Exception {
    PinnedImage known = scanned("known");
    deliver(harbor.callbacks());
    await().untilAsserted(() -> assertThat(allowed(admit(known))).isTrue());
    quiet();
    reconciled();

    harbor.stalls();
    PinnedImage good = scanned("good");
    PinnedImage bad = scanned("bad", CRITICAL);
    harbor.scanned(known, CRITICAL);
    deliver(harbor.callbacks());
    List<Future<JsonNode>> late = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 40; i++) {
        PinnedImage image = i % 2 == 0 ? good : bad;
        late.add(threads.submit(() -> gate.validate(pod(image.toString()), SHORT)));
      }
    }
    for (Future<JsonNode> one : late) {
      undecided(one.get());
      assertThat(message(one.get())).contains("try again");
    }
    assertThat(gate.store.stats().flights()).as("answered while it is asked").isPositive();
    assertThat(allowed(gate.validate(pod(known.toString()), SHORT)))
        .as("what is known is used")
        .isTrue();

    harbor.behaves();
    comesToKnow(good, bad, known);
  }

  /** The deadline is infrastructure: a policy may say that it lets through, and only that. */
  @Test
  void whetherASlowHarborLetsThroughIsThePolicysWord() {
    PinnedImage bad = scanned("bad", CRITICAL);
    PinnedImage other = scanned("other", CRITICAL);
    assertThat(message(admit(bad))).contains("CVE-2026-9");
    gate.policies.set(ImagesFixture.load(policy("admit"), gate.clock));
    harbor.stalls();
    JsonNode answer = gate.validate(pod(other.toString()), SHORT);
    assertThat(allowed(answer)).isTrue();
    assertThat(answer.at("/warnings/0").asText()).contains("could not be decided");
    assertThat(allowed(gate.validate(pod(bad.toString()), SHORT)))
        .as("what is known to be wrong is refused all the same")
        .isFalse();
  }

  @Test
  void aHarborThatFailsForTheWholeRunLetsNothingThroughThatIsNotKnown() {
    PinnedImage known = scanned("known");
    PinnedImage bad = scanned("old", CRITICAL);
    deliver(harbor.callbacks());
    await().untilAsserted(() -> assertThat(allowed(admit(known))).isTrue());
    await().untilAsserted(() -> assertThat(message(admit(bad))).contains("CVE-2026-9"));
    quiet();
    harbor.fails(500);
    PinnedImage never = scanned("never");
    for (int minute = 0; minute < 60; minute++) {
      deliver(harbor.callbacks());
      quiet();
      gate.pass(Duration.ofMinutes(1));
      assertThat(allowed(admit(known))).as("minute %d", minute).isTrue();
      assertThat(allowed(admit(bad))).as("minute %d", minute).isFalse();
      undecided(admit(never));
    }
    quiet();
    gate.pass(Duration.ofHours(24));
    undecided(admit(known));
    undecided(admit(never));
  }

  @Test
  void aGateThatBeginsWhileHarborFailsKnowsAllOfItAfterwards() {
    side.close();
    gate.close();
    harbor.fails(500);
    begin(Optional.empty());
    PinnedImage good = scanned("good");
    PinnedImage bad = scanned("bad", CRITICAL);
    deliver(harbor.callbacks());
    quiet();
    undecided(admit(good));
    undecided(admit(bad));
    harbor.behaves();
    comesToKnow(good, bad);
  }

  /** Whoever can have the robot deleted must not open the gate by that. */
  @Test
  void aRobotThatIsDeletedOpensNothingAndANewSecretIsTakenOverWithoutARestart() throws IOException {
    gate.policies.set(ImagesFixture.load(policy("admit"), gate.clock));
    PinnedImage known = scanned("known");
    assertThat(allowed(admit(known))).isTrue();
    quiet();
    harbor.closedTo(ROBOT, "second");
    harbor.tokensEnd();
    PinnedImage good = scanned("good");
    PinnedImage bad = scanned("bad", CRITICAL);
    deliver(harbor.callbacks());
    quiet();
    undecided(admit(good));
    undecided(admit(bad));
    assertThat(allowed(admit(known))).as("what is known is used").isTrue();

    Files.writeString(directory.resolve("password"), "second");
    comesToKnow(good, bad);
  }

  @Test
  void aTokenThatHasExpiredIsReplacedAndNobodyNoticesIt() {
    for (int i = 0; i < 20; i++) {
      boolean clean = i % 3 > 0;
      PinnedImage image = clean ? scanned("image" + i) : scanned("image" + i, CRITICAL);
      harbor.tokensEnd();
      JsonNode answer = admit(image);
      assertThat(allowed(answer)).as("image %d: %s", i, message(answer)).isEqualTo(clean);
    }
  }

  /**
   * Killed in the middle of a thousand callbacks: what the next process finds is the file as it was
   * at that moment, and no callback comes again.
   */
  @Test
  void T30_killedInTheMiddleOfAThousandCallbacksTheStoreComesToEqualTheTruth() throws IOException {
    side.close();
    gate.close();
    begin(Optional.of(ImagesFixture.file(directory, gate.defects)));
    await().until(() -> gate.store.stats().archiveUsable());
    Random random = new Random(1030);
    List<PinnedImage> images = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      images.add(harbor.push("shop/web" + i % 3, "v" + i, "content " + i));
    }
    List<Told> all = new ArrayList<>(harbor.callbacks());
    while (all.size() < 1000) {
      Finding found =
          Finding.of("CVE-2026-" + all.size(), random.nextBoolean() ? "Low" : "Critical", "2");
      PinnedImage image = images.get(random.nextInt(images.size()));
      switch (random.nextInt(6)) {
        case 0 -> harbor.scanFailed(image);
        case 1 -> harbor.scanBegins(image);
        default -> harbor.scanned(image, found);
      }
      all.addAll(harbor.callbacks());
      if (all.size() == 500) {
        deliver(all);
      }
    }
    deliver(all.subList(500, 520));
    Path left = Files.createDirectory(directory.resolve("left"));
    Files.copy(directory.resolve("store"), left.resolve("store"));
    side.close();
    gate.close();

    begin(Optional.of(ImagesFixture.file(left, gate.defects)));
    await().until(() -> gate.store.stats().archiveUsable());
    reconciled();
    reconciled();
    for (PinnedImage image : images) {
      JsonNode answer = admit(image);
      Set<String> truth =
          harbor.findings(image).stream().map(Finding::id).collect(Collectors.toSet());
      if (!(gate.store.peek(new Scan(image, ScanSource.HARBOR))
          instanceof Evidence.Present<ScanState>(ScanState state, Instant at))) {
        throw new AssertionError("nothing is known of " + image);
      }
      assertThat(state instanceof ScanState.Reported)
          .as("%s", state)
          .isEqualTo(harbor.isScanned(image));
      if (harbor.isScanned(image)) {
        assertThat(
                state.report().orElseThrow().items().stream()
                    .map(Item::id)
                    .collect(Collectors.toSet()))
            .isEqualTo(truth);
        assertThat(allowed(answer))
            .isEqualTo(
                harbor.findings(image).stream()
                    .noneMatch(one -> one.severity().equals("Critical")));
      } else if (state.report().isEmpty()) {
        assertThat(allowed(answer)).isFalse();
      }
    }
  }
}
