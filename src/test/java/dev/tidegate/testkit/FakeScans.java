package dev.tidegate.testkit;

import dev.tidegate.evidence.CvssScore;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.evidence.ScanReport.Scanner;
import dev.tidegate.evidence.ScanReport.Status;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.PinnedImage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Scan reports as tests want them. */
public final class FakeScans {
  /** The scanner of all of them. */
  public static final Scanner TRIVY = new Scanner("Trivy", "Aqua Security", "v0.72.0");

  private FakeScans() {}

  /** A vulnerability with a fix. */
  public static Item fixable(String id, ScanSeverity severity) {
    return item(id, severity, Optional.of("1.2"), Optional.empty(), false);
  }

  /** A vulnerability without a fix. */
  public static Item unfixed(String id, ScanSeverity severity) {
    return item(id, severity, Optional.empty(), Optional.empty(), false);
  }

  /** A vulnerability of openssl 1.1. */
  public static Item item(
      String id,
      ScanSeverity severity,
      Optional<String> fixed,
      Optional<CvssScore> score,
      boolean suppressed) {
    return new Item(
        id,
        "openssl",
        "1.1",
        fixed,
        severity,
        score,
        fixed.isPresent() ? Status.FIXED : Status.AFFECTED,
        suppressed);
  }

  /** A report of {@code items}. */
  public static ScanReport of(Instant scanned, Item... items) {
    return new ScanReport(
        TRIVY, Optional.of(scanned), Optional.empty(), Optional.empty(), List.of(items));
  }

  /** What is known when Harbor's scan of {@code image}, which is no index, stands so. */
  public static FakeFacts known(PinnedImage image, ScanState state) {
    return FakeFacts.none()
        .present(
            new Manifest(image),
            new ImageManifest.Image(Bytes.EMPTY, "m", image.digest(), Optional.empty()))
        .present(new Scan(image, ScanSource.HARBOR), state);
  }

  /**
   * A report with one vulnerability of each sort, on a distribution without support and with data
   * that was a day old; or one in which nothing was found.
   */
  public static ScanReport report(Instant scanned, boolean clean) {
    return clean
        ? of(scanned)
        : new ScanReport(
            TRIVY,
            Optional.of(scanned),
            Optional.of(scanned.minus(Duration.ofDays(1))),
            Optional.of("alpine 3.9.4"),
            List.of(
                item(
                    "CVE-2026-0001",
                    ScanSeverity.HIGH,
                    Optional.of("1.2"),
                    Optional.of(CvssScore.parse("7.5")),
                    false),
                unfixed("CVE-2026-0002", ScanSeverity.MEDIUM),
                fixable("CVE-2026-0003", ScanSeverity.UNKNOWN),
                item(
                    "CVE-2026-0004",
                    ScanSeverity.CRITICAL,
                    Optional.of("2"),
                    Optional.empty(),
                    true)));
  }
}
