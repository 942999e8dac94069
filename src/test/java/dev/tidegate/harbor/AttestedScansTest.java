package dev.tidegate.harbor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.evidence.EvidenceKey.AttestedScan;
import dev.tidegate.evidence.Predicate;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.Bytes;
import dev.tidegate.testkit.Predicates;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AttestedScansTest {
  private static final String CREATED = "2026-11-24T08:00:00Z";
  private static final Instant FINISHED = Instant.parse("2026-11-24T08:00:05Z");

  private static byte[] trivy(String... severities) {
    try {
      return new ObjectMapper().writeValueAsBytes(Predicates.trivy(CREATED, severities));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static ScanState read(String scanner, String version, Optional<byte[]> result) {
    return new AttestedScans()
        .derive(
            new AttestedScan(
                new Predicate.Vulnerabilities(
                    scanner,
                    version,
                    Optional.of(FINISHED),
                    Optional.of(FINISHED.minusSeconds(60)),
                    result.map(Bytes::copyOf))));
  }

  @Test
  void whatTheStatementSaysCompletesTheReport() {
    ScanReport report =
        read("pkg:github/aquasecurity/trivy@v0.72.0", "0.72.0", Optional.of(trivy("HIGH")))
            .report()
            .orElseThrow();
    assertThat(report.scanner()).hasToString("Trivy 0.72.0");
    assertThat(report.scanned()).contains(Instant.parse(CREATED));
    assertThat(report.database()).contains(FINISHED.minusSeconds(60));
    assertThat(report.items()).hasSize(1);
  }

  @Test
  void T28_noReportIsNotACleanOne() {
    assertThat(read("trivy", "1", Optional.empty())).isInstanceOf(ScanState.WithoutReport.class);
    assertThat(
            read("trivy", "1", Optional.of("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8))))
        .isInstanceOf(ScanState.Strange.class);
    assertThat(read("trivy", "1", Optional.of(new byte[0]))).isInstanceOf(ScanState.Strange.class);
    assertThat(read("grype", "1", Optional.of(trivy()))).isInstanceOf(ScanState.Strange.class);
  }

  @Test
  void T24_spoiltReportsLoseNothingSilentlyAndThrowNothing() {
    Random random = new Random(24);
    byte[] good = trivy("CRITICAL", "HIGH");
    for (int i = 0; i < 5_000; i++) {
      byte[] spoilt = good.clone();
      for (int times = 1 + random.nextInt(4); times > 0; times--) {
        spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt(256);
      }
      ScanState state = read("trivy", "1", Optional.of(spoilt));
      assertThat(state)
          .isInstanceOfAny(
              ScanState.Reported.class, ScanState.WithoutReport.class, ScanState.Strange.class);
    }
  }
}
