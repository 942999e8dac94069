package dev.tidegate.admission;

import java.util.Objects;

/**
 * A part of the bytes of a request, not copied: whoever holds it must not write to {@code bytes}.
 *
 * @param bytes the whole request
 * @param offset where the part starts
 * @param length its length in bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copying megabytes would be the only use
public record Slice(byte[] bytes, int offset, int length) {
  public Slice {
    Objects.checkFromIndexSize(offset, length, bytes.length);
  }

  /** All of {@code bytes}. */
  public static Slice of(byte[] bytes) {
    return new Slice(bytes, 0, bytes.length);
  }
}
