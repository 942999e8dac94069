package dev.tidegate.admission;

import static dev.tidegate.admission.GateFixture.bytes;
import static dev.tidegate.admission.GateFixture.review;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.policy.GlobalMode;
import dev.tidegate.workload.Json;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the mutating call writes, and that validation needs none of it. */
class PinningTest {
  private static final String PIN =
      """
      apiVersion: tidegate.dev/v1alpha1
      kind: GatePolicy
      metadata: {name: pinned}
      spec:
        mode: enforce
        checks:
          imageReference: {registries: [harbor.example.com], requireDigest: pin}
      """;

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop}
      spec:
        initContainers:
        - {name: setup, image: "harbor.example.com/shop/setup:1"}
        containers:
        - {name: web, image: "harbor.example.com/shop/web:1"}
        - {name: proxy, image: "harbor.example.com/shop/proxy@%s"}
        volumes:
        - {name: scratch, emptyDir: {}}
        - {name: model, image: {reference: "harbor.example.com/shop/model:7"}}
      """
          .formatted(digest("whatever"));

  /** A registry in which every tag points at the hash of its own text. */
  private static final class Tags implements EvidenceSource<Resolution, PinnedImage> {
    private final AtomicInteger asked = new AtomicInteger();
    private final ConcurrentMap<String, Evidence<PinnedImage>> instead = new ConcurrentHashMap<>();

    @Override
    public Class<Resolution> serves() {
      return Resolution.class;
    }

    @Override
    public Evidence<PinnedImage> obtain(Resolution key, Errand errand) {
      asked.incrementAndGet();
      ImageReference tagged = key.tagged();
      Evidence<PinnedImage> other = instead.get(tagged.written());
      return other != null
          ? other
          : new Evidence.Present<>(
              new PinnedImage(tagged.repository(), digest(tagged.written())),
              Instant.parse("2026-11-25T12:00:00Z"));
    }
  }

  private final Tags tags = new Tags();
  private final GateFixture gate = gate(PIN);

  private GateFixture gate(String policy) {
    return GateFixture.of(policy, Recorder.NONE, List.of(tags));
  }

  private static Digest digest(String text) {
    return Digest.parse(
        "sha256:" + Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8)).sha256().hex());
  }

  private static String pinned(String image) {
    return image + "@" + digest(image);
  }

  private static JsonNode mutate(GateFixture gate, JsonNode review) {
    return GateFixture.answer(
        gate.admission
            .mutate(Slice.of(bytes(review)), Deadline.in(Duration.ofSeconds(20), System::nanoTime))
            .toCompletableFuture()
            .join());
  }

  private static JsonNode patch(JsonNode response) {
    assertThat(response.get("allowed").asBoolean()).isTrue();
    assertThat(response.path("patchType").asText()).isEqualTo("JSONPatch");
    try {
      return Json.MAPPER.readTree(Base64.getDecoder().decode(response.get("patch").asText()));
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }

  private static ObjectNode object(ObjectNode review) {
    return (ObjectNode) review.at("/request/object");
  }

  /** What the API server makes of the object, by another implementation of JSON Patch. */
  private static ObjectNode patched(ObjectNode review, JsonNode response) {
    ObjectNode next = review.deepCopy();
    ((ObjectNode) next.get("request"))
        .set("object", JsonPatch.apply(patch(response), object(review)));
    return next;
  }

  private static void assertUnpatched(JsonNode response) {
    assertThat(response.get("allowed").asBoolean()).isTrue();
    assertThat(response.has("patch")).isFalse();
    assertThat(response.has("patchType")).isFalse();
  }

  @Test
  void everyTagOfAPodGetsItsDigestAndNothingElseChanges() {
    ObjectNode review = review(POD);
    ObjectNode after = patched(review, mutate(gate, review));

    ObjectNode expected = object(review).deepCopy();
    ((ObjectNode) expected.at("/spec/initContainers/0"))
        .put("image", pinned("harbor.example.com/shop/setup:1"));
    ((ObjectNode) expected.at("/spec/containers/0"))
        .put("image", pinned("harbor.example.com/shop/web:1"));
    ((ObjectNode) expected.at("/spec/volumes/1/image"))
        .put("reference", pinned("harbor.example.com/shop/model:7"));
    assertThat(object(after)).isEqualTo(expected);
  }

  @Test
  void whatWasPinnedPassesValidationAndIsNotPatchedAgain() {
    ObjectNode review = review(POD);
    assertThat(gate.validate(review).get("allowed").asBoolean()).isFalse();

    ObjectNode after = patched(review, mutate(gate, review));
    assertThat(gate.validate(after).get("allowed").asBoolean()).isTrue();
    assertUnpatched(mutate(gate, after));
  }

  @Test
  void T04_aTagIsRefusedByValidationWhateverTheMutatingCallSaid() {
    ObjectNode review = review(POD);
    mutate(gate, review);
    JsonNode response = gate.validate(review);

    assertThat(response.at("/status/code").asInt()).isEqualTo(403);
    assertThat(response.at("/status/message").asText()).contains("not pinned");
  }

  @Test
  void whatALaterWebhookAddsIsPinnedWhenThisOneIsAskedAgain() {
    ObjectNode after = patched(review(POD), mutate(gate, review(POD)));
    ((ObjectNode) after.at("/request/object/spec"))
        .withArray("containers")
        .addObject()
        .put("name", "injected")
        .put("image", "harbor.example.com/mesh/proxy:2");
    JsonNode patch = patch(mutate(gate, after));

    assertThat(patch).hasSize(1);
    assertThat(patch.at("/0/op").asText()).isEqualTo("replace");
    assertThat(patch.at("/0/path").asText()).isEqualTo("/spec/containers/2/image");
    assertThat(patch.at("/0/value").asText()).isEqualTo(pinned("harbor.example.com/mesh/proxy:2"));
  }

  @Test
  void anEphemeralContainerIsPinned() {
    ObjectNode after = patched(review(POD), mutate(gate, review(POD)));
    ObjectNode before = object(after).deepCopy();
    ((ObjectNode) after.get("request"))
        .put("operation", "UPDATE")
        .put("subResource", "ephemeralcontainers")
        .set("oldObject", before);
    ((ObjectNode) after.at("/request/object/spec"))
        .putArray("ephemeralContainers")
        .addObject()
        .put("name", "debug")
        .put("image", "harbor.example.com/tools/debug:1");

    assertThat(patch(mutate(gate, after)).at("/0/path").asText())
        .isEqualTo("/spec/ephemeralContainers/0/image");
  }

  @Test
  void anUpdatePinsTheImageThatChangesAndNoOther() {
    ObjectNode review = review(POD);
    ObjectNode before = object(review).deepCopy();
    ((ObjectNode) review.get("request")).put("operation", "UPDATE").set("oldObject", before);
    ((ObjectNode) review.at("/request/object/spec/containers/0"))
        .put("image", "harbor.example.com/shop/web:2");
    JsonNode patch = patch(mutate(gate, review));

    assertThat(patch).hasSize(1);
    assertThat(patch.at("/0/path").asText()).isEqualTo("/spec/containers/0/image");
    assertThat(patch.at("/0/value").asText()).isEqualTo(pinned("harbor.example.com/shop/web:2"));
  }

  @Test
  void anUpdateThatChangesNoImageIsLeftAlone() {
    ObjectNode review = review(POD);
    ((ObjectNode) review.get("request"))
        .put("operation", "UPDATE")
        .set("oldObject", object(review).deepCopy());
    ((ObjectNode) review.at("/request/object/metadata")).putObject("labels").put("a", "b");

    assertUnpatched(mutate(gate, review));
    assertThat(tags.asked).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mode: audit", "mode: enforce # requireDigest"})
  void policiesThatOnlyAuditOrDoNotPinChangeNothing(String mode) {
    String policy =
        mode.contains("audit")
            ? PIN.replace("mode: enforce", "mode: audit")
            : PIN.replace(", requireDigest: pin", "");
    assertUnpatched(mutate(gate(policy), review(POD)));
  }

  @Test
  void aPolicyThatWarnsPins() {
    assertThat(patch(mutate(gate(PIN.replace("mode: enforce", "mode: warn")), review(POD))))
        .hasSize(3);
  }

  @Test
  void whileTheSwitchSaysAuditNothingIsChanged() {
    gate.mode.set(GlobalMode.AUDIT);
    assertUnpatched(mutate(gate, review(POD)));
  }

  @Test
  void aMirrorPodIsNeverChanged() {
    ObjectNode review = review(POD);
    ((ObjectNode) review.at("/request/object/metadata"))
        .putObject("annotations")
        .put("kubernetes.io/config.mirror", "hash");
    ((ObjectNode) review.at("/request/userInfo"))
        .put("username", "system:node:n1")
        .putArray("groups")
        .add("system:nodes");
    assertUnpatched(mutate(gate, review));
    assertThat(gate.validate(review).get("allowed").asBoolean()).isTrue();

    ((ObjectNode) review.at("/request/userInfo")).put("username", "eve").putArray("groups");
    assertThat(patch(mutate(gate, review))).as("the annotation alone changes nothing").hasSize(3);
  }

  @Test
  void onlyPodsArePinnedNotWhatMakesThem() {
    ObjectNode review =
        review(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - {name: web, image: "harbor.example.com/shop/web:1"}
            """);
    assertUnpatched(mutate(gate, review));
  }

  @Test
  void whatMayNotBeUsedIsLeftAsItIsSoThatValidationNamesTheReason() {
    ObjectNode review = review(POD.replace("harbor.example.com/shop/web:1", "evil.example/web:1"));
    ObjectNode after = patched(review, mutate(gate, review));

    assertThat(after.at("/request/object/spec/containers/0/image").asText())
        .isEqualTo("evil.example/web:1");
    assertThat(gate.validate(after).at("/status/message").asText()).contains("evil.example");
  }

  @Test
  void whatCannotBeResolvedIsLeftAndRefusedLater() {
    tags.instead.put(
        "harbor.example.com/shop/web:1",
        new Evidence.Unavailable<>(Doubt.of(Cause.UNREACHABLE, "the registry is down")));
    tags.instead.put(
        "harbor.example.com/shop/setup:1",
        new Evidence.Absent<>(Instant.parse("2026-11-25T12:00:00Z")));
    ObjectNode review = review(POD);
    ObjectNode after = patched(review, mutate(gate, review));

    assertThat(after.at("/request/object/spec/containers/0/image").asText())
        .isEqualTo("harbor.example.com/shop/web:1");
    assertThat(after.at("/request/object/spec/initContainers/0/image").asText())
        .isEqualTo("harbor.example.com/shop/setup:1");
    assertThat(gate.validate(after).get("allowed").asBoolean()).isFalse();
  }

  @Test
  void aDryRunOfTheApiServerShowsThePatch() {
    ObjectNode review = review(POD);
    ((ObjectNode) review.get("request")).put("dryRun", true);
    assertThat(patch(mutate(gate, review))).hasSize(3);
  }

  /** Connaisseur #583: digests of one admission in the patch of another. */
  @Test
  void T26_tenThousandAdmissionsAtOnceEachGetTheirOwnDigests() throws Exception {
    Random random = new Random(26);
    List<Future<?>> all = new ArrayList<>();
    Semaphore inFlight = new Semaphore(512); // as many as the server takes in
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 10_000; i++) {
        ObjectNode review = review(POD);
        ObjectNode object = object(review);
        int containers = 1 + random.nextInt(4);
        var list = ((ObjectNode) object.get("spec")).putArray("containers");
        List<String> images = new ArrayList<>();
        for (int c = 0; c < containers; c++) {
          String image = "harbor.example.com/shop/app" + random.nextInt(300) + ":" + c;
          boolean already = random.nextInt(4) == 0;
          images.add(pinned(image));
          list.addObject().put("name", "c" + c).put("image", already ? pinned(image) : image);
        }
        all.add(
            threads.submit(() -> {
              inFlight.acquire();
              JsonNode response;
              try {
                response = mutate(gate, review);
              } finally {
                inFlight.release();
              }
              ObjectNode after = patched(review, response);
              List<String> got = new ArrayList<>();
              after
                  .at("/request/object/spec/containers")
                  .forEach(container -> got.add(container.get("image").asText()));
              assertThat(got).isEqualTo(images);
              assertThat(after.at("/request/object/spec/initContainers/0/image").asText())
                  .isEqualTo(pinned("harbor.example.com/shop/setup:1"));
              assertThat(response.get("uid")).isEqualTo(review.at("/request/uid"));
              return null;
            }));
      }
    }
    for (Future<?> one : all) {
      one.get();
    }
  }
}
