package dev.tidegate.harbor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.evidence.CvssScore;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Reports of both sorts, as they should and should not be. */
class ReportsTest {
  private static TrivyReport trivy(String json) {
    return TrivyReports.read(json.getBytes(UTF_8));
  }

  private static ScanReport trivyReport(String results) {
    return trivy("{\"SchemaVersion\": 2, \"Results\": [" + results + "]}")
        .state()
        .report()
        .orElseThrow();
  }

  private static Optional<ScanReport> harbor(String json) {
    return HarborReports.read(json.getBytes(UTF_8));
  }

  private static String harborReport(String items) {
    return "{\"" + HarborReports.MIME_11 + "\": {\"vulnerabilities\": [" + items + "]}}";
  }

  @Test
  void T28_noResultForPackagesIsNoCleanResult() {
    for (String json :
        List.of(
            "{\"SchemaVersion\": 2}",
            "{\"SchemaVersion\": 2, \"Results\": null}",
            "{\"SchemaVersion\": 2, \"Results\": []}",
            "{\"SchemaVersion\": 2, \"Results\": [{\"Class\": \"secret\"}]}")) {
      assertThat(trivy(json).state()).as(json).isEqualTo(new ScanState.WithoutReport());
    }
    assertThat(trivy("{\"SchemaVersion\": 2, \"Results\": [{\"Class\": \"os-pkgs\"}]}").state())
        .isInstanceOf(ScanState.Reported.class);
  }

  @Test
  void suppressedFindingsAreKeptAndMarked() {
    ScanReport report =
        trivyReport(
            """
            {"Class": "os-pkgs", "Vulnerabilities": [{"VulnerabilityID": "CVE-1"}],
             "ExperimentalModifiedFindings": [
               {"Type": "vulnerability", "Status": "ignored",
                "Finding": {"VulnerabilityID": "CVE-2", "Severity": "CRITICAL"}},
               {"Type": "misconfiguration", "Finding": {"ID": "AVD-1"}}]}
            """);
    assertThat(report.items()).extracting(Item::id).containsExactly("CVE-2", "CVE-1");
    assertThat(report.items()).extracting(Item::suppressed).containsExactly(true, false);
  }

  @Test
  void severityWordsThatNobodyKnowsCountAsTheWorst() {
    assertThat(
            trivyReport(
                    "{\"Vulnerabilities\": [{\"VulnerabilityID\": \"X-1\", \"Severity\":"
                        + " \"Important\"}, {\"VulnerabilityID\": \"X-2\"}, {\"VulnerabilityID\":"
                        + " \"X-3\", \"Severity\": \"UNKNOWN\"}]}")
                .items())
        .extracting(Item::severity)
        .containsExactly(ScanSeverity.CRITICAL, ScanSeverity.UNKNOWN, ScanSeverity.UNKNOWN);
  }

  @Test
  void theHighestScoreCountsAndVersionThreeBeforeTwo() {
    Item item =
        trivyReport(
                """
                {"Vulnerabilities": [{"VulnerabilityID": "X-1", "CVSS": {
                  "nvd": {"V2Score": 10, "V3Score": 5.3}, "redhat": {"V3Score": 7.4},
                  "odd": null, "broken": {"V3Score": 55, "V2Score": -1}}}]}
                """)
            .items()
            .getFirst();
    assertThat(item.score()).contains(CvssScore.parse("7.4"));
  }

  @Test
  void whatIsNoReportIsSaidToBeNone() {
    for (String json :
        List.of(
            "",
            "null",
            "[]",
            "1",
            "{",
            "{}",
            "{\"SchemaVersion\": 1}",
            "{\"SchemaVersion\": \"2\"}",
            "{\"SchemaVersion\": 2, \"SchemaVersion\": 2}",
            "{\"SchemaVersion\": 2} {}",
            "{\"SchemaVersion\": 2, \"Results\": {}}",
            "{\"SchemaVersion\": 2, \"Results\": [1]}",
            "{\"SchemaVersion\": 2, \"Results\": [{\"Vulnerabilities\": [null]}]}",
            "{\"SchemaVersion\": 2, \"Results\": [{\"Vulnerabilities\": [{}]}]}",
            "{\"SchemaVersion\": 2, \"Results\": [{\"Vulnerabilities\": [{\"VulnerabilityID\":"
                + " 7}]}]}",
            "{\"SchemaVersion\": 2, \"CreatedAt\": \"yesterday\"}",
            "{\"SchemaVersion\": 2, \"ArtifactType\": \"filesystem\"}",
            "{\"SchemaVersion\": 2, \"Metadata\": {\"ImageID\": \"abc\"}}",
            "{\"bomFormat\": \"CycloneDX\"}",
            "{\"SchemaVersion\": 2, \"x\": " + "[".repeat(101) + "]".repeat(101) + "}")) {
      assertThatThrownBy(() -> trivy(json))
          .as(json)
          .isInstanceOf(BadValue.class)
          .satisfies(thrown -> assertThat(((BadValue) thrown).fix()).isNotBlank());
    }
  }

  @Test
  void T28_anEmptyAnswerIsNoReport() {
    assertThat(harbor("{}")).isEmpty();
    assertThat(harbor("{\"" + HarborReports.MIME_11 + "\": null}")).isEmpty();
    assertThat(harbor(harborReport(""))).isPresent();
    for (String json :
        List.of(
            "",
            "[]",
            "null",
            "{\"text/plain\": {}}",
            "{\"" + HarborReports.MIME_11 + "\": {}}",
            "{\"" + HarborReports.MIME_11 + "\": {\"vulnerabilities\": null}}",
            "{\"" + HarborReports.MIME_11 + "\": {\"vulnerabilities\": {}}}",
            "{\"" + HarborReports.MIME_11 + "\": []}",
            harborReport("null"),
            harborReport("{\"id\": \"\"}"),
            harborReport("{\"id\": \"X\"}").replace("]}", "]"))) {
      assertThatThrownBy(() -> harbor(json)).as(json).isInstanceOf(BadValue.class);
    }
  }

  @Test
  void bothFormsAreReadAndTheNewerWins() {
    String both =
        """
        {"application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0":
           {"vulnerabilities": [{"id": "OLD-1", "severity": "High"}]},
         "application/vnd.security.vulnerability.report; version=1.1":
           {"generated_at": "2026-11-23T09:03:23.52778223Z",
            "scanner": {"name": "Trivy", "vendor": "Aqua Security", "version": "v0.72.0"},
            "vulnerabilities": [{"id": "NEW-1", "package": "p", "version": "1",
              "fix_version": " ", "severity": "Negligible",
              "preferred_cvss": {"score_v3": 3.1}, "vendor_attributes": {"CVSS": "none"}}]}}
        """;
    ScanReport report = harbor(both).orElseThrow();
    assertThat(report.items()).extracting(Item::id).containsExactly("NEW-1");
    assertThat(report.items().getFirst().fixed()).isEmpty();
    assertThat(report.items().getFirst().severity()).isEqualTo(ScanSeverity.NEGLIGIBLE);
    assertThat(report.items().getFirst().score()).contains(CvssScore.parse("3.1"));
    assertThat(report.scanned()).contains(Instant.parse("2026-11-23T09:03:23.527782230Z"));
    assertThat(report.scanner().toString()).isEqualTo("Trivy v0.72.0");
    String old =
        "{\"application/vnd.scanner.adapter.vuln.report.harbor+json;version=1.0\":"
            + " {\"generated_at\": \"0001-01-01T00:00:00Z\", \"vulnerabilities\": [{\"id\":"
            + " \"OLD-1\"}]}}";
    assertThat(harbor(old).orElseThrow().scanned()).isEmpty();
  }

  @Test
  void manyThousandItemsAreReadAndShareTheirTexts() {
    Random random = new Random(7);
    StringBuilder items = new StringBuilder();
    List<ScanSeverity> severities = List.of(ScanSeverity.values());
    for (int i = 0; i < 20_000; i++) {
      items
          .append(i == 0 ? "" : ",")
          .append("{\"id\":\"CVE-2026-")
          .append(i)
          .append("\",\"package\":\"lib")
          .append(i % 50)
          .append("\",\"version\":\"1.0\",\"severity\":\"")
          .append(severities.get(random.nextInt(7)))
          .append("\",\"description\":\"")
          .append("x".repeat(200))
          .append("\"}");
    }
    ScanReport report = harbor(harborReport(items.toString())).orElseThrow();
    assertThat(report.items()).hasSize(20_000);
    assertThat(report.items()).isSortedAccordingTo((a, b) -> b.severity().compareTo(a.severity()));
    assertThat(report.items().stream().map(item -> System.identityHashCode(item.name())).distinct())
        .hasSize(50);
    assertThat(report.weight()).isLessThan(3_000_000);
  }

  @Test
  void moreItemsThanTheBoundAreAnError() {
    String items = "{\"id\":\"X\"},".repeat(ScanReport.MOST_ITEMS) + "{\"id\":\"X\"}";
    assertThatThrownBy(() -> harbor(harborReport(items)))
        .isInstanceOf(BadValue.class)
        .hasMessageContaining("more than 50000 vulnerabilities");
  }

  private static final Digest INDEX = Digest.parse("sha256:" + "1".repeat(64));
  private static final Digest CONFIG = Digest.parse("sha256:" + "2".repeat(64));
  private static final Digest OTHER = Digest.parse("sha256:" + "3".repeat(64));

  private static TrivyReport about(Digest manifest, Digest config, String created) {
    return trivy(
        "{\"SchemaVersion\": 2, \"ArtifactName\": \"anything\", \"CreatedAt\": \""
            + created
            + "\", \"Metadata\": {\"ImageID\": \""
            + config
            + "\", \"RepoDigests\": [\"elsewhere.example.com/x@"
            + manifest
            + "\"]}, \"Results\": [{\"Class\": \"os-pkgs\"}]}");
  }

  @Test
  void aGivenReportIsAboutWhatItsDigestsSayAndNotItsName() {
    PinnedImage image =
        new PinnedImage(ImageReference.parse("harbor.example.com/anything:1").repository(), INDEX);
    Scan key = new Scan(image, ScanSource.REPORT);
    TrivyReport report = about(INDEX, CONFIG, "2026-11-24T00:00:00Z");
    Instant now = Instant.parse("2026-11-25T00:00:00Z");
    assertThat(new GivenReports(List.of(report), any -> Optional.empty(), now).peek(key))
        .isEqualTo(new Evidence.Present<>(report.state(), now));
    assertThat(new GivenReports(List.of(report), any -> Optional.of(CONFIG), now).peek(key))
        .isEqualTo(new Evidence.Present<>(report.state(), now));
    assertThat(new GivenReports(List.of(report), any -> Optional.of(OTHER), now).peek(key))
        .as("the configuration names one image for certain")
        .isEqualTo(new Evidence.Absent<>(now));
    assertThat(
            new GivenReports(
                    List.of(about(OTHER, CONFIG, "2026-11-24T00:00:00Z")),
                    any -> Optional.empty(),
                    now)
                .peek(key))
        .isEqualTo(new Evidence.Absent<>(now));
    assertThat(
            new GivenReports(List.of(report), any -> Optional.empty(), now)
                .peek(new Scan(image, ScanSource.HARBOR)))
        .isNull();
    TrivyReport newer = about(INDEX, CONFIG, "2026-11-24T00:00:01Z");
    assertThat(new GivenReports(List.of(report, newer), any -> Optional.empty(), now).peek(key))
        .isEqualTo(new Evidence.Present<>(newer.state(), now));
  }
}
