package dev.tidegate.harbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.evidence.EvidenceCodec.Damaged;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.FakeScans;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class ScanCodecTest {
  private static final Instant SCANNED = Instant.parse("2026-11-25T12:00:00Z");
  private static final Scan KEY =
      new Scan(
          new PinnedImage(
              ImageReference.parse("harbor.example.com/shop/web:1").repository(),
              Digest.parse("sha256:" + "0".repeat(64))),
          ScanSource.HARBOR);
  private static final ScanCodec CODEC = new ScanCodec();

  private static byte[] packed(String json) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(json.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void everyStateIsReadAsItWasWritten() throws Damaged {
    ScanReport report =
        FakeScans.report(SCANNED, false).after(FakeScans.of(SCANNED.minus(Duration.ofDays(1))));
    assertThat(report.items().getFirst().since()).contains(SCANNED);
    Optional<ScanReport> last = Optional.of(report);
    for (ScanState state :
        List.of(
            new ScanState.Reported(report),
            new ScanState.Reported(FakeScans.of(SCANNED)),
            new ScanState.NotScanned(),
            new ScanState.UnderWay(true, last),
            new ScanState.UnderWay(false, Optional.empty()),
            new ScanState.Stopped(last),
            new ScanState.Failed(last),
            new ScanState.NotCached(last),
            new ScanState.NotCached(Optional.empty()),
            new ScanState.Unsupported(),
            new ScanState.WithoutReport(),
            new ScanState.SbomOnly(),
            new ScanState.Strange("what"))) {
      assertThat(CODEC.decode(KEY, CODEC.encode(state))).isEqualTo(state);
    }
  }

  @Test
  void whatIsDamagedIsNoState() throws IOException {
    for (byte[] bytes :
        List.of(
            new byte[0],
            "{}".getBytes(StandardCharsets.UTF_8),
            packed("null"),
            packed("{}"),
            packed("[]"),
            packed("{\"state\":\"reported\",\"what\":null,\"report\":null}"),
            packed("{\"state\":\"clean\",\"what\":null,\"report\":null}"),
            packed("{\"state\":\"reported\",\"report\":{\"name\":\"T\",\"items\":null}}"),
            packed("{\"state\":\"failed\",\"more\":1}"),
            packed("{\"state\":\"failed\"} {}"))) {
      assertThatThrownBy(() -> CODEC.decode(KEY, bytes))
          .as(new String(bytes, StandardCharsets.ISO_8859_1))
          .isInstanceOf(Damaged.class);
    }
  }

  @Test
  void whateverIsFlippedIsReadOrDamagedAndNothingElse() {
    byte[] good = CODEC.encode(new ScanState.Reported(FakeScans.report(SCANNED, false)));
    Random random = new Random(7);
    for (int i = 0; i < 5_000; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
      try {
        assertThat(CODEC.decode(KEY, bad)).isNotNull();
      } catch (Damaged expected) {
        assertThat(expected.getMessage()).isNotNull();
      }
    }
  }
}
