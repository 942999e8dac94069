package dev.tidegate.admission;

import static dev.tidegate.admission.GateFixture.GOOD_POD;
import static dev.tidegate.admission.GateFixture.NON_ROOT;
import static dev.tidegate.admission.GateFixture.ROOT_POD;
import static dev.tidegate.admission.GateFixture.bytes;
import static dev.tidegate.admission.GateFixture.review;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.policy.GlobalMode;
import dev.tidegate.policy.PolicySet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reviews in, answers out, with the real engine and checks. */
class AdmissionTest {
  private final GateFixture gate = GateFixture.of(NON_ROOT);

  private static ObjectNode request(ObjectNode review) {
    return (ObjectNode) review.get("request");
  }

  private static ObjectNode object(ObjectNode review) {
    return (ObjectNode) request(review).get("object");
  }

  @Test
  void aGoodPodIsAdmitted() {
    JsonNode response = gate.validate(review(GOOD_POD));

    assertThat(response.get("allowed").asBoolean()).isTrue();
    assertThat(response.has("status")).isFalse();
    assertThat(response.at("/auditAnnotations/decision").asText()).isEqualTo("allow");
  }

  @Test
  void aBadPodIsForbiddenWithFieldAndCheck() {
    JsonNode response = gate.validate(review(ROOT_POD));

    assertThat(response.get("allowed").asBoolean()).isFalse();
    assertThat(response.at("/status/code").asInt()).isEqualTo(403);
    assertThat(response.at("/status/reason").asText()).isEqualTo("Forbidden");
    assertThat(response.at("/status/message").asText())
        .startsWith("1 problem stops Pod shop/web (policy baseline): nonRoot (web)\n");
    assertThat(response.at("/status/details/causes/0/reason").asText()).isEqualTo("nonRoot");
    assertThat(response.at("/status/details/causes/0/field").asText())
        .startsWith("spec.containers[0]");
    assertThat(response.at("/status/details").has("retryAfterSeconds")).isFalse();
  }

  @Test
  void theUidIsEchoed() {
    ObjectNode review = review(GOOD_POD);
    request(review).put("uid", "ünicode-\"and\"-quotes");

    assertThat(gate.validate(review).get("uid").asText()).isEqualTo("ünicode-\"and\"-quotes");
  }

  @Test
  void fieldsMayComeInAnyOrder() {
    ObjectNode review = review(ROOT_POD);
    ObjectNode request = request(review);
    JsonNode object = request.remove("object");
    ObjectNode reordered = request.objectNode();
    reordered.set("object", object);
    request.properties().forEach(field -> reordered.set(field.getKey(), field.getValue()));
    ObjectNode turned = review.objectNode();
    turned.set("request", reordered);
    turned.set("kind", review.get("kind"));
    turned.set("apiVersion", review.get("apiVersion"));

    assertThat(gate.validate(turned).at("/status/code").asInt()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "CONNECT"})
  void whatEndsOrConnectsIsNotJudged(String operation) {
    ObjectNode review = review(ROOT_POD);
    request(review).put("operation", operation);

    JsonNode response = gate.validate(review);

    assertThat(response.get("allowed").asBoolean()).isTrue();
    assertThat(response.at("/auditAnnotations/decision").asText()).isEqualTo("not-judged");
  }

  @Test
  void anUnknownOperationIsNotAdmitted() {
    ObjectNode review = review(GOOD_POD);
    request(review).put("operation", "operationValue");

    assertUndecided(gate.validate(review));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ephemeralcontainers", "resize"})
  void subresourcesThatChangeContainersAreJudgedAsPods(String subResource) {
    ObjectNode review = review(ROOT_POD);
    request(review).put("subResource", subResource);

    assertThat(gate.validate(review).at("/status/code").asInt()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "binding", "eviction", "log"})
  void otherSubresourcesPass(String subResource) {
    ObjectNode review = review(ROOT_POD);
    request(review).put("subResource", subResource);

    assertThat(gate.validate(review).get("allowed").asBoolean()).isTrue();
  }

  @Test
  void anotherVersionIsUndecided() {
    ObjectNode review = review(GOOD_POD);
    review.put("apiVersion", "admission.k8s.io/v1beta1");

    JsonNode response = gate.validate(review);

    assertUndecided(response);
    assertThat(response.at("/status/message").asText()).contains("admission.k8s.io/v1beta1");
  }

  @Test
  void T11_aControllerWithoutReplicasIsJudgedLikeOneWithSome() {
    String deployment =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          replicas: %d
          template:
            spec:
              containers:
              - {name: web, image: "harbor.example.com/shop/web:1"}
        """;
    JsonNode none = gate.validate(review(deployment.formatted(0)));

    assertThat(none.at("/warnings/0").asText()).contains("nonRoot");
    assertThat(none.get("warnings"))
        .isEqualTo(gate.validate(review(deployment.formatted(3))).get("warnings"));
  }

  @Test
  void T05_anEmptyOrBrokenObjectIsNeverAdmitted() {
    for (String object :
        List.of(
            "{}",
            "null",
            "[]",
            "\"pod\"",
            "{\"kind\":\"Pod\"}",
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{}}",
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":[]}}",
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":null}}",
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":\"none\"}}",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}")) {
      ObjectNode review = review(GOOD_POD);
      request(review).putRawValue("object", new RawValue(object));

      assertThat(gate.validate(review).get("allowed").asBoolean()).as(object).isFalse();
    }
  }

  @Test
  void T05_aMissingObjectIsNeverAdmitted() {
    ObjectNode review = review(GOOD_POD);
    request(review).remove("object");

    assertUndecided(gate.validate(review));
  }

  @Test
  void T04_nothingThatTheGateWritesChangesADecision() {
    JsonNode refused = gate.validate(review(ROOT_POD));
    ObjectNode forged = review(ROOT_POD);
    ObjectNode metadata = (ObjectNode) object(forged).get("metadata");
    ObjectNode annotations = metadata.putObject("annotations");
    ObjectNode labels = metadata.putObject("labels");
    refused
        .get("auditAnnotations")
        .properties()
        .forEach(written -> {
          for (String prefix : List.of("", "tidegate.dev/", "pods.tidegate.dev/")) {
            annotations.put(prefix + written.getKey(), "allow");
            labels.put(prefix + written.getKey(), "allow");
          }
        });
    annotations.put("kubernetes.io/config.mirror", "forged");

    JsonNode again = gate.validate(forged);

    assertThat(again.get("status")).isEqualTo(refused.get("status"));
  }

  @Test
  void T04_validateAloneIsSufficient() {
    JsonNode mutated =
        GateFixture.answer(
            gate.admission
                .mutate(
                    Slice.of(bytes(review(ROOT_POD))),
                    Deadline.in(Duration.ofSeconds(20), System::nanoTime))
                .toCompletableFuture()
                .join());

    assertThat(mutated.get("allowed").asBoolean()).isTrue();
    assertThat(mutated.has("patch")).isFalse();
    assertThat(mutated.has("auditAnnotations"))
        .as("the first of a name stays, and validation has the same names")
        .isFalse();
    assertThat(gate.validate(review(ROOT_POD)).get("allowed").asBoolean()).isFalse();
  }

  @Test
  void T09_anObjectBeingDeletedIsJudged() {
    ObjectNode review = review(ROOT_POD);
    ObjectNode metadata = (ObjectNode) object(review).get("metadata");
    metadata.put("deletionTimestamp", "2026-11-25T12:00:00Z").putArray("finalizers").add("keep");
    ObjectNode before = object(review).deepCopy();
    ((ObjectNode) before.at("/spec/securityContext")).put("runAsNonRoot", true);
    request(review).put("operation", "UPDATE").set("oldObject", before);

    assertThat(gate.validate(review).at("/status/code").asInt()).isEqualTo(403);
  }

  @Test
  void anUpdateThatChangesNothingJudgedPasses() {
    ObjectNode review = review(ROOT_POD);
    request(review).put("operation", "UPDATE").set("oldObject", object(review).deepCopy());
    ((ObjectNode) object(review).get("metadata")).putArray("finalizers").add("keep");

    assertThat(gate.validate(review).get("allowed").asBoolean()).isTrue();
  }

  @Test
  void anOldObjectThatCannotBeReadMeansThatAllIsJudged() {
    ObjectNode review = review(ROOT_POD);
    ObjectNode before = object(review).deepCopy();
    ((ObjectNode) before.get("spec")).put("containers", "broken");
    request(review).put("operation", "UPDATE").set("oldObject", before);

    assertThat(gate.validate(review).at("/status/code").asInt()).isEqualTo(403);
  }

  @Test
  void T27_aRecorderThatThrowsChangesNothing() {
    Recorder throwing =
        new Recorder() {
          @Override
          public void made(Decision decision) {
            throw new IllegalStateException("disk full");
          }

          @Override
          public void defect(String where, Throwable defect) {}
        };
    GateFixture broken = GateFixture.of(NON_ROOT, throwing, List.of());

    assertThat(broken.validate(review(GOOD_POD))).isEqualTo(gate.validate(review(GOOD_POD)));
    assertThat(broken.validate(review(ROOT_POD))).isEqualTo(gate.validate(review(ROOT_POD)));
    assertThat(broken.defects).hasSize(2);
  }

  @Test
  void beforePoliciesAreLoadedNothingIsAdmitted() {
    gate.policies.set(PolicySet.EMPTY);

    assertUndecided(gate.validate(review(GOOD_POD)));
  }

  @Test
  void whereNothingEnforcesTheIllegibleIsAdmittedWithAWarning() {
    gate.policies.set(GateFixture.set(NON_ROOT.replace("enforce", "audit")));
    ObjectNode review = review(GOOD_POD);
    request(review).remove("object");

    JsonNode response = gate.validate(review);

    assertThat(response.get("allowed").asBoolean()).isTrue();
    assertThat(response.at("/warnings/0").asText()).startsWith("could not decide about");
  }

  @Test
  void globalAuditRefusesNothingAndSaysSoEveryTime() {
    gate.mode.set(GlobalMode.AUDIT);
    ObjectNode broken = review(GOOD_POD);
    request(broken).remove("object");
    ObjectNode deletion = review(GOOD_POD);
    request(deletion).put("operation", "DELETE");

    for (ObjectNode review : List.of(review(ROOT_POD), review(GOOD_POD), broken, deletion)) {
      JsonNode response = gate.validate(review);
      assertThat(response.get("allowed").asBoolean()).isTrue();
      assertThat(response.at("/warnings/0").asText()).contains("refuses nothing");
      assertThat(response.at("/auditAnnotations/mode").asText()).isEqualTo("global-audit");
    }
    JsonNode response = gate.validate(review(ROOT_POD));
    assertThat(response.at("/warnings/1").asText()).contains("nonRoot");
    assertThat(response.at("/auditAnnotations/would-deny").asText()).isEqualTo("true");
  }

  @Test
  void T33_tooDeepIsUndecidedWithTheUid() {
    ObjectNode review = review(GOOD_POD);
    String deep = "[".repeat(5_000) + "]".repeat(5_000);
    request(review).putRawValue("options", new RawValue(deep));

    JsonNode response = gate.validate(review);

    assertUndecided(response);
    assertThat(response.get("uid")).isEqualTo(request(review).get("uid"));
  }

  @Test
  void T33_tooManyContainersAreUndecided() {
    ObjectNode review = review(GOOD_POD);
    var containers = ((ObjectNode) object(review).get("spec")).putArray("containers");
    for (int i = 0; i < 20_000; i++) {
      containers.addObject().put("name", "c" + i).put("image", "a");
    }

    assertUndecided(gate.validate(review));
  }

  @Test
  void aPrefixWithTheUidCanBeAnswered() {
    byte[] whole = bytes(review(GOOD_POD));
    Doubt doubt = Doubt.of(Cause.TOO_LARGE, "it is too long");

    JsonNode response =
        GateFixture.answer(gate.admission.cutShort(new Slice(whole, 0, whole.length / 2), doubt));

    assertUndecided(response);
    assertThat(gate.admission.cutShort(new Slice(whole, 0, 10), doubt))
        .isInstanceOf(Handled.Unanswerable.class);
  }

  @Test
  void T24_garbledReviewsNeverEndInADefect() {
    byte[] good = bytes(review(ROOT_POD));
    Random random = new Random(20261125);
    for (int i = 0; i < 20_000; i++) {
      byte[] garbled = good.clone();
      int changes = 1 + random.nextInt(4);
      for (int change = 0; change < changes; change++) {
        garbled[random.nextInt(garbled.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        garbled = Arrays.copyOf(garbled, random.nextInt(garbled.length + 1));
      }
      Handled handled =
          gate.admission
              .validate(Slice.of(garbled), Deadline.in(Duration.ofSeconds(20), System::nanoTime))
              .toCompletableFuture()
              .join();
      if (handled instanceof Handled.Answered answered) {
        // Every answer is one that the writer can write; nothing ends in a defect.
        assertThat(answered.decision().body()).isNotEmpty();
      }
    }
    assertThat(gate.defects).isEmpty();
  }

  @Test
  void garbageIsUnanswerableWithoutAUid() {
    Stream.of("", "null", "[]", "{", "{}", "{\"request\":{}}", "\u0000", "{\"request\":null}")
        .forEach(text ->
            assertThat(
                    gate.admission
                        .validate(
                            Slice.of(text.getBytes(StandardCharsets.UTF_8)),
                            Deadline.in(Duration.ofSeconds(20), System::nanoTime))
                        .toCompletableFuture()
                        .join())
                .as(text)
                .isInstanceOf(Handled.Unanswerable.class));
  }

  private static void assertUndecided(JsonNode response) {
    assertThat(response.get("allowed").asBoolean()).isFalse();
    assertThat(response.at("/status/code").asInt()).isEqualTo(503);
    assertThat(response.at("/status/reason").asText()).isEqualTo("ServiceUnavailable");
    assertThat(response.at("/status/message").asText()).startsWith("could not decide about ");
    assertThat(response.at("/auditAnnotations/checks").asText()).isEqualTo("bounds=unknown");
  }
}
