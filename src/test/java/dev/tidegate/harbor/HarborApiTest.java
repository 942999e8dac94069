package dev.tidegate.harbor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.evidence.CveAllowList;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.ProjectAllowList;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.testkit.RegistryDouble;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HarborApiTest {
  private static final String HOST = "harbor.example.com";
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Digest DIGEST = Digest.parse("sha256:" + "5".repeat(64));
  private static final Repository DEEP = new Repository(HOST, "shop/team/web");
  private static final String PATH =
      "/api/v2.0/projects/shop/repositories/team%252Fweb/artifacts/" + DIGEST;
  private static final Scan KEY = new Scan(new PinnedImage(DEEP, DIGEST), ScanSource.HARBOR);

  private FakeHarbor http = new FakeHarbor(HOST, InstantSource.fixed(NOW));
  private HarborApi api = new HarborApi(HOST, http.endpoint(), InstantSource.fixed(NOW));
  private HarborScans scans =
      new HarborScans(
          Map.of(HOST, api),
          new RememberedReports(1 << 20),
          new Databases(InstantSource.fixed(NOW), () -> false));

  /** Another Harbor, which nobody has left alone because it failed. */
  private void another() {
    http.close();
    http = new FakeHarbor(HOST, InstantSource.fixed(NOW));
    api = new HarborApi(HOST, http.endpoint(), InstantSource.fixed(NOW));
    scans =
        new HarborScans(
            Map.of(HOST, api),
            new RememberedReports(1 << 20),
            new Databases(InstantSource.fixed(NOW), () -> false));
  }

  @AfterEach
  void close() {
    http.close();
  }

  private static String artifact(String rest) {
    return "{\"digest\": \""
        + DIGEST
        + "\", \"repository_name\": \"shop/team/web\", \"addition_links\": {\"vulnerabilities\":"
        + " {}}"
        + rest
        + "}";
  }

  private static String overview(String status, int total) {
    return ", \"scan_overview\": {\""
        + HarborReports.MIME_11
        + "\": {\"scan_status\": \""
        + status
        + "\", \"summary\": {\"total\": "
        + total
        + "}}}";
  }

  private static String report(String items) {
    return "{\"" + HarborReports.MIME_11 + "\": {\"vulnerabilities\": [" + items + "]}}";
  }

  private ScanState state(String artifact, String report) throws InterruptedException {
    http.answer(PATH, 200, artifact).answer(PATH + "/additions/vulnerabilities", 200, report);
    Evidence<ScanState> answer = scans.obtain(KEY, FakeHarbor.errand());
    assertThat(answer).isInstanceOf(Evidence.Present.class);
    assertThat(((Evidence.Present<ScanState>) answer).obtained()).isEqualTo(NOW);
    return ((Evidence.Present<ScanState>) answer).value();
  }

  private Doubt doubt() throws InterruptedException {
    Evidence<ScanState> answer = scans.obtain(KEY, FakeHarbor.errand());
    assertThat(answer).isInstanceOf(Evidence.Unavailable.class);
    return ((Evidence.Unavailable<ScanState>) answer).doubt();
  }

  @Test
  void slashesOfARepositoryAreEncodedTwice() throws InterruptedException {
    state(artifact(overview("Success", 0)), report(""));
    assertThat(http.asked())
        .extracting(RegistryDouble.Asked::path)
        .containsExactly(PATH, PATH + "/additions/vulnerabilities");
    assertThat(http.asked())
        .allSatisfy(request ->
            assertThat(request.headers())
                .containsEntry("X-accept-vulnerabilities", HarborReports.ACCEPT));
    assertThat(HarborApi.artifactPath(new Repository(HOST, "shop/a-b_c.d__e/f"), DIGEST))
        .isEqualTo("/api/v2.0/projects/shop/repositories/a-b_c.d__e%252Ff/artifacts/" + DIGEST);
    assertThatThrownBy(() -> HarborApi.artifactPath(new Repository(HOST, "web"), DIGEST))
        .isInstanceOf(BadValue.class);
  }

  @Test
  void T28_anAnswerWithoutReportIsNeverClean() throws InterruptedException {
    assertThat(state(artifact(overview("Success", 0)), "{}"))
        .isEqualTo(new ScanState.WithoutReport());
    assertThat(state(artifact(overview("Success", 3)), report("")))
        .isInstanceOf(ScanState.Strange.class);
    assertThat(state(artifact(""), "{}")).isEqualTo(new ScanState.NotScanned());
    assertThat(state(artifact(", \"scan_overview\": {}"), "{}"))
        .isEqualTo(new ScanState.NotScanned());
    assertThat(state(artifact(", \"sbom_overview\": {\"scan_status\": \"Success\"}"), "{}"))
        .isEqualTo(new ScanState.SbomOnly());
    assertThat(state(artifact(", \"sbom_overview\": {\"scan_status\": \"Error\"}"), "{}"))
        .isEqualTo(new ScanState.NotScanned());
    assertThat(state(artifact("").replace("{\"vulnerabilities\": {}}", "{}"), "{}"))
        .isEqualTo(new ScanState.Unsupported());
    assertThat(state(artifact(overview("Paused", 0)), "{}"))
        .isEqualTo(new ScanState.Strange("Paused"));
    for (String pending : List.of("Pending", "Scheduled")) {
      assertThat(state(artifact(overview(pending, 0)), report("")))
          .isEqualTo(new ScanState.UnderWay(false, Optional.empty()));
    }
    assertThat(state(artifact(overview("Running", 0)), report("")))
        .isEqualTo(new ScanState.UnderWay(true, Optional.empty()));
    assertThat(state(artifact(overview("Error", 0)), report("")))
        .isEqualTo(new ScanState.Failed(Optional.empty()));
    assertThat(state(artifact(overview("Stopped", 0)), report("")))
        .isEqualTo(new ScanState.Stopped(Optional.empty()));
  }

  @Test
  void aRescanKeepsTheLastGoodReport() throws InterruptedException {
    ScanState before = state(artifact(overview("Success", 1)), report("{\"id\": \"CVE-1\"}"));
    ScanReport good = before.report().orElseThrow();
    assertThat(state(artifact(overview("Running", 0)), "{}"))
        .isEqualTo(new ScanState.UnderWay(true, Optional.of(good)));
    assertThat(state(artifact(overview("Error", 0)), "{}"))
        .isEqualTo(new ScanState.Failed(Optional.of(good)));
    assertThat(state(artifact(overview("Stopped", 0)), "{}"))
        .isEqualTo(new ScanState.Stopped(Optional.of(good)));
    assertThat(state(artifact(""), "{}"))
        .as("a scan that is said never to have been has no last report")
        .isEqualTo(new ScanState.NotScanned());
    assertThat(state(artifact(overview("Success", 0)), report("")).report().orElseThrow().items())
        .isEmpty();
  }

  @Test
  void troubleIsToldApart() throws InterruptedException {
    Map<Integer, Cause> causes =
        Map.of(
            401, Cause.UNAUTHENTICATED,
            403, Cause.FORBIDDEN,
            429, Cause.THROTTLED,
            500, Cause.SERVER_ERROR,
            503, Cause.SERVER_ERROR,
            302, Cause.MALFORMED, // it does not say where to
            412, Cause.FORBIDDEN,
            204, Cause.MALFORMED);
    for (Map.Entry<Integer, Cause> one : causes.entrySet()) {
      another();
      http.answer(PATH, one.getKey(), "{}");
      assertThat(doubt().cause()).as("status %s", one.getKey()).isEqualTo(one.getValue());
      http.answer(PATH, 200, artifact(overview("Success", 0)));
      http.answer(PATH + "/additions/vulnerabilities", one.getKey(), "{}");
      assertThat(doubt().cause()).as("status %s", one.getKey()).isEqualTo(one.getValue());
    }
    another();
    http.down(PATH);
    assertThat(doubt().cause()).isEqualTo(Cause.UNREACHABLE);
    http.answer(PATH, 404, "{}");
    assertThat(scans.obtain(KEY, FakeHarbor.errand())).isEqualTo(new Evidence.Absent<>(NOW));
    http.answer(PATH, 429, "{}", "Retry-After", "30");
    assertThat(doubt().retryAt()).contains(NOW.plusSeconds(30));
  }

  @Test
  void T29_anAnswerAboutSomethingElseIsNoAnswer() throws InterruptedException {
    http.answer(PATH, 200, artifact(overview("Success", 0)).replace("55", "66"));
    assertThat(doubt().cause()).isEqualTo(Cause.MALFORMED);
    http.answer(PATH, 200, artifact("").replace("shop/team/web", "evil/team/web"));
    assertThat(doubt().cause()).isEqualTo(Cause.MALFORMED);
    for (String broken : List.of("", "[]", "null", "{", "{}", "<html>", "{\"digest\": 5}")) {
      http.answer(PATH, 200, broken);
      assertThat(doubt().cause()).as(broken).isEqualTo(Cause.MALFORMED);
    }
  }

  @Test
  void whatIsInNoConfiguredHarborIsNotAsked() throws InterruptedException {
    for (Scan key :
        List.of(
            new Scan(
                new PinnedImage(new Repository("evil.example.com", "shop/web"), DIGEST),
                ScanSource.HARBOR),
            new Scan(new PinnedImage(new Repository(HOST, "web"), DIGEST), ScanSource.HARBOR),
            new Scan(KEY.image(), ScanSource.REPORT))) {
      assertThat(scans.obtain(key, FakeHarbor.errand()))
          .isInstanceOfSatisfying(
              Evidence.Unavailable.class,
              none -> assertThat(none.doubt().cause()).isEqualTo(Cause.NOT_CONFIGURED));
    }
    assertThat(http.asked()).isEmpty();
  }

  private Evidence<CveAllowList> list() throws InterruptedException {
    return new HarborAllowLists(Map.of(HOST, api))
        .obtain(new ProjectAllowList(HOST, "shop"), FakeHarbor.errand());
  }

  @Test
  void theListThatHasEffectIsTheSystemsUnlessTheProjectSaysOtherwise() throws InterruptedException {
    String items = "\"cve_allowlist\": {\"items\": [{\"cve_id\": \"CVE-OWN-1\"}]}";
    http.answer(
        "/api/v2.0/system/CVEAllowlist",
        200,
        "{\"expires_at\": 1764072000, \"items\": [{\"cve_id\": \"CVE-SYS-1\"}, {\"cve_id\":"
            + " \"\"}]}");
    CveAllowList system =
        new CveAllowList(Set.of("CVE-SYS-1"), Optional.of(Instant.ofEpochSecond(1764072000)));
    CveAllowList own = new CveAllowList(Set.of("CVE-OWN-1"), Optional.empty());
    String path = "/api/v2.0/projects/shop";
    for (String metadata :
        List.of(
            "",
            "\"metadata\": null,",
            "\"metadata\": {},",
            "\"metadata\": {\"reuse_sys_cve_allowlist\": \"true\"},")) {
      http.answer(path, 200, "{\"name\": \"shop\", " + metadata + items + "}");
      assertThat(list()).as(metadata).isEqualTo(new Evidence.Present<>(system, NOW));
    }
    http.answer(
        path,
        200,
        "{\"name\": \"shop\", \"metadata\": {\"reuse_sys_cve_allowlist\": \"false\"}, "
            + items
            + "}");
    assertThat(list()).isEqualTo(new Evidence.Present<>(own, NOW));
    assertThat(http.asked().getFirst().headers())
        .as("a name of digits is no number")
        .containsEntry("X-is-resource-name", "true");
    http.answer(path, 200, "{\"name\": \"other\", " + items + "}");
    assertThat(list()).isInstanceOf(Evidence.Unavailable.class);
    http.answer(path, 403, "{}");
    assertThat(list()).isInstanceOf(Evidence.Unavailable.class);
    http.answer(path, 404, "{}");
    assertThat(list()).isEqualTo(new Evidence.Absent<>(NOW));
  }

  @Test
  void aScanIsAskedForAndOneUnderWayIsFine() throws InterruptedException {
    for (int status : List.of(202, 200, 409)) {
      http.answer(PATH + "/scan", status, "{}");
      assertThat(api.startScan(DEEP, DIGEST, FakeHarbor.deadline()))
          .isEqualTo(new HarborApi.Asked.Accepted());
    }
    assertThat(http.asked().getLast().method()).isEqualTo("POST");
    for (int status : List.of(400, 403, 404, 500)) {
      http.answer(PATH + "/scan", status, "{}");
      assertThat(api.startScan(DEEP, DIGEST, FakeHarbor.deadline()))
          .isInstanceOf(HarborApi.Asked.Refused.class);
    }
  }

  @Test
  void bothFormsOfAnOverviewAreReadAndTheNewerWins() {
    String old = "\"" + HarborReports.MIME_10 + "\": {\"scan_status\": \"Success\"}";
    String now =
        "\"" + HarborReports.MIME_11.replace("; ", ";") + "\": {\"scan_status\": \"Error\"}";
    assertThat(
            Answers.artifact(
                    artifact(", \"scan_overview\": {" + old + "," + now + "}").getBytes(UTF_8))
                .scan())
        .map(Artifact.Overview::status)
        .contains("Error");
    assertThat(
            Answers.artifact(artifact(", \"scan_overview\": {" + old + "}").getBytes(UTF_8)).scan())
        .map(Artifact.Overview::status)
        .contains("Success");
    assertThat(
            Answers.artifact(
                    artifact(", \"scan_overview\": {\"x\": {\"scan_status\": \"Success\"}}")
                        .getBytes(UTF_8))
                .scan())
        .isEmpty();
  }
}
