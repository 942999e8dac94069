package dev.tidegate.harbor;

import dev.tidegate.evidence.Derivation;
import dev.tidegate.evidence.EvidenceKey.AttestedScan;
import dev.tidegate.evidence.Predicate;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Scanner;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.BadValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the scan reports in verified statements, as {@code trivy --format cosign-vuln} makes them.
 * A statement without a report, or with one that is not understood, is never a clean result.
 */
public final class AttestedScans implements Derivation<AttestedScan, ScanState> {
  @Override
  public Class<AttestedScan> serves() {
    return AttestedScan.class;
  }

  @Override
  public ScanState derive(AttestedScan key) {
    Predicate.Vulnerabilities said = key.statement();
    if (said.result().isEmpty()) {
      return new ScanState.WithoutReport();
    }
    if (!said.scanner().isEmpty() && !said.scanner().toLowerCase(Locale.ROOT).contains("trivy")) {
      return new ScanState.Strange(
          "a report of " + said.scanner() + ", where only Trivy's is read");
    }
    try {
      ScanState state = TrivyReports.read(said.result().get().toArray()).state();
      return state
          .report()
          .<ScanState>map(report -> new ScanState.Reported(completed(report, said)))
          .orElse(state);
    } catch (BadValue notOne) {
      return new ScanState.Strange(notOne.problem());
    }
  }

  /** What the statement says beside the report; of two times the earlier, so age never shrinks. */
  private static ScanReport completed(ScanReport report, Predicate.Vulnerabilities said) {
    Optional<Instant> scanned =
        Stream.of(report.scanned(), said.finished())
            .flatMap(Optional::stream)
            .min(Instant::compareTo);
    Scanner scanner = report.scanner();
    return new ScanReport(
        scanner.version().isEmpty()
            ? new Scanner(scanner.name(), scanner.vendor(), said.version())
            : scanner,
        scanned,
        report.database().or(said::database),
        report.endOfLife(),
        report.items());
  }
}
