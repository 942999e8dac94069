package dev.tidegate.model;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Bytes that do not change, as they came from somewhere: a manifest, a payload, a key. Equal if
 * they are the same bytes. Their SHA-256 is known from the start, so that comparing and hashing
 * cost nothing.
 */
public final class Bytes {
  /** None. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;
  private final byte[] sha256;

  private Bytes(byte[] content) {
    this.content = content;
    this.sha256 = hash("SHA-256", content);
  }

  /** A copy of {@code content}. */
  public static Bytes copyOf(byte[] content) {
    return new Bytes(content.clone());
  }

  private static byte[] hash(String algorithm, byte[] content) {
    try {
      return MessageDigest.getInstance(algorithm).digest(content);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has " + algorithm, missing);
    }
  }

  /** A copy of them. */
  public byte[] toArray() {
    return content.clone();
  }

  /** A view of them that cannot be written to. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  /** How many there are. */
  public int size() {
    return content.length;
  }

  /** Their SHA-256 as the digest that names them. */
  public Digest sha256() {
    return new Digest("sha256", HexFormat.of().formatHex(sha256));
  }

  /** Whether they hash to {@code digest}, by its algorithm. */
  public boolean hashTo(Digest digest) {
    byte[] actual =
        switch (digest.algorithm()) {
          case "sha256" -> sha256;
          case "sha384" -> hash("SHA-384", content);
          case "sha512" -> hash("SHA-512", content);
          default -> throw new IllegalStateException("no digest has " + digest.algorithm());
        };
    return MessageDigest.isEqual(actual, HexFormat.of().parseHex(digest.hex()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that
        && content.length == that.content.length
        && Arrays.equals(sha256, that.sha256);
  }

  @Override
  public int hashCode() {
    return ByteBuffer.wrap(sha256).getInt();
  }

  /** Their number and digest; never the content. */
  @Override
  public String toString() {
    return content.length + " bytes " + sha256();
  }
}
