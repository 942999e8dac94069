package dev.tidegate.sigstore;

import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes as bytes. */
final class Hashes {
  private Hashes() {}

  static Bytes sha256(Bytes bytes) {
    return of(bytes.sha256());
  }

  static Bytes of(Digest digest) {
    return Bytes.copyOf(HexFormat.of().parseHex(digest.hex()));
  }

  /**
   * The hash of {@code bytes}.
   *
   * @param algorithm {@code sha384} or {@code sha512}
   */
  static Bytes of(String algorithm, Bytes bytes) {
    try {
      return Bytes.copyOf(
          MessageDigest.getInstance("SHA-" + algorithm.substring(3)).digest(bytes.toArray()));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has " + algorithm, missing);
    }
  }
}
