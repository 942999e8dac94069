package dev.tidegate.harbor;

import dev.tidegate.evidence.CvssScore;
import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey.LastScan;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.evidence.ScanSeverity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** How a scan's report is written where it outlives the process: compressed, since texts repeat. */
final class LastScanCodec implements EvidenceCodec<LastScan, ScanReport> {
  private static final int LONGEST = 64 << 20;
  private static final int NO_SCORE = -1;

  @Override
  public Class<LastScan> serves() {
    return LastScan.class;
  }

  @Override
  public String type() {
    return "last-scan";
  }

  @Override
  public int schema() {
    return 1;
  }

  @Override
  public String name(LastScan key) {
    return key.image().toString();
  }

  @Override
  public boolean provesItself() {
    return false;
  }

  @Override
  public byte[] encode(ScanReport report) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(bytes))) {
      out.writeUTF(report.scanner().name());
      out.writeUTF(report.scanner().vendor());
      out.writeUTF(report.scanner().version());
      moment(out, report.scanned());
      moment(out, report.database());
      text(out, report.endOfLife());
      out.writeInt(report.items().size());
      for (Item item : report.items()) {
        out.writeUTF(item.id());
        out.writeUTF(item.name());
        out.writeUTF(item.installed());
        text(out, item.fixed());
        out.writeUTF(item.severity().name());
        out.writeInt(item.score().map(CvssScore::tenths).orElse(NO_SCORE));
        out.writeUTF(item.status().name());
        out.writeBoolean(item.suppressed());
      }
    } catch (IOException never) {
      throw new UncheckedIOException("writing to memory failed", never);
    }
    return bytes.toByteArray();
  }

  private static void moment(DataOutputStream out, Optional<Instant> moment) throws IOException {
    out.writeBoolean(moment.isPresent());
    if (moment.isPresent()) {
      Instant at = moment.get();
      out.writeLong(at.getEpochSecond());
      out.writeInt(at.getNano());
    }
  }

  private static void text(DataOutputStream out, Optional<String> text) throws IOException {
    out.writeBoolean(text.isPresent());
    if (text.isPresent()) {
      out.writeUTF(text.get());
    }
  }

  @Override
  public ScanReport decode(LastScan key, byte[] bytes) throws Damaged {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(inflated(bytes)))) {
      ScanReport.Scanner scanner = new ScanReport.Scanner(in.readUTF(), in.readUTF(), in.readUTF());
      Optional<Instant> scanned = moment(in);
      Optional<Instant> database = moment(in);
      Optional<String> endOfLife = text(in);
      int count = in.readInt();
      if (count < 0 || count > ScanReport.MOST_ITEMS) {
        throw new Damaged(count + " items are no report's");
      }
      ScanReport.Texts texts = new ScanReport.Texts();
      List<Item> items = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        items.add(item(in, texts));
      }
      if (in.available() > 0) {
        throw new Damaged("there is something behind the last item");
      }
      return new ScanReport(scanner, scanned, database, endOfLife, items);
    } catch (IOException | IllegalArgumentException | DateTimeException broken) {
      throw new Damaged(String.valueOf(broken.getMessage()));
    }
  }

  private static byte[] inflated(byte[] bytes) throws IOException, Damaged {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      byte[] inflated = in.readNBytes(LONGEST + 1);
      if (inflated.length > LONGEST) {
        throw new Damaged("it is longer than any report");
      }
      return inflated;
    }
  }

  private static Item item(DataInputStream in, ScanReport.Texts texts) throws IOException {
    String id = texts.shared(in.readUTF());
    String name = texts.shared(in.readUTF());
    String installed = texts.shared(in.readUTF());
    Optional<String> fixed = text(in).map(texts::shared);
    ScanSeverity severity = ScanSeverity.valueOf(in.readUTF());
    int tenths = in.readInt();
    return new Item(
        id,
        name,
        installed,
        fixed,
        severity,
        tenths == NO_SCORE ? Optional.empty() : Optional.of(new CvssScore(tenths)),
        ScanReport.Status.valueOf(in.readUTF()),
        in.readBoolean());
  }

  private static Optional<Instant> moment(DataInputStream in) throws IOException {
    return in.readBoolean()
        ? Optional.of(Instant.ofEpochSecond(in.readLong(), in.readInt()))
        : Optional.empty();
  }

  private static Optional<String> text(DataInputStream in) throws IOException {
    return in.readBoolean() ? Optional.of(in.readUTF()) : Optional.empty();
  }
}
