package dev.tidegate.app;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.LastScan;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.harbor.LastReports;
import dev.tidegate.store.Archive;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Last good reports in memory and, under it, in the store's file, so that a scan that is under way
 * or has failed after a restart does not take them away. How old a report is says the report; what
 * the file has is used for {@link #LONGEST} and not from the future.
 */
final class KeptReports implements LastReports {
  /** How long a report is used that is only in the file, from when it was last new (inclusive). */
  static final Duration LONGEST = Duration.ofDays(30);

  /** How far the clock may have been set back since. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final LastReports memory;
  private final Archive file;
  private final InstantSource clock;

  KeptReports(LastReports memory, Archive file, InstantSource clock) {
    this.memory = memory;
    this.file = file;
    this.clock = clock;
  }

  @Override
  public Optional<ScanReport> of(Scan key) {
    Optional<ScanReport> known = memory.of(key);
    if (known.isPresent()) {
      return known;
    }
    Optional<ScanReport> kept =
        file.kept(new LastScan(key.image())).filter(this::counts).map(Evidence.Present::value);
    kept.ifPresent(report -> memory.remember(key, report));
    return kept;
  }

  private boolean counts(Evidence.Present<ScanReport> kept) {
    Instant now = clock.instant();
    return !kept.obtained().isAfter(now.plus(SKEW))
        && !kept.obtained().isBefore(now.minus(LONGEST));
  }

  @Override
  public void remember(Scan key, ScanReport report) {
    // The same one again is not written again: it is as old as when it was new.
    if (!memory.of(key).filter(report::equals).isPresent()) {
      file.keep(new LastScan(key.image()), report, clock.instant());
    }
    memory.remember(key, report);
  }
}
