package dev.tidegate.harbor;

import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanState;
import java.util.Optional;

/** From what Harbor's API says to what it means. */
public final class ScanStates {
  private ScanStates() {}

  /**
   * The state of the scan of {@code artifact}.
   *
   * @param report what the API answers when asked for the report; empty when that is {@code {}}, or
   *     it was not asked
   */
  public static ScanState of(Artifact artifact, Optional<ScanReport> report) {
    if (artifact.scan().isEmpty()) {
      // A report without overview is one all the same; it is about the digest.
      return report.<ScanState>map(ScanState.Reported::new).orElseGet(() -> neverScanned(artifact));
    }
    Artifact.Overview overview = artifact.scan().get();
    return switch (overview.status()) {
      case "Success" -> succeeded(overview, report);
      case "Pending", "Scheduled" -> new ScanState.UnderWay(false, Optional.empty());
      case "Running" -> new ScanState.UnderWay(true, Optional.empty());
      case "Error" -> new ScanState.Failed(Optional.empty());
      case "Stopped" -> new ScanState.Stopped(Optional.empty());
      default -> new ScanState.Strange(overview.status());
    };
  }

  private static ScanState succeeded(Artifact.Overview overview, Optional<ScanReport> report) {
    if (report.isEmpty()) {
      return new ScanState.WithoutReport();
    }
    if (report.get().items().isEmpty() && overview.total() > 0) {
      return new ScanState.Strange(
          "its summary counts " + overview.total() + " vulnerabilities, its report has none");
    }
    return new ScanState.Reported(report.get());
  }

  private static ScanState neverScanned(Artifact artifact) {
    if (artifact.sbom().map("Success"::equals).orElse(false)) {
      return new ScanState.SbomOnly();
    }
    return artifact.scannable() ? new ScanState.NotScanned() : new ScanState.Unsupported();
  }
}
