package dev.tidegate.app;

import static dev.tidegate.app.ImagesFixture.allowed;
import static dev.tidegate.app.ImagesFixture.message;
import static dev.tidegate.app.ImagesFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Hosts;
import dev.tidegate.policy.PolicyFile;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.RegistryDouble;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an API server sees while images are pushed, signed and moved, and while a registry fails.
 */
class RegistryAdmissionTest {
  private final RegistryDouble registry = RegistryDouble.start();
  private final CosignSigner release = CosignSigner.create();
  private final ImagesFixture gate =
      new ImagesFixture(Hosts.of(registry.host()), policies(release));
  private PinnedImage web;

  @BeforeEach
  void push() {
    web = registry.image("shop/web", "1", "1000", "first");
  }

  @AfterEach
  void stop() {
    assertThat(gate.defects).isEmpty();
    gate.close();
    registry.close();
  }

  private List<PolicyFile> policies(CosignSigner signer) {
    return ImagesFixture.signedBy(signer, registry.name());
  }

  private void sign(PinnedImage image) {
    sign(image, release);
  }

  private void sign(PinnedImage image, CosignSigner signer) {
    registry.signature(image, signer);
  }

  private ObjectNode tagged() {
    return pod(registry.name() + "/shop/web:1");
  }

  @Test
  void aSignedImageIsAdmittedByTagWithTheDigestThatWasVerified() {
    sign(web);
    ObjectNode after = gate.mutated(tagged());
    assertThat(after.at("/request/object/spec/containers/0/image").asText())
        .isEqualTo(registry.name() + "/shop/web:1@" + web.digest());
    assertThat(allowed(gate.validate(after))).isTrue();
  }

  @Test
  void pushThenPodThenSignatureThenPod() {
    JsonNode unsigned = gate.create(tagged());
    assertThat(allowed(unsigned)).isFalse();
    assertThat(message(unsigned)).contains("there is no signature at all");

    sign(web);
    gate.pass(Duration.ofSeconds(3));
    assertThat(allowed(gate.create(tagged())))
        .as("an absence of three seconds ago is looked at again")
        .isTrue();
  }

  @Test
  void anotherKeyAndATransplantedSignatureDoNotCount() {
    sign(web, CosignSigner.create());
    assertThat(message(gate.create(tagged()))).contains("it is not by the key");

    PinnedImage other = registry.image("shop/other", "1", "1000", "other");
    var layer = release.layer(web.digest(), Map.of());
    registry.signature(other, layer.payload().toArray(), layer.annotations());
    assertThat(message(gate.create(pod(registry.name() + "/shop/other:1"))))
        .contains(web.digest().toString());
  }

  @Test
  void aNewKeyIsJudgedByWhatIsKnownWithoutACall() {
    CosignSigner quality = CosignSigner.create();
    sign(web);
    sign(web, quality);
    ObjectNode pinned = gate.mutated(tagged());
    assertThat(allowed(gate.validate(pinned))).isTrue();
    gate.pass(Duration.ofMinutes(1));
    gate.policies.set(
        ImagesFixture.load(policies(quality), InstantSource.fixed(ImagesFixture.START)));
    registry.forget();

    assertThat(allowed(gate.validate(pinned))).isTrue();
    assertThat(registry.lines()).isEmpty();
  }

  @Test
  void aRestartOverTheFileAsksNobody(@TempDir Path directory) {
    sign(web);
    ObjectNode pinned;
    try (ImagesFixture first = over(directory)) {
      await().until(() -> first.store.stats().archiveUsable());
      pinned = first.mutated(tagged());
      assertThat(allowed(first.validate(pinned))).isTrue();
    }
    registry.forget();

    try (ImagesFixture second = over(directory)) {
      await().until(() -> second.store.stats().archiveUsable());
      second.pass(Duration.ofMinutes(1));
      assertThat(allowed(second.validate(pinned))).isTrue();
      assertThat(registry.lines()).isEmpty();
      assertThat(second.defects).isEmpty();
    }
  }

  private ImagesFixture over(Path directory) {
    return new ImagesFixture(
        Hosts.of(registry.host()),
        policies(release),
        Optional.of(ImagesFixture.file(directory, gate.defects)),
        Duration.ZERO);
  }

  @Test
  void aWarmAdmissionByDigestMakesNoCallAndByTagOne() {
    sign(web);
    ObjectNode pinned = gate.mutated(tagged());
    assertThat(allowed(gate.validate(pinned))).isTrue();
    registry.forget();

    assertThat(allowed(gate.validate(pinned))).isTrue();
    assertThat(registry.lines()).isEmpty();

    assertThat(allowed(gate.create(tagged()))).isTrue();
    assertThat(registry.lines()).containsExactly("HEAD /v2/shop/web/manifests/1");
  }

  @Test
  void aColdAdmissionTakesThreeRoundsByTagAndTwoByDigest() {
    sign(web);
    assertThat(allowed(gate.create(tagged()))).isTrue();
    // HEAD; .sig, .att, referrers; the signature's payload.
    assertThat(registry.lines()).hasSize(5);

    registry.forget();
    try (ImagesFixture cold = new ImagesFixture(Hosts.of(registry.host()), policies(release))) {
      assertThat(allowed(cold.validate(pod(web.toString())))).isTrue();
      assertThat(registry.lines()).hasSize(4);
    }
  }

  @Test
  void oneImageInEightContainersCostsWhatOneCosts() {
    sign(web);
    String image = registry.name() + "/shop/web:1";
    String[] eight = new String[8];
    Arrays.fill(eight, image);
    assertThat(allowed(gate.create(pod(eight)))).isTrue();
    assertThat(registry.lines()).hasSize(5);
  }

  @Test
  void eightImagesAreReadAndEachIsJudgedByItself() {
    List<String> images = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      PinnedImage image = registry.image("shop/app" + i, "1", "1000", "app" + i);
      if (i != 5) {
        sign(image);
      }
      images.add(registry.name() + "/shop/app" + i + ":1");
    }
    JsonNode response = gate.create(pod(images.toArray(String[]::new)));
    assertThat(allowed(response)).isFalse();
    assertThat(message(response)).contains("shop/app5").doesNotContain("shop/app4");
  }

  /** GHSA-2r43-6962-xcw5: a verdict remembered for a tag, and the tag moved. */
  @Test
  void T03_aTagThatMovesIsJudgedAnewForEveryAge() {
    sign(web);
    for (Duration age : List.of(Duration.ZERO, Duration.ofMinutes(5))) {
      registry.tag("shop/web", "1", web.digest());
      try (ImagesFixture one =
          new ImagesFixture(Hosts.of(registry.host()), policies(release), Optional.empty(), age)) {
        assertThat(allowed(one.create(tagged()))).isTrue();
        PinnedImage moved = registry.image("shop/web", "1", "1000", "evil " + age);
        ObjectNode after = one.mutated(tagged());
        String image = after.at("/request/object/spec/containers/0/image").asText();
        // Within the age the old digest is pinned, which was verified; the new one is never run.
        assertThat(image.endsWith("@" + moved.digest())).isEqualTo(age.isZero());
        assertThat(allowed(one.validate(after))).isEqualTo(!age.isZero());
        one.pass(age.plusSeconds(5));
        assertThat(allowed(one.create(tagged()))).isFalse();
      }
    }
  }

  @Test
  void whileTheRegistryIsDownWhatIsKnownIsAdmittedAndTagsMeanWhatTheyMeant() {
    sign(web);
    ObjectNode pinned = gate.mutated(tagged());
    assertThat(allowed(gate.validate(pinned))).isTrue();
    registry.close();

    assertThat(allowed(gate.validate(pinned))).as("by digest").isTrue();
    gate.pass(Duration.ofMinutes(30));
    assertThat(allowed(gate.validate(pinned))).as("half an hour later").isTrue();
    assertThat(allowed(gate.create(tagged()))).as("by tag").isTrue();
    gate.pass(Duration.ofHours(25));
    JsonNode late = gate.validate(pinned);
    assertThat(allowed(late)).as("a day is the end").isFalse();
    assertThat(late.at("/status/code").asInt())
        .as("undecided, and not forbidden")
        .isNotEqualTo(403);
  }

  /** A proxy's page, or a blob that the disk has damaged. */
  @Test
  void whatARegistryGivesOutInPlaceOfASignatureDisplacesNothing() {
    sign(web);
    ObjectNode pinned = gate.mutated(tagged());
    assertThat(allowed(gate.validate(pinned))).isTrue();
    for (String place : List.of("/blobs/", "/manifests/", "/referrers/")) {
      registry.behave();
      registry.instead(
          asked -> asked.path().contains(place), RegistryDouble.status(200, "{\"sorry\": 2}"));
      gate.pass(Duration.ofMinutes(30));
      gate.store.renew(new EvidenceKey.Signatures(web)).join();
      JsonNode response = gate.validate(pinned);
      assertThat(allowed(response)).as(place + ": " + message(response)).isTrue();
    }
  }

  @Test
  void whatIsNotKnownWhileTheRegistryIsDownOrThrottlesIsUndecided() {
    registry.instead(asked -> true, RegistryDouble.status(429, "", "Retry-After", "9"));
    JsonNode throttled = gate.validate(pod(web.toString()));
    assertThat(allowed(throttled)).isFalse();
    assertThat(message(throttled)).contains("left alone");
    assertThat(throttled.at("/status/code").asInt()).isNotEqualTo(403);

    registry.behave();
    sign(web);
    gate.pass(Duration.ofSeconds(10));
    assertThat(allowed(gate.validate(pod(web.toString())))).as("afterwards").isTrue();
  }

  @Test
  void aFetchThatMissedTheDeadlineGoesOnSoThatTheRetryPasses() throws Exception {
    sign(web);
    CountDownLatch held = new CountDownLatch(1);
    registry.instead(
        asked -> asked.path().endsWith(".sig"),
        exchange -> {
          try {
            held.await();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
          registry.normally(
              exchange,
              new RegistryDouble.Asked("GET", exchange.getRequestURI().getRawPath(), "", Map.of()));
        });
    JsonNode late = gate.validate(pod(web.toString()), Duration.ofMillis(200));
    assertThat(allowed(late)).isFalse();
    assertThat(message(late)).contains("it is gathered on, try again");
    held.countDown();
    await()
        .untilAsserted(() ->
            assertThat(allowed(gate.validate(pod(web.toString()), Duration.ofMillis(200))))
                .isTrue());
    assertThat(registry.asked().stream().filter(asked -> asked.path().endsWith(".sig")))
        .as("it was asked once")
        .hasSize(1);
  }

  /** Connaisseur: an answer was kept by the image's text, and given to whatever rule came next. */
  @Test
  void T27_anotherPolicyNeverGetsTheAnswerOfTheOneBeforeAndNeedsNoCall() {
    sign(web);
    assertThat(allowed(gate.validate(pod(web.toString())))).isTrue();
    registry.forget();
    InstantSource clock = InstantSource.fixed(ImagesFixture.START);
    gate.policies.set(ImagesFixture.load(policies(CosignSigner.create()), clock));
    // The denial is read once more, and nothing is denied from memory alone.
    gate.pass(Duration.ofSeconds(1));
    assertThat(allowed(gate.validate(pod(web.toString())))).isFalse();
    registry.forget();
    gate.policies.set(ImagesFixture.load(policies(release), clock));
    assertThat(allowed(gate.validate(pod(web.toString())))).isTrue();
    assertThat(registry.lines()).isEmpty();
  }

  /** Connaisseur #583, over a registry: signed and unsigned images in all orders at once. */
  @Test
  void T26_manyAdmissionsAtOnceAreEachJudgedByTheirOwnImages() throws Exception {
    List<String> images = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      PinnedImage image = registry.image("shop/m" + i, "1", "1000", "m" + i);
      if (i % 2 == 0) {
        sign(image);
      }
      images.add(registry.name() + "/shop/m" + i + ":1");
    }
    List<Future<?>> all = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(32)) {
      for (int i = 0; i < 600; i++) {
        int own = (i * 7) % 40;
        all.add(
            threads.submit(() ->
                assertThat(allowed(gate.create(pod(images.get(own)))))
                    .as(images.get(own))
                    .isEqualTo(own % 2 == 0)));
      }
    }
    for (Future<?> one : all) {
      one.get();
    }
  }
}
