package dev.tidegate.harbor;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ScanReport;
import java.util.Optional;

/** Last reports in memory, bounded by weight; those that were not asked for longest go first. */
public final class RememberedReports implements LastReports {
  private final Cache<Scan, ScanReport> reports;

  /**
   * @param mostBytes about how much memory they may take
   */
  public RememberedReports(long mostBytes) {
    this.reports =
        Caffeine.newBuilder()
            .maximumWeight(mostBytes)
            .weigher((Scan key, ScanReport report) -> 300 + report.weight())
            .executor(Runnable::run)
            .build();
  }

  @Override
  public Optional<ScanReport> of(Scan key) {
    return Optional.ofNullable(reports.getIfPresent(key));
  }

  @Override
  public void remember(Scan key, ScanReport report) {
    reports.put(key, report);
  }
}
