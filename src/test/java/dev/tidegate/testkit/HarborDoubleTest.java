package dev.tidegate.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.HarborDouble.Finding;
import dev.tidegate.testkit.HarborDouble.Format;
import dev.tidegate.testkit.HarborDouble.Told;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The steps that were captured, done again in the double: it says what Harbor has said. */
class HarborDoubleTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("harbor-captures");

  private static final Set<String> DATA =
      Set.of("extra_attrs", "icon", "artifact_type", "sboms", "vendor_attributes");

  private final HarborDouble harbor = HarborDouble.start(Instant::now);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    client.close();
    harbor.close();
  }

  private HttpResponse<String> ask(String method, String path) {
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://" + harbor.name() + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .header("X-Accept-Vulnerabilities", HarborTexts.MIME)
              .build(),
          HttpResponse.BodyHandlers.ofString(UTF_8));
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  private JsonNode get(String path) {
    return json(ask("GET", path).body());
  }

  private static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (IOException notJson) {
      throw new java.io.UncheckedIOException(text, notJson);
    }
  }

  private static String artifact(PinnedImage image) {
    String path = image.in().path();
    int slash = path.indexOf('/');
    return "/api/v2.0/projects/%s/repositories/%s/artifacts/%s"
        .formatted(
            path.substring(0, slash),
            path.substring(slash + 1).replace("/", "%252F"),
            image.digest());
  }

  private static String whole(PinnedImage image) {
    return artifact(image)
        + "?with_scan_overview=true&with_accessory=true&with_tag=true&with_sbom_overview=true";
  }

  private static JsonNode captured(String file) {
    CORPUS.ran();
    return CORPUS.json(file).path("body");
  }

  /** Names of fields with the types of their values, through lists and objects. */
  private static Set<String> shape(JsonNode node) {
    Set<String> shape = new TreeSet<>();
    shape(node, "", shape);
    return shape;
  }

  private static void shape(JsonNode node, String at, Set<String> into) {
    if (node.isObject()) {
      node.properties()
          .forEach(entry -> {
            if (!DATA.contains(entry.getKey())) {
              shape(entry.getValue(), at + "/" + entry.getKey(), into);
            }
          });
    } else if (node.isArray()) {
      node.forEach(one -> shape(one, at + "[]", into));
    } else {
      into.add(at + ":" + node.getNodeType());
    }
  }

  private static void sameShape(JsonNode ours, String file) {
    assertThat(shape(ours)).as(file).isSubsetOf(shape(captured(file)));
  }

  private void told(String type, String plain, String cloud) {
    List<Told> callbacks =
        harbor.callbacks().stream().filter(one -> one.type().equals(type)).toList();
    assertThat(callbacks).isNotEmpty();
    for (Told one : callbacks) {
      assertThat(shape(json(new String(one.body(Format.DEFAULT), UTF_8))))
          .as(plain)
          .isEqualTo(shape(captured(plain)));
      assertThat(shape(json(new String(one.body(Format.CLOUDEVENTS), UTF_8))))
          .as(cloud)
          .isEqualTo(shape(captured(cloud)));
    }
  }

  @Test
  void step04APushIsNotScannedAndNotClean() {
    PinnedImage image = harbor.push("app-prod/web", "1.0", "web1");
    told(
        "PUSH_ARTIFACT",
        "04-push/webhook-02-app-prod-default-PUSH_ARTIFACT.json",
        "04-push/webhook-01-app-prod-cloudevents-harbor_artifact_pushed.json");
    sameShape(get(whole(image)), "04-push/api-02-artifact-by-digest.json");
    assertThat(get(artifact(image) + "/additions/vulnerabilities"))
        .isEqualTo(captured("04-push/api-06-vulnerabilities-never-scanned.json"));
    assertThat(get(artifact(image) + "/accessories"))
        .isEqualTo(captured("04-push/api-08-accessories-none.json"));
  }

  @Test
  void step11AnIndexIsToldOfPartByPart() {
    PinnedImage index =
        harbor.pushIndex("app-prod/multi", "1.0", Map.of("amd64", "a", "arm64", "b"));
    assertThat(harbor.callbacks()).hasSize(3);
    sameShape(get(whole(index)), "11-push-index/api-01-artifact-index.json");
    assertThat(get("/api/v2.0/projects/app-prod/repositories/multi/artifacts")).hasSize(1);
  }

  @Test
  void steps13And15ScansThatSucceed() {
    PinnedImage image = harbor.push("app-prod/team/api", "2024.11", "api1");
    harbor.scanned(image);
    sameShape(get(whole(image)), "13-scan-clean/api-02-artifact.json");
    assertThat(get(whole(image)).at("/scan_overview").path(HarborTexts.MIME).path("severity"))
        .isEqualTo(
            captured("13-scan-clean/api-02-artifact.json")
                .at("/scan_overview")
                .path(HarborTexts.MIME)
                .path("severity"));
    JsonNode clean = get(artifact(image) + "/additions/vulnerabilities").path(HarborTexts.MIME);
    assertThat(clean.path("severity").asText("none")).isEmpty();
    assertThat(clean.path("vulnerabilities").isArray()).isTrue();
    harbor.callbacks();
    harbor.scanned(image, Finding.of("CVE-2026-1", "Critical", ""));
    harbor.scanned(
        image,
        Finding.of("CVE-2026-1", "Critical", "2"),
        Finding.of("CVE-2026-2", "High", "2"),
        Finding.of("CVE-2026-3", "Medium", "2"),
        Finding.of("CVE-2026-4", "Low", "2"),
        Finding.of("CVE-2026-5", "Unknown", ""));
    harbor.callbacks().stream()
        .skip(1)
        .forEach(one ->
            assertThat(shape(json(new String(one.body(Format.DEFAULT), UTF_8))))
                .isEqualTo(
                    shape(
                        captured(
                            "15-scan-critical/webhook-04-app-prod-default-SCANNING_COMPLETED.json"))));
    sameShape(get(whole(image)), "15-scan-critical/api-02-artifact.json");
    sameShape(
        get(artifact(image) + "/additions/vulnerabilities"),
        "15-scan-critical/api-03-vulnerabilities.json");
  }

  @Test
  void step14WhileAScanRunsThereIsNoReportAndNoSecondScan() {
    PinnedImage image = harbor.push("app-prod/web", "1", "web1");
    harbor.scanned(image);
    assertThat(ask("POST", artifact(image) + "/scan").statusCode()).isEqualTo(202);
    assertThat(ask("POST", artifact(image) + "/scan").statusCode()).isEqualTo(409);
    sameShape(get(whole(image)), "14-scan-in-progress/api-02-artifact-just-after.json");
    assertThat(get(artifact(image) + "/additions/vulnerabilities"))
        .isEqualTo(captured("14-scan-in-progress/api-03-vulnerabilities-just-after.json"));
  }

  @Test
  void steps18And21ScansThatComeToNothing() {
    PinnedImage image = harbor.push("app-prod/batch", "1.0", "batch");
    harbor.callbacks();
    harbor.scanFailed(image);
    told(
        "SCANNING_FAILED",
        "18-scan-failed/webhook-06-app-prod-default-SCANNING_FAILED.json",
        "18-scan-failed/webhook-05-app-prod-cloudevents-harbor_scan_failed.json");
    sameShape(get(whole(image)), "18-scan-failed/api-02-artifact.json");
    assertThat(get(artifact(image) + "/additions/vulnerabilities"))
        .isEqualTo(captured("18-scan-failed/api-03-vulnerabilities.json"));
    harbor.scanStopped(image);
    told(
        "SCANNING_STOPPED",
        "21-scan-stopped/webhook-06-app-prod-default-SCANNING_STOPPED.json",
        "21-scan-stopped/webhook-05-app-prod-cloudevents-harbor_scan_stopped.json");
    sameShape(get(whole(image)), "21-scan-stopped/api-04-artifact.json");
  }

  @Test
  void steps36And38SignaturesAreAccessories() {
    PinnedImage image = harbor.push("app-prod/team/api", "2024.11", "api1");
    harbor.callbacks();
    harbor.sign(image, CosignSigner.create());
    told(
        "PUSH_ARTIFACT",
        "36-cosign-v2-sign/webhook-03-app-prod-default-PUSH_ARTIFACT.json",
        "36-cosign-v2-sign/webhook-04-app-prod-cloudevents-harbor_artifact_pushed.json");
    sameShape(get(artifact(image) + "/accessories"), "36-cosign-v2-sign/api-02-accessories.json");
    harbor.bundle(image, "{}".getBytes(UTF_8));
    told(
        "PUSH_ARTIFACT",
        "38-cosign-v3-sign/webhook-03-app-prod-default-PUSH_ARTIFACT.json",
        "38-cosign-v3-sign/webhook-02-app-prod-cloudevents-harbor_artifact_pushed.json");
    List<String> types = new ArrayList<>();
    get(artifact(image) + "/accessories").forEach(one -> types.add(one.path("type").asText()));
    assertThat(types).containsExactly("signature.cosign", "signature.cosign");
    assertThat(get("/api/v2.0/projects/app-prod/repositories/team%252Fapi/artifacts"))
        .as("accessories are not in the list of artifacts")
        .hasSize(1);
  }

  @Test
  void step45PullsOfWhatIsTooBadAreRefusedButNotTheirApi() {
    PinnedImage image = harbor.push("app-prod/team/api", "2024.11", "api1");
    harbor.prevents("app-prod", true);
    String manifest = "/v2/app-prod/team/api/manifests/2024.11";
    assertThat(ask("GET", manifest).statusCode())
        .isEqualTo(CORPUS.json("45-prevent-vul/api-09-never-scanned.json").path("status").asInt());
    harbor.scanned(image, Finding.of("CVE-2026-1", "Critical", ""));
    assertThat(ask("GET", manifest).statusCode())
        .isEqualTo(CORPUS.json("45-prevent-vul/api-05-critical.json").path("status").asInt());
    assertThat(ask("GET", whole(image)).statusCode()).isEqualTo(200);
    harbor.scanned(image);
    assertThat(ask("GET", manifest).statusCode()).isEqualTo(200);
  }

  @Test
  void step54WhatIsDeletedIsGoneWithWhatReferredToIt() {
    PinnedImage image = harbor.push("app-prod/web", "1.0", "web1");
    harbor.bundle(image, "{}".getBytes(UTF_8));
    harbor.callbacks();
    harbor.delete(image);
    told(
        "DELETE_ARTIFACT",
        "54-delete-artifact/webhook-02-app-prod-default-DELETE_ARTIFACT.json",
        "54-delete-artifact/webhook-03-app-prod-cloudevents-harbor_artifact_deleted.json");
    assertThat(ask("GET", whole(image)).statusCode())
        .isEqualTo(CORPUS.json("54-delete-artifact/api-03-get-after.json").path("status").asInt());
  }

  @Test
  void aWrongPasswordGetsATokenThatOpensNothing() {
    harbor.closedTo("robot$x", "secret");
    harbor.push("app-prod/web", "1.0", "web1");
    assertThat(ask("GET", "/service/token?service=harbor-registry").statusCode()).isEqualTo(200);
    assertThat(ask("GET", "/v2/app-prod/web/manifests/1.0").statusCode()).isEqualTo(401);
    assertThat(ask("GET", "/api/v2.0/projects").statusCode()).isEqualTo(401);
  }

  @Test
  void listsHavePagesATotalAndTheNextPage() {
    for (int i = 0; i < 12; i++) {
      harbor.push("app-prod/web", "v" + i, "web" + i);
    }
    HttpResponse<String> first =
        ask("GET", "/api/v2.0/projects/app-prod/repositories/web/artifacts");
    assertThat(json(first.body())).hasSize(10);
    assertThat(first.headers().firstValue("X-Total-Count")).hasValue("12");
    assertThat(first.headers().firstValue("Link").orElseThrow()).contains("page=2", "next");
    assertThat(get("/api/v2.0/auditlog-exts?page_size=100")).hasSize(12);
    assertThat(get("/api/v2.0/projects/app-prod/repositories")).hasSize(1);
  }
}
