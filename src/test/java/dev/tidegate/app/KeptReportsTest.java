package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.harbor.Harbors;
import dev.tidegate.harbor.LastReports;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.store.Archive;
import dev.tidegate.store.Seals;
import dev.tidegate.store.StoreEvents;
import dev.tidegate.testkit.FakeScans;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last good report outlives the process, is never younger than it says, and never forged. */
class KeptReportsTest {
  private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
  private static final String KEY = "k".repeat(40);

  private static final ScanReport REPORT =
      FakeScans.of(
          START.minus(Duration.ofHours(3)),
          FakeScans.fixable("CVE-2026-1", ScanSeverity.HIGH),
          FakeScans.unfixed("CVE-2026-2", ScanSeverity.UNKNOWN));

  @TempDir Path directory;

  private final ConcurrentLinkedQueue<StoreEvents.FileEvent> events = new ConcurrentLinkedQueue<>();

  private static Scan scan(String repository) {
    return new Scan(
        new PinnedImage(
            ImageReference.parse("harbor.example.com/" + repository + ":1").repository(),
            Digest.parse("sha256:" + "a".repeat(64))),
        ScanSource.HARBOR);
  }

  private Archive open(String key) {
    Archive archive =
        Archive.at(
            directory.resolve("store"),
            64L << 20,
            Seals.parse(key),
            Outbound.codecs(),
            System::nanoTime,
            new StoreEvents() {
              @Override
              public void defect(EvidenceKey<?> about, RuntimeException defect) {
                throw defect;
              }

              @Override
              public void file(FileEvent event, String detail) {
                events.add(event);
              }
            });
    await().until(archive::usable);
    return archive;
  }

  private void remember() {
    try (Archive archive = open(KEY)) {
      LastReports reports = new KeptReports(Harbors.inMemory(), archive, () -> START);
      reports.remember(scan("shop/web"), REPORT);
      assertThat(reports.of(scan("shop/web"))).contains(REPORT);
    }
  }

  private Optional<ScanReport> after(String key, Duration time, String repository) {
    try (Archive archive = open(key)) {
      return new KeptReports(Harbors.inMemory(), archive, () -> START.plus(time))
          .of(scan(repository));
    }
  }

  @Test
  void aRestartForgetsNoReportAndMakesNoneYounger() {
    remember();
    assertThat(after(KEY, Duration.ofDays(1), "shop/web"))
        .contains(REPORT)
        .get()
        .extracting(ScanReport::scanned)
        .isEqualTo(REPORT.scanned());
    assertThat(after(KEY, Duration.ofDays(1), "shop/other")).isEmpty();
  }

  @Test
  void whatIsTooOldOrFromTheFutureIsNotUsed() {
    remember();
    assertThat(after(KEY, KeptReports.LONGEST, "shop/web")).contains(REPORT);
    assertThat(after(KEY, KeptReports.LONGEST.plusSeconds(1), "shop/web")).isEmpty();
    assertThat(after(KEY, Duration.ofMinutes(-4), "shop/web")).contains(REPORT);
    assertThat(after(KEY, Duration.ofDays(-1), "shop/web")).isEmpty();
  }

  @Test
  void T28_whatSomebodyElseHasSealedIsNoReport() {
    remember();
    assertThat(after("o".repeat(40), Duration.ZERO, "shop/web")).isEmpty();
    assertThat(events).contains(StoreEvents.FileEvent.FORGED);
  }

  @Test
  void aNewerReportTakesThePlace() {
    remember();
    ScanReport newer = FakeScans.of(START);
    try (Archive archive = open(KEY)) {
      new KeptReports(Harbors.inMemory(), archive, () -> START).remember(scan("shop/web"), newer);
    }
    assertThat(after(KEY, Duration.ZERO, "shop/web")).contains(newer);
  }
}
