package dev.tidegate.harbor;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidegate.evidence.CvssScore;
import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.evidence.ScanReport.Scanner;
import dev.tidegate.evidence.ScanReport.Status;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.evidence.ScanState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * How scans are written where they outlive the process: compressed JSON. The last good report goes
 * with states that hide it, so that a scan that is under way while the gate is started anew takes
 * nothing away.
 */
final class ScanCodec implements EvidenceCodec<Scan, ScanState> {
  private static final int MOST_BYTES = HarborReports.MOST_BYTES;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(10).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** A state, with the report in it. */
  private record Written(
      @JsonProperty("state") String state,
      @JsonProperty("what") @Nullable String what,
      @JsonProperty("report") @Nullable Report report) {}

  private record Report(
      @JsonProperty("name") String name,
      @JsonProperty("vendor") String vendor,
      @JsonProperty("version") String version,
      @JsonProperty("scanned") @Nullable String scanned,
      @JsonProperty("database") @Nullable String database,
      @JsonProperty("endOfLife") @Nullable String endOfLife,
      @JsonProperty("items") List<One> items) {}

  private record One(
      @JsonProperty("id") String id,
      @JsonProperty("name") String name,
      @JsonProperty("installed") String installed,
      @JsonProperty("fixed") @Nullable String fixed,
      @JsonProperty("severity") ScanSeverity severity,
      @JsonProperty("score") @Nullable Integer score,
      @JsonProperty("status") Status status,
      @JsonProperty("suppressed") boolean suppressed,
      @JsonProperty("since") @Nullable String since) {}

  @Override
  public Class<Scan> serves() {
    return Scan.class;
  }

  @Override
  public String type() {
    return "scan";
  }

  @Override
  public int schema() {
    return 1;
  }

  @Override
  public String name(Scan key) {
    return key.source() + " " + key.image();
  }

  @Override
  public boolean provesItself() {
    return false;
  }

  @Override
  public byte[] encode(ScanState value) {
    Report report = value.report().map(ScanCodec::written).orElse(null);
    Written written =
        switch (value) {
          case ScanState.Reported reported -> new Written("reported", null, report);
          case ScanState.NotScanned none -> new Written("notScanned", null, null);
          case ScanState.UnderWay scan ->
              new Written(scan.running() ? "running" : "waiting", null, report);
          case ScanState.Stopped stopped -> new Written("stopped", null, report);
          case ScanState.Failed failed -> new Written("failed", null, report);
          case ScanState.NotCached cache -> new Written("notCached", null, report);
          case ScanState.Unsupported cannot -> new Written("unsupported", null, null);
          case ScanState.WithoutReport empty -> new Written("withoutReport", null, null);
          case ScanState.SbomOnly sbom -> new Written("sbomOnly", null, null);
          case ScanState.Strange strange -> new Written("strange", strange.what(), null);
        };
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
      JSON.writeValue(packed, written);
    } catch (IOException impossible) {
      throw new UncheckedIOException("a stream in memory failed", impossible);
    }
    return bytes.toByteArray();
  }

  private static Report written(ScanReport report) {
    return new Report(
        report.scanner().name(),
        report.scanner().vendor(),
        report.scanner().version(),
        text(report.scanned()),
        text(report.database()),
        report.endOfLife().orElse(null),
        report.items().stream()
            .map(item ->
                new One(
                    item.id(),
                    item.name(),
                    item.installed(),
                    item.fixed().orElse(null),
                    item.severity(),
                    item.score().map(CvssScore::tenths).orElse(null),
                    item.status(),
                    item.suppressed(),
                    text(item.since())))
            .toList());
  }

  private static @Nullable String text(Optional<Instant> moment) {
    return moment.map(Instant::toString).orElse(null);
  }

  @Override
  public ScanState decode(Scan key, byte[] bytes) throws Damaged {
    Written written;
    try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      byte[] json = unpacked.readNBytes(MOST_BYTES);
      if (unpacked.read() >= 0) {
        throw new Damaged("it is longer than a report may be");
      }
      written = JSON.readValue(json, Written.class);
      if (written == null) {
        throw new Damaged("it is null");
      }
      return state(written);
    } catch (JacksonException broken) {
      throw new Damaged(broken.getOriginalMessage());
    } catch (IOException | DateTimeException | IllegalArgumentException | NullPointerException e) {
      // What was written by the gate itself and is sealed reads well; anything else is damage.
      throw new Damaged(String.valueOf(e.getMessage()));
    }
  }

  private static ScanState state(Written written) throws Damaged {
    Optional<ScanReport> report = Optional.ofNullable(written.report()).map(ScanCodec::read);
    return switch (written.state()) {
      case "reported" ->
          new ScanState.Reported(report.orElseThrow(() -> new Damaged("it has no report")));
      case "notScanned" -> new ScanState.NotScanned();
      case "waiting" -> new ScanState.UnderWay(false, report);
      case "running" -> new ScanState.UnderWay(true, report);
      case "stopped" -> new ScanState.Stopped(report);
      case "failed" -> new ScanState.Failed(report);
      case "notCached" -> new ScanState.NotCached(report);
      case "unsupported" -> new ScanState.Unsupported();
      case "withoutReport" -> new ScanState.WithoutReport();
      case "sbomOnly" -> new ScanState.SbomOnly();
      case "strange" -> new ScanState.Strange(String.valueOf(written.what()));
      default -> throw new Damaged("it is of no known state");
    };
  }

  private static ScanReport read(Report report) {
    ScanReport.Texts texts = new ScanReport.Texts();
    return new ScanReport(
        new Scanner(report.name(), report.vendor(), report.version()),
        moment(report.scanned()),
        moment(report.database()),
        Optional.ofNullable(report.endOfLife()),
        report.items().stream()
            .map(one ->
                new Item(
                    texts.shared(one.id()),
                    texts.shared(one.name()),
                    texts.shared(one.installed()),
                    Optional.ofNullable(one.fixed()).map(texts::shared),
                    one.severity(),
                    Optional.ofNullable(one.score()).map(CvssScore::new),
                    one.status(),
                    one.suppressed(),
                    moment(one.since())))
            .toList());
  }

  private static Optional<Instant> moment(@Nullable String text) {
    return Optional.ofNullable(text).map(Instant::parse);
  }
}
