package dev.tidegate.store;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * A record as it is kept outside of memory: what it answers, by which way it was learnt, when, the
 * value, and a seal over all of it.
 */
final class Envelope {
  /** Version of this form. */
  private static final int FORMAT = 1;

  private static final int LONGEST_TEXT = 64 * 1024;

  private final Seals seals;

  Envelope(Seals seals) {
    this.seals = seals;
  }

  /** Why a record is not used. */
  sealed interface Opened {
    /** It is good. */
    record Value(Evidence.Present<?> evidence) implements Opened {}

    /** It is of another form or schema: nothing is wrong with it, it is of no use here. */
    record Other() implements Opened {}

    /** It is not what was written. */
    record Damaged(String how) implements Opened {}

    /** It has no genuine seal. */
    record Forged() implements Opened {}
  }

  /** The name of a record. */
  static <K extends EvidenceKey.Fetched<T>, T> String name(
      EvidenceCodec<K, T> codec, K key, String access) {
    return codec.type() + " " + codec.name(key) + " " + access;
  }

  /** {@code evidence} as a record called {@code name}. */
  <K extends EvidenceKey.Fetched<T>, T> byte[] close(
      EvidenceCodec<K, T> codec, String name, T value, Instant obtained) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(FORMAT);
      text(out, name);
      text(out, codec.type());
      out.writeInt(codec.schema());
      out.writeLong(obtained.getEpochSecond());
      out.writeInt(obtained.getNano());
      byte[] payload = codec.encode(value);
      out.writeInt(payload.length);
      out.write(payload);
      out.write(seals.seal(bytes.toByteArray()));
    } catch (IOException never) {
      throw new UncheckedIOException("writing to memory failed", never);
    }
    return bytes.toByteArray();
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** What {@code record} says about {@code key}. Whatever the bytes are, it is one of four. */
  <K extends EvidenceKey.Fetched<T>, T> Opened open(
      EvidenceCodec<K, T> codec, K key, String name, byte[] record) {
    if (record.length < Seals.LENGTH + 4) {
      return new Opened.Damaged("it is too short");
    }
    int end = record.length - Seals.LENGTH;
    byte[] content = Arrays.copyOf(record, end);
    if (!seals.isGenuine(content, Arrays.copyOfRange(record, end, record.length))) {
      return new Opened.Forged();
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
      if (in.readInt() != FORMAT) {
        return new Opened.Other();
      }
      if (!text(in).equals(name)) {
        return new Opened.Damaged("it is the record of something else");
      }
      if (!text(in).equals(codec.type()) || in.readInt() != codec.schema()) {
        return new Opened.Other();
      }
      Instant obtained = Instant.ofEpochSecond(in.readLong(), in.readInt());
      int length = in.readInt();
      if (length != in.available()) {
        return new Opened.Damaged("its lengths do not fit");
      }
      return new Opened.Value(
          new Evidence.Present<>(codec.decode(key, in.readAllBytes()), obtained));
    } catch (EvidenceCodec.Damaged | IOException | RuntimeException broken) {
      // Sealed by a key of ours and yet not readable: by an older program, or by a defect.
      return new Opened.Damaged(String.valueOf(broken.getMessage()));
    }
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LONGEST_TEXT || length > in.available()) {
      throw new IOException("a text does not fit");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
