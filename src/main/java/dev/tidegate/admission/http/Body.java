package dev.tidegate.admission.http;

import dev.tidegate.admission.Slice;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/** Bytes of a body as they come in, up to a bound. */
final class Body {
  private static final int FIRST = 8 * 1024;
  private byte[] bytes = new byte[FIRST];
  private int length;

  int length() {
    return length;
  }

  /** Adds as much of {@code chunk} as {@code most} bytes in all allow. */
  void add(Buffer chunk, int most) {
    int taken = Math.min(chunk.length(), most - length);
    if (taken <= 0) {
      return;
    }
    if (length + taken > bytes.length) {
      // Grown as bytes really arrive: an announced length alone reserves nothing.
      bytes = Arrays.copyOf(bytes, Math.max(length + taken, Math.min(most, bytes.length * 2)));
    }
    chunk.getBytes(0, taken, bytes, length);
    length += taken;
  }

  Slice slice() {
    return new Slice(bytes, 0, length);
  }
}
