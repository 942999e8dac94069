package dev.tidegate.app;

import static dev.tidegate.app.ImagesFixture.allowed;
import static dev.tidegate.app.ImagesFixture.message;
import static dev.tidegate.app.ImagesFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.policy.PolicyFile;
import dev.tidegate.testkit.CosignSigner;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Harbor and gate together, wired as in production, through good and bad times. */
class CallbackChaosTest {
  private static final String SECRET = "0123456789abcdef-secret";
  private static final String OTHER_SECRET = "fedcba9876543210-secret";

  @TempDir Path directory;

  private final long began = System.nanoTime();
  private final HarborDouble harbor = HarborDouble.start(this::now);
  private final HarborDouble other = HarborDouble.start(this::now);
  private final CosignSigner release = CosignSigner.create();
  private SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Hosts hosts;
  private ImagesFixture gate;
  private HarborSide side;

  /** The time of day, of Harbor and gates alike. */
  private Instant now() {
    return ImagesFixture.START.plusNanos(System.nanoTime() - began);
  }

  @BeforeEach
  void start() throws IOException {
    Path secrets = directory.resolve("secrets");
    Files.writeString(secrets, SECRET);
    Path others = directory.resolve("others");
    Files.writeString(others, OTHER_SECRET);
    Host first = harbor.host(Optional.of(secrets));
    hosts = Hosts.of(first, other.host(Optional.of(others)));
    begin();
  }

  private void begin() {
    gate = new ImagesFixture(hosts, policy("[]"), Optional.empty(), Duration.ofMinutes(10), began);
    meters = new SimpleMeterRegistry(); // of a process of its own
    side = gate.harborSide(hosts, new Metrics(meters));
    reconciled();
  }

  private List<PolicyFile> policy(String platforms) {
    return List.of(
        new PolicyFile("release.pub", release.pem()),
        new PolicyFile(
            "policy.yaml",
            """
            apiVersion: tidegate.dev/v1alpha1
            kind: GatePolicy
            metadata: {name: strict}
            spec:
              mode: enforce
              checks:
                imageReference: {registries: ["%1$s", "%2$s"], requireDigest: pin}
                imageScan: {source: harbor, denySeverity: High, platforms: %3$s}
                imageSignature:
                  rules:
                  - images: ["%1$s/**", "%2$s/**"]
                    signers: [{name: release, key: {file: release.pub}}]
            """
                .formatted(harbor.name(), other.name(), platforms)));
  }

  @AfterEach
  void stop() {
    side.close();
    gate.close();
    assertThat(gate.defects).isEmpty();
    harbor.close();
    other.close();
  }

  private double runs() {
    return meters.get("tidegate.harbor.reconciliation.runs").functionCounters().stream()
        .mapToDouble(counter -> counter.count())
        .min()
        .orElse(0);
  }

  /** Waits until every Harbor was compared at least once more. */
  private void reconciled() {
    double before = runs();
    side.reconcile();
    await().atMost(Duration.ofSeconds(60)).until(() -> runs() > before);
  }

  private int deliver(String secret, Told callback, Format format) {
    return side.receiver().receive(Map.of("authorization", secret), callback.body(format)).status();
  }

  private void deliverAll() {
    harbor
        .callbacks()
        .forEach(one -> assertThat(deliver(SECRET, one, Format.CLOUDEVENTS)).isEqualTo(200));
  }

  private boolean knowsScan(PinnedImage image, String cve) {
    return gate.store.peek(new Scan(image, ScanSource.HARBOR))
            instanceof Evidence.Present<ScanState>(ScanState state, Instant at)
        && state.report().toString().contains(cve);
  }

  private boolean admitted(PinnedImage image) {
    return allowed(gate.validate(pod(image.toString())));
  }

  private String web(String tag) {
    return harbor.name() + "/shop/web:" + tag;
  }

  private void quiet() {
    await()
        .until(() ->
            meters.get("tidegate.harbor.callbacks.waiting").gauge().value() == 0
                && gate.store.stats().flights() == 0);
  }

  @Test
  void pushSignScanAndTheFirstPodNeedsNoCallAtAll() {
    PinnedImage index = harbor.pushIndex("shop/web", "1", Map.of("amd64", "a", "arm64", "b"));
    harbor.sign(index, release);
    deliverAll();
    await().until(() -> harbor.scansAsked() == 2);
    for (PinnedImage part : harbor.parts(index)) {
      harbor.scanned(part, Finding.of("CVE-2026-1", "Low", ""));
    }
    deliverAll();
    await()
        .until(() -> harbor.parts(index).stream().allMatch(part -> knowsScan(part, "CVE-2026-1")));
    quiet();
    harbor.registry().forget();

    assertThat(message(gate.create(pod(web("1"))))).isEmpty();
    assertThat(harbor.registry().lines()).isEmpty();

    // A new critical finding in one part: the next pod is refused, without a call as well.
    harbor.scanned(harbor.parts(index).getFirst(), Finding.of("CVE-2026-9", "Critical", "2"));
    deliverAll();
    await().until(() -> knowsScan(harbor.parts(index).getFirst(), "CVE-2026-9"));
    quiet();
    harbor.registry().forget();
    assertThat(message(gate.create(pod(web("1"))))).contains("CVE-2026-9");
    assertThat(harbor.registry().lines()).isEmpty();
  }

  @Test
  void eachDigestIsAskedToBeScannedOnce() {
    PinnedImage image = harbor.push("shop/web", "1", "first");
    Told push = harbor.callbacks().getFirst();
    deliver(SECRET, push, Format.DEFAULT);
    await().until(() -> harbor.scansAsked() == 1);
    harbor.scanFailed(image);
    deliverAll();
    for (int i = 0; i < 20; i++) {
      deliver(SECRET, push, Format.DEFAULT);
      quiet();
    }
    reconciled();
    assertThat(harbor.scansAsked()).isEqualTo(1);
  }

  @Test
  void partsThatNoNodeRunsAreNotGathered() {
    gate.policies.set(ImagesFixture.load(policy("[linux/amd64]"), gate.clock));
    PinnedImage index = harbor.pushIndex("shop/web", "1", Map.of("amd64", "a", "unknown", "b"));
    List<Told> told = harbor.callbacks();
    deliver(SECRET, told.getLast(), Format.DEFAULT); // the one of the index
    await().until(() -> harbor.scansAsked() == 1);
    quiet();
    assertThat(gate.store.known(key -> key instanceof Scan scan && !scan.image().equals(index)))
        .hasSize(1);
  }

  /**
   * A thousand callbacks, of which half are lost with the process in the middle; the rest are
   * doubled, reversed, forged, or those of another Harbor.
   */
  @Test
  void T30_aThousandCallbacksAndAProcessThatDiesInTheMiddle() {
    Random random = new Random(30);
    List<PinnedImage> images = new ArrayList<>();
    List<Told> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      PinnedImage image = harbor.push("shop/web" + i % 4, "v" + i, "content " + i);
      images.add(image);
      if (i % 2 == 0) {
        harbor.sign(image, release);
      }
    }
    while (all.size() < 1000) {
      all.addAll(harbor.callbacks());
      PinnedImage image = images.get(random.nextInt(images.size()));
      if (random.nextInt(3) > 0) {
        harbor.scanned(image, Finding.of("CVE-2026-" + all.size(), "Low", ""));
      } else {
        harbor.scanned(image, Finding.of("CVE-2026-" + all.size(), "Critical", "2"));
      }
    }
    all.addAll(harbor.callbacks());
    for (Told one : all.subList(0, 500)) {
      deliver(SECRET, one, random.nextBoolean() ? Format.DEFAULT : Format.CLOUDEVENTS);
    }
    side.close(); // with most of them still waiting
    gate.close();
    List<Told> rest = new ArrayList<>(all.subList(750, all.size()));
    Collections.reverse(rest);
    begin();
    for (Told one : rest) {
      deliver(SECRET, one, Format.DEFAULT);
      deliver(SECRET, one, Format.CLOUDEVENTS);
      assertThat(deliver("forged-secret-forged", one, Format.DEFAULT)).isEqualTo(401);
      deliver(OTHER_SECRET, one, Format.DEFAULT); // means images of the other Harbor
    }
    reconciled();
    quiet();
    for (int i = 0; i < images.size(); i++) {
      PinnedImage image = images.get(i);
      boolean clean =
          harbor.findings(image).stream().noneMatch(one -> one.severity().equals("Critical"));
      boolean scanned = harbor.isScanned(image);
      assertThat(admitted(image)).as("image %d", i).isEqualTo(i % 2 == 0 && clean && scanned);
    }
    assertThat(
            admitted(
                new PinnedImage(
                    new dev.tidegate.model.Repository(other.name(), "shop/web0"),
                    images.getFirst().digest())))
        .as("what another Harbor tells says nothing of this one")
        .isFalse();
    assertThat(other.registry().asked())
        .allSatisfy(asked -> assertThat(asked.method()).isEqualTo("GET"));
  }

  /** Harbor's gate is let be: "signed" there means that something called a signature is there. */
  @Test
  void T28_anAccessoryThatIsCalledASignatureIsNone() {
    PinnedImage image = harbor.push("shop/web", "1", "first");
    harbor.scanned(image);
    harbor.bundle(
        image,
        "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"}"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    harbor.sign(image, CosignSigner.create());
    deliverAll();
    await().until(() -> gate.store.peek(new Signatures(image)) != null);
    quiet();
    assertThat(admitted(image)).isFalse();
    reconciled();
    assertThat(admitted(image)).isFalse();
    harbor.sign(image, release);
    deliverAll();
    await().untilAsserted(() -> assertThat(admitted(image)).isTrue());
  }

  /** A callback that comes late with an old state brings nothing back. */
  @Test
  void T29_aCallbackFromThePastBringsNothingBack() {
    PinnedImage image = harbor.push("shop/web", "1", "first");
    harbor.sign(image, release);
    harbor.scanned(image);
    List<Told> past = harbor.callbacks();
    past.forEach(one -> deliver(SECRET, one, Format.DEFAULT));
    await().untilAsserted(() -> assertThat(admitted(image)).isTrue());
    harbor.scanned(image, Finding.of("CVE-2026-9", "Critical", "2"));
    deliverAll();
    await().untilAsserted(() -> assertThat(admitted(image)).isFalse());
    past.forEach(one -> deliver(SECRET, one, Format.CLOUDEVENTS));
    quiet();
    assertThat(admitted(image)).isFalse();
  }

  /** A scanner that the policy does not trust finds nothing, and that counts nothing. */
  @Test
  void T36_theScannersNameAndVersionAreReadFromTheReportAndNotFromTheCallback() {
    gate.policies.set(
        ImagesFixture.load(
            ImagesFixture.scanned(
                "scanners: [{name: Trivy, vendor: Aqua Security, minVersion: 0.72.1}]"),
            gate.clock));
    PinnedImage image = harbor.push("shop/web", "1", "first");
    harbor.scanned(image);
    for (Told one : harbor.callbacks()) {
      String body = new String(one.body(Format.DEFAULT), java.nio.charset.StandardCharsets.UTF_8);
      side.receiver()
          .receive(
              Map.of("authorization", SECRET),
              body.replace("v0.72.0", "v0.99.0").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    quiet();
    assertThat(admitted(image)).as("0.72.0 is older than what the policy wants").isFalse();
  }

  @Test
  void metricsTellHowReconcilingGoes() {
    harbor.fails(500);
    gate.pass(Duration.ofMinutes(12));
    await()
        .untilAsserted(() ->
            assertThat(
                    meters
                        .get("tidegate.harbor.reconciliation.failures")
                        .tag("host", harbor.name())
                        .functionCounter()
                        .count())
                .isPositive());
    assertThat(
            meters
                .get("tidegate.harbor.reconciliation.age.seconds")
                .tag("host", harbor.name())
                .gauge()
                .value())
        .isGreaterThan(600);
  }

  /** A callback that was taken in while Harbor fails is not lost: the lists are read later. */
  @Test
  void whatCouldNotBeLookedAtIsLookedAtLater() {
    PinnedImage image = harbor.push("shop/web", "1", "first");
    harbor.sign(image, release);
    harbor.scanned(image);
    deliverAll();
    await().untilAsserted(() -> assertThat(admitted(image)).isTrue());
    reconciled();
    harbor.scanned(image, Finding.of("CVE-2026-9", "Critical", "2"));
    harbor.fails(500);
    deliverAll();
    quiet();
    assertThat(admitted(image)).as("what is known is used").isTrue();
    harbor.behaves();
    gate.pass(Duration.ofSeconds(20));
    await().untilAsserted(() -> assertThat(admitted(image)).isFalse());
  }
}
