package dev.tidegate.harbor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.testkit.Corpus;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every callback that Harbor documents, and every one that a running Harbor sent. */
class EventsCorpusTest {
  @RegisterExtension static final Corpus DOCUMENTED = Corpus.named("harbor");
  @RegisterExtension static final Corpus CAPTURED = Corpus.named("harbor-captures");

  private static final String HOST = "harbor.example.test";

  private static final Map<String, Class<? extends Hint>> HINTS =
      Map.of(
          "PUSH_ARTIFACT", Hint.Pushed.class,
          "PULL_ARTIFACT", Hint.Pulled.class,
          "DELETE_ARTIFACT", Hint.Deleted.class,
          "SCANNING_COMPLETED", Hint.Scanned.class,
          "SCANNING_FAILED", Hint.Scanned.class,
          "SCANNING_STOPPED", Hint.Scanned.class,
          "QUOTA_EXCEED", Hint.Quota.class,
          "QUOTA_WARNING", Hint.Quota.class,
          "REPLICATION", Hint.Replicated.class,
          "TAG_RETENTION", Hint.Retained.class);

  private static final Map<String, String> CLOUD =
      Map.of(
          "harbor.artifact.pushed", "PUSH_ARTIFACT",
          "harbor.artifact.pulled", "PULL_ARTIFACT",
          "harbor.artifact.deleted", "DELETE_ARTIFACT",
          "harbor.quota.exceeded", "QUOTA_EXCEED",
          "harbor.quota.warned", "QUOTA_WARNING",
          "harbor.scan.completed", "SCANNING_COMPLETED",
          "harbor.scan.failed", "SCANNING_FAILED",
          "harbor.scan.stopped", "SCANNING_STOPPED",
          "harbor.replication.status.changed", "REPLICATION",
          "harbor.tag_retention.finished", "TAG_RETENTION");

  private static void understood(JsonNode event, byte[] body) {
    String type = event.path("type").asText();
    List<Hint> hints = Events.read(body);
    assertThat(hints)
        .isNotEmpty()
        .allSatisfy(
            hint -> assertThat(hint).isInstanceOf(HINTS.get(CLOUD.getOrDefault(type, type))));
    JsonNode data = event.path(event.has("specversion") ? "data" : "event_data");
    List<String> digests =
        hints.stream()
            .flatMap(hint ->
                switch (hint) {
                  case Hint.Pushed pushed -> Stream.of(pushed.digest().toString());
                  case Hint.Deleted deleted -> Stream.of(deleted.digest().toString());
                  case Hint.Scanned scanned -> Stream.of(scanned.digest().toString());
                  default -> Stream.empty();
                })
            .toList();
    if (!digests.isEmpty()) {
      assertThat(digests)
          .containsExactlyElementsOf(
              data.path("resources").findValuesAsText("digest").stream().distinct().toList());
    }
  }

  @TestFactory
  Stream<DynamicTest> everyDocumentedCallbackIsUnderstood() {
    return DOCUMENTED
        .json("webhooks/index.json")
        .path("payloads")
        .valueStream()
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.path("file").asText(),
                () -> {
                  byte[] body = DOCUMENTED.bytes(entry.path("file").asText());
                  if (entry.path("valid").asBoolean()) {
                    understood(DOCUMENTED.json(entry.path("file").asText()), body);
                  } else {
                    assertThatThrownBy(() -> Events.read(body))
                        .isInstanceOf(BadValue.class)
                        .hasMessageContaining("not a callback of Harbor (line ");
                  }
                  DOCUMENTED.ran();
                }));
  }

  @TestFactory
  Stream<DynamicTest> everyCapturedCallbackIsUnderstood() {
    return CAPTURED.files("json").stream()
        .filter(file -> file.contains("/webhook-"))
        .map(file ->
            DynamicTest.dynamicTest(
                file,
                () -> {
                  JsonNode call = CAPTURED.json(file);
                  understood(call.path("body"), call.path("body_raw").asText().getBytes(UTF_8));
                  CAPTURED.ran();
                }));
  }

  private static Hint only(String file) {
    List<Hint> hints = Events.read(CAPTURED.json(file).path("body_raw").asText().getBytes(UTF_8));
    assertThat(hints).hasSize(1);
    CAPTURED.ran();
    return hints.getFirst();
  }

  private static PinnedImage image(String repository, String digest) {
    return new PinnedImage(new Repository(HOST, repository), Digest.parse(digest));
  }

  @Test
  void bothFormatsSayTheSame() {
    assertThat(only("04-push/webhook-01-app-prod-cloudevents-harbor_artifact_pushed.json"))
        .isEqualTo(only("04-push/webhook-02-app-prod-default-PUSH_ARTIFACT.json"));
    assertThat(only("15-scan-critical/webhook-03-app-prod-cloudevents-harbor_scan_completed.json"))
        .isEqualTo(only("15-scan-critical/webhook-04-app-prod-default-SCANNING_COMPLETED.json"));
    assertThat(only("18-scan-failed/webhook-05-app-prod-cloudevents-harbor_scan_failed.json"))
        .isEqualTo(only("18-scan-failed/webhook-06-app-prod-default-SCANNING_FAILED.json"));
  }

  @Test
  void aSignatureOfTheOlderFormatNamesItsSubjectByItsTag() {
    Effects effects =
        Effects.of(HOST, only("36-cosign-v2-sign/webhook-03-app-prod-default-PUSH_ARTIFACT.json"));
    assertThat(effects.renew())
        .containsExactly(
            new Signatures(
                image(
                    "app-prod/team/api",
                    "sha256:c38bf8754fc91ce2151aa6d0fc248def0396b4e90ffcfb8da55f72c4ec8121c2")));
    assertThat(effects.repositories()).isEmpty();
  }

  @Test
  void aBundleNamesNobodySoItsRepositoryIsReadAgain() {
    Effects effects =
        Effects.of(HOST, only("38-cosign-v3-sign/webhook-03-app-prod-default-PUSH_ARTIFACT.json"));
    assertThat(effects.repositories()).containsExactly(new Repository(HOST, "app-prod/web"));
  }

  @Test
  void theEndOfAScanHasItsKindAndIsOnlyAReasonToLook() {
    Hint sbom = only("26-sbom/webhook-06-app-prod-default-SCANNING_COMPLETED.json");
    assertThat(((Hint.Scanned) sbom).kind()).isEqualTo(Hint.Kind.SBOM);
    Hint scan = only("15-scan-critical/webhook-04-app-prod-default-SCANNING_COMPLETED.json");
    assertThat(((Hint.Scanned) scan).kind()).isEqualTo(Hint.Kind.VULNERABILITIES);
    assertThat(Effects.of(HOST, scan).renew())
        .containsExactly(
            new Scan(
                image(
                    "app-prod/team/api",
                    "sha256:c38bf8754fc91ce2151aa6d0fc248def0396b4e90ffcfb8da55f72c4ec8121c2"),
                ScanSource.HARBOR));
  }
}
