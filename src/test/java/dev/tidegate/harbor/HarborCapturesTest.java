package dev.tidegate.harbor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.ProjectAllowList;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Platform;
import dev.tidegate.model.Repository;
import dev.tidegate.testkit.Corpus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a running Harbor answered: each state of a scan means what the captures say it means. */
class HarborCapturesTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("harbor-captures");

  private static final List<FakeHarbor> HARBORS = new ArrayList<>();
  private static final String HOST = "harbor.example.test";
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

  @AfterAll
  static void close() {
    HARBORS.forEach(FakeHarbor::close);
  }

  private static byte[] body(String file) {
    return CORPUS.json(file).path("body").toString().getBytes(UTF_8);
  }

  private static Artifact artifact(String file) {
    Artifact artifact = Answers.artifact(body(file));
    CORPUS.ran();
    return artifact;
  }

  /**
   * The answers of one step, given by a Harbor that answers nothing else; of several to the same
   * question the first.
   */
  private static FakeHarbor step(String step) {
    FakeHarbor harbor = new FakeHarbor(HOST, InstantSource.fixed(NOW));
    HARBORS.add(harbor);
    Set<String> seen = new HashSet<>();
    CORPUS.files("json").stream()
        .filter(file -> file.startsWith(step + "/api-"))
        .map(CORPUS::json)
        .filter(call -> call.path("method").asText().equals("GET"))
        .filter(call -> seen.add(call.path("path").asText().replaceAll("[?].*", "")))
        .forEach(call ->
            harbor.answer(
                call.path("path").asText().replaceAll("[?].*", ""),
                call.path("status").asInt(),
                call.path("body").toString()));
    return harbor;
  }

  private static Scan scan(String repository, String digest) {
    return new Scan(
        new PinnedImage(new Repository(HOST, repository), Digest.parse(digest)), ScanSource.HARBOR);
  }

  private static HarborScans scans(FakeHarbor harbor, LastReports last) {
    return new HarborScans(
        Map.of(HOST, new HarborApi(HOST, harbor.endpoint(), InstantSource.fixed(NOW))),
        last,
        new Databases(InstantSource.fixed(NOW), () -> false));
  }

  private static ScanState state(FakeHarbor harbor, Scan key) throws InterruptedException {
    Evidence<ScanState> answer =
        scans(harbor, new RememberedReports(1 << 20)).obtain(key, FakeHarbor.errand());
    assertThat(answer).isInstanceOf(Evidence.Present.class);
    CORPUS.ran();
    return ((Evidence.Present<ScanState>) answer).value();
  }

  private static final String WEB1 =
      "sha256:46eb05058442de76745595d8288d084aa8bd85c72c84aa62dfbf39a08dc08651";
  private static final String WEB2 =
      "sha256:d28e37c914008e25db9217bb5b175335324b2cf9596719bfb1b9b8f51026b70a";
  private static final String API1 =
      "sha256:c38bf8754fc91ce2151aa6d0fc248def0396b4e90ffcfb8da55f72c4ec8121c2";

  @Test
  void whatWasPushedIsNotScanned() throws InterruptedException {
    assertThat(state(step("04-push"), scan("app-prod/web", WEB1)))
        .isEqualTo(new ScanState.NotScanned());
  }

  @Test
  void whatWasScannedCleanHasAReportWithoutItems() throws InterruptedException {
    ScanState state = state(step("13-scan-clean"), scan("app-prod/web", WEB2));
    ScanReport report = ((ScanState.Reported) state).result();
    assertThat(report.items()).isEmpty();
    assertThat(report.scanner())
        .isEqualTo(new ScanReport.Scanner("Trivy", "Aqua Security", "v0.72.0"));
    assertThat(report.scanned()).contains(Instant.parse("2026-11-23T09:03:23.527782230Z"));
  }

  @Test
  void whileAScanWaitsThereIsNoVerdictAndTheLastReportStays() throws InterruptedException {
    assertThat(artifact("14-scan-in-progress/api-02-artifact-just-after.json").scan())
        .map(Artifact.Overview::status)
        .contains("Pending");
    Scan key = scan("app-prod/web", WEB1);
    assertThat(state(step("14-scan-in-progress"), key))
        .isEqualTo(new ScanState.UnderWay(false, Optional.empty()));
    RememberedReports last = new RememberedReports(1 << 20);
    ScanReport good =
        HarborReports.read(body("13-scan-clean/api-03-vulnerabilities.json")).orElseThrow();
    last.remember(key, good);
    Evidence<ScanState> answer =
        scans(step("14-scan-in-progress"), last).obtain(key, FakeHarbor.errand());
    assertThat(((Evidence.Present<ScanState>) answer).value().report()).contains(good);
  }

  @Test
  void whatWasFoundIsWhatTheIndexSays() throws InterruptedException {
    ScanState state = state(step("15-scan-critical"), scan("app-prod/team/api", API1));
    List<Item> items = ((ScanState.Reported) state).result().items();
    JsonNode expected =
        StreamSupport.stream(CORPUS.index().path("steps").spliterator(), false)
            .filter(one -> one.path("step").asText().equals("15-scan-critical"))
            .flatMap(one -> StreamSupport.stream(one.path("observed").spliterator(), false))
            .filter(one -> one.has("report"))
            .findFirst()
            .orElseThrow()
            .path("report")
            .path(HarborReports.MIME_11);
    assertThat(items).hasSize(expected.path("total").asInt());
    for (ScanSeverity severity : ScanSeverity.values()) {
      List<Item> of = items.stream().filter(item -> item.severity() == severity).toList();
      assertThat(of).hasSize(expected.path("by_severity").path(severity.toString()).asInt());
      assertThat(of.stream().filter(item -> item.fixed().isPresent()))
          .hasSize(expected.path("fixable_by_severity").path(severity.toString()).asInt());
    }
    assertThat(items.stream().map(Item::id).collect(Collectors.toSet()))
        .isEqualTo(
            StreamSupport.stream(expected.path("cves").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.toSet()));
    assertThat(items).isSortedAccordingTo(Comparator.comparing(Item::severity).reversed());
  }

  @Test
  void failedAndStoppedScansHaveNoVerdict() throws InterruptedException {
    assertThat(
            state(
                step("18-scan-failed"),
                scan(
                    "app-prod/batch",
                    "sha256:8f7b92f60a819f30fbc689d0325083da44c9eaa3e3ecb671cd186022238dff50")))
        .isEqualTo(new ScanState.Failed(Optional.empty()));
    assertThat(
            state(
                step("21-scan-stopped"),
                scan(
                    "app-prod/job",
                    "sha256:8dd5bfc070053386ca4a514a523c40a57c1329e7aac3d8e66d83dcd182c82741")))
        .isEqualTo(new ScanState.Stopped(Optional.empty()));
  }

  @Test
  void aListOfContentsChangesNoVerdict() {
    Artifact artifact = artifact("26-sbom/api-03-artifact.json");
    assertThat(artifact.sbom()).contains("Success");
    assertThat(artifact.scan()).map(Artifact.Overview::status).contains("Success");
    assertThat(Answers.accessories(body("26-sbom/api-04-accessories.json")))
        .extracting(Artifact.Accessory::type)
        .containsExactly("sbom.harbor");
    assertThat(Answers.accessories(body("04-push/api-08-accessories-none.json"))).isEmpty();
  }

  @Test
  void anIndexHasItsParts() {
    Artifact index = artifact("11-push-index/api-01-artifact-index.json");
    assertThat(index.index()).isTrue();
    assertThat(index.parts())
        .extracting(part -> part.platform().orElseThrow())
        .containsExactly(Platform.parse("linux/arm64"), Platform.parse("linux/amd64"));
    assertThat(artifact("11-push-index/api-02-artifact-child.json").index()).isFalse();
  }

  @Test
  void signaturesAreAccessories() {
    assertThat(artifact("36-cosign-v2-sign/api-01-artifact.json").accessories())
        .extracting(Artifact.Accessory::type)
        .containsExactly("sbom.harbor", "signature.cosign");
    assertThat(artifact("38-cosign-v3-sign/api-01-artifact.json").accessories())
        .extracting(Artifact.Accessory::type)
        .containsExactly("signature.cosign");
  }

  @Test
  void whichAllowListHasEffect() throws InterruptedException {
    Project own = Answers.project(body("47-project-allowlist/api-03-project.json"));
    assertThat(own.usesSystemList()).isFalse();
    assertThat(own.ownList().ids()).hasSize(7).contains("CVE-2019-15542");
    assertThat(own.ownList().until()).isEmpty();
    assertThat(Answers.project(body("45-prevent-vul/api-02-project.json")).usesSystemList())
        .as("a missing setting means the system's list")
        .isTrue();
    HarborAllowLists lists =
        new HarborAllowLists(
            Map.of(
                HOST,
                new HarborApi(
                    HOST, step("47-project-allowlist").endpoint(), InstantSource.fixed(NOW))));
    assertThat(lists.obtain(new ProjectAllowList(HOST, "app-prod"), FakeHarbor.errand()))
        .isEqualTo(new Evidence.Present<>(own.ownList(), NOW));
    CORPUS.ran();
  }

  @Test
  void everyArtifactThatWasAnsweredIsUnderstood() {
    CORPUS.files("json").stream()
        .filter(file -> file.contains("/api-"))
        .filter(file -> CORPUS.json(file).path("body").has("manifest_media_type"))
        .forEach(HarborCapturesTest::artifact);
  }
}
