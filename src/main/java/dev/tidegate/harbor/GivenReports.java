package dev.tidegate.harbor;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PinnedImage;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reports that were given as files. A report is about an image if it names the image's digest, or
 * the digest of its configuration; what the report calls the image does not matter.
 */
public final class GivenReports implements LiveEvidence<Scan, ScanState> {
  private static final Comparator<TrivyReport> NEWEST =
      Comparator.comparing(
          one -> one.state().report().flatMap(ScanReport::scanned).orElse(Instant.MIN));

  private final List<TrivyReport> reports;
  private final Function<PinnedImage, Optional<Digest>> configOf;
  private final Instant obtained;

  /**
   * Answers from {@code reports}, the newest first.
   *
   * @param configOf the digest of an image's configuration where its manifest is known
   * @param obtained when they were read
   */
  public GivenReports(
      List<TrivyReport> reports,
      Function<PinnedImage, Optional<Digest>> configOf,
      Instant obtained) {
    this.reports = reports.stream().sorted(NEWEST.reversed()).toList();
    this.configOf = Objects.requireNonNull(configOf);
    this.obtained = Objects.requireNonNull(obtained);
  }

  @Override
  public Class<Scan> serves() {
    return Scan.class;
  }

  @Override
  public @Nullable Evidence<ScanState> peek(Scan key) {
    if (key.source() != ScanSource.REPORT) {
      return null;
    }
    Optional<Digest> config = configOf.apply(key.image());
    return reports.stream()
        .filter(report ->
            (config.isPresent() && report.config().isPresent())
                ? config.equals(report.config())
                : report.manifests().contains(key.image().digest()))
        .findFirst()
        .<Evidence<ScanState>>map(report -> new Evidence.Present<>(report.state(), obtained))
        .orElseGet(() -> new Evidence.Absent<>(obtained));
  }
}
