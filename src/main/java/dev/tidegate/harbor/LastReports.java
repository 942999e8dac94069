package dev.tidegate.harbor;

import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ScanReport;
import java.util.Optional;

/**
 * The last good report of each image: Harbor withdraws it as soon as a new scan begins, and does
 * not bring it back when that fails.
 */
public interface LastReports {
  /** The one of {@code key}, if it is still known. */
  Optional<ScanReport> of(Scan key);

  /** There is a newer one. */
  void remember(Scan key, ScanReport report);
}
