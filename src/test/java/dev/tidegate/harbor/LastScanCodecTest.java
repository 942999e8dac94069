package dev.tidegate.harbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.evidence.CvssScore;
import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey.LastScan;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.evidence.ScanReport.Scanner;
import dev.tidegate.evidence.ScanReport.Status;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Reports come back as they were, and damaged records are said to be. */
class LastScanCodecTest {
  private static final LastScan KEY =
      new LastScan(
          new PinnedImage(
              ImageReference.parse("harbor.example.com/shop/web:1").repository(),
              Digest.parse("sha256:" + "a".repeat(64))));

  private final LastScanCodec codec = new LastScanCodec();

  private static ScanReport rich() {
    List<Item> items = new ArrayList<>();
    for (ScanSeverity severity : ScanSeverity.values()) {
      for (Status status : Status.values()) {
        items.add(
            new Item(
                "CVE-" + severity + "-" + status,
                "libé",
                "1:2.3-4",
                status == Status.FIXED ? Optional.of("1:2.3-5") : Optional.empty(),
                severity,
                severity == ScanSeverity.HIGH ? Optional.of(new CvssScore(75)) : Optional.empty(),
                status,
                status == Status.NOT_AFFECTED));
      }
    }
    return new ScanReport(
        new Scanner("Trivy", "Aqua Security", ""),
        Optional.of(Instant.parse("2026-11-25T11:00:00.123456789Z")),
        Optional.of(Instant.EPOCH),
        Optional.of("debian 9"),
        items);
  }

  @Test
  void reportsComeBackAsTheyWere() throws EvidenceCodec.Damaged {
    ScanReport bare =
        new ScanReport(
            new Scanner("", "", ""),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    for (ScanReport report : List.of(rich(), bare)) {
      assertThat(codec.decode(KEY, codec.encode(report))).isEqualTo(report);
    }
  }

  @Test
  void whatIsCutOffOrNoRecordIsDamaged() {
    byte[] whole = codec.encode(rich());
    for (int length = 0; length < whole.length; length += 7) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> codec.decode(KEY, part))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(EvidenceCodec.Damaged.class);
    }
  }
}
