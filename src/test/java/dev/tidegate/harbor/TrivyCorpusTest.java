package dev.tidegate.harbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.check.AllowedCve;
import dev.tidegate.check.ImageScan;
import dev.tidegate.check.ImageScan.NotScanned;
import dev.tidegate.evidence.CvssScore;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Role;
import dev.tidegate.testkit.Corpus;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.ScanPolicy;
import dev.tidegate.testkit.Subjects;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Trivy's own sample reports: what counts is computed here a second time, from the bare tree. */
class TrivyCorpusTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("trivy-reports");

  private static final PinnedImage IMAGE =
      new PinnedImage(
          ImageReference.parse("harbor.example.com/shop/web:1").repository(),
          Digest.parse("sha256:" + "0".repeat(64)));
  private static final Pattern ID = Pattern.compile("has ([A-Za-z]+-[A-Za-z0-9:-]+) \\(");

  private static ScanReport report(String file) {
    return TrivyReports.read(CORPUS.bytes(file)).state().report().orElseThrow();
  }

  private static Set<String> denied(
      ScanReport report,
      Optional<ScanSeverity> severity,
      Optional<CvssScore> cvss,
      boolean fixable,
      List<String> allow) {
    ImageScan.Parameters parameters =
        new ScanPolicy()
            .source(ScanSource.REPORT)
            .severity(severity)
            .cvss(cvss)
            .onlyFixable(fixable)
            .notScanned(NotScanned.DENY)
            .allow(
                allow.stream()
                    .map(id -> new AllowedCve(id, FakeFacts.NOW.plusSeconds(1), "r", "o"))
                    .toList())
            .made();
    FakeFacts facts =
        FakeFacts.none()
            .present(new Scan(IMAGE, ScanSource.REPORT), new ScanState.Reported(report));
    Outcome outcome =
        new ImageScan()
            .evaluate(
                Subjects.pod().image(Role.MAIN, "web", IMAGE.toString()).build(),
                parameters,
                facts);
    Set<String> ids = new TreeSet<>();
    if (outcome instanceof Outcome.Fail fail) {
      fail.findings()
          .forEach(finding -> {
            Matcher id = ID.matcher(finding.problem());
            assertThat(id.find()).as(finding.problem()).isTrue();
            ids.add(id.group(1));
          });
    } else {
      assertThat(outcome).isInstanceOf(Outcome.Pass.class);
    }
    return ids;
  }

  private static List<JsonNode> vulnerabilities(JsonNode report) {
    List<JsonNode> all = new ArrayList<>();
    for (JsonNode result : report.path("Results")) {
      result.path("Vulnerabilities").forEach(all::add);
    }
    return all;
  }

  private static Set<String> expected(JsonNode report, Predicate<JsonNode> counts) {
    Set<String> ids = new TreeSet<>();
    vulnerabilities(report).stream()
        .filter(counts)
        .forEach(one -> ids.add(one.path("VulnerabilityID").asText()));
    return ids;
  }

  private static int rank(JsonNode one) {
    return List.of("LOW", "MEDIUM", "HIGH", "CRITICAL").indexOf(one.path("Severity").asText());
  }

  private static double score(JsonNode one) {
    double best = 0;
    double old = 0;
    for (JsonNode source : one.path("CVSS")) {
      best = Math.max(best, source.path("V3Score").asDouble());
      old = Math.max(old, source.path("V2Score").asDouble());
    }
    return best > 0 ? best : old;
  }

  private static boolean fixable(JsonNode one) {
    return !one.path("FixedVersion").asText().isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> exactlyTheRightVulnerabilitiesCount() {
    return CORPUS.files("json").stream()
        .filter(file -> file.startsWith("image/"))
        .map(file -> DynamicTest.dynamicTest(file, () -> judged(file)));
  }

  private static void judged(String file) {
    JsonNode tree = CORPUS.json(file);
    ScanReport report = report(file);
    assertThat(report.items()).hasSize(vulnerabilities(tree).size());
    assertThat(report.scanned()).contains(Instant.parse(tree.path("CreatedAt").asText()));
    assertThat(report.endOfLife().isPresent())
        .isEqualTo(tree.path("Metadata").path("OS").path("EOSL").asBoolean());
    List<ScanSeverity> severities =
        List.of(ScanSeverity.LOW, ScanSeverity.MEDIUM, ScanSeverity.HIGH, ScanSeverity.CRITICAL);
    for (int i = 0; i < severities.size(); i++) {
      int least = i;
      for (boolean fixable : List.of(false, true)) {
        Set<String> right = expected(tree, one -> rank(one) >= least && (!fixable || fixable(one)));
        Optional<ScanSeverity> severity = Optional.of(severities.get(i));
        assertThat(denied(report, severity, Optional.empty(), fixable, List.of()))
            .as("%s, fixable %s", severity, fixable)
            .isEqualTo(right);
        for (String allowed : right) {
          Set<String> rest = new TreeSet<>(right);
          rest.remove(allowed);
          assertThat(denied(report, severity, Optional.empty(), fixable, List.of(allowed)))
              .isEqualTo(rest);
        }
        assertThat(denied(report, severity, Optional.empty(), fixable, List.copyOf(right)))
            .isEmpty();
      }
    }
    for (String least : List.of("0.1", "5.0", "7.5", "9.8", "10")) {
      assertThat(
              denied(
                  report, Optional.empty(), Optional.of(CvssScore.parse(least)), false, List.of()))
          .as("CVSS %s", least)
          .isEqualTo(expected(tree, one -> score(one) >= Double.parseDouble(least)));
    }
    CORPUS.ran();
  }

  @Test
  void theIndexOfTheCorpusAgrees() {
    for (JsonNode entry : CORPUS.index().path("reports")) {
      ScanReport report = report(entry.path("file").asText());
      assertThat(report.items()).hasSize(entry.path("findings").asInt());
      assertThat(
              report.items().isEmpty()
                  ? "null"
                  : report.items().getFirst().severity().toString().toUpperCase(Locale.ROOT))
          .isEqualTo(entry.path("highest").asText());
      TrivyReport read = TrivyReports.read(CORPUS.bytes(entry.path("file").asText()));
      assertThat(read.config().map(Digest::toString)).contains(entry.path("imageId").asText());
      CORPUS.ran();
    }
  }

  @Test
  void otherFormatsAreNamed() {
    assertThatThrownBy(() -> TrivyReports.read(CORPUS.bytes("formats/alpine-310.sarif.json")))
        .isInstanceOf(BadValue.class)
        .hasMessageContaining("but SARIF")
        .hasMessageContaining("--format json");
    assertThatThrownBy(() -> TrivyReports.read(CORPUS.bytes("formats/alpine-310.gsbom.json")))
        .isInstanceOf(BadValue.class)
        .hasMessageContaining("but a list of dependencies for GitHub");
    CORPUS.ran();
  }

  @Test
  void aReportThatIsCutAnywhereIsAnErrorAndNeverAResult() {
    byte[] whole = CORPUS.bytes("image/alpine-39.json");
    int end = new String(whole, java.nio.charset.StandardCharsets.UTF_8).stripTrailing().length();
    for (int length = 0; length < end; length += 97) {
      byte[] part = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> TrivyReports.read(part)).isInstanceOf(BadValue.class);
    }
    CORPUS.ran();
  }
}
