package dev.tidegate.evidence;

import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A public key that signatures are verified with. Equal keys are equal by their encoding.
 *
 * @param spki the SubjectPublicKeyInfo in DER, canonical
 * @param kind which algorithm it is for
 */
public record VerificationKey(Bytes spki, Kind kind) {
  private static final int LONGEST_PEM = 16 * 1024;
  private static final int LEAST_RSA = 2048;
  private static final int MOST_RSA = 8192;
  private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String END = "-----END PUBLIC KEY-----";

  public VerificationKey {
    Objects.requireNonNull(spki);
    Objects.requireNonNull(kind);
  }

  /** The kinds of keys that signatures may be made with. */
  public enum Kind {
    /** ECDSA on P-256, with SHA-256. */
    ECDSA_P256,
    /** ECDSA on P-384, with SHA-384. */
    ECDSA_P384,
    /** ECDSA on P-521, with SHA-512. */
    ECDSA_P521,
    /** RSA of 2048 to 8192 bits, PKCS#1 v1.5 with SHA-256. */
    RSA,
    /** Ed25519, pure or prehashed. */
    ED25519
  }

  /**
   * Reads a public key in PEM ({@code BEGIN PUBLIC KEY}), as {@code cosign generate-key-pair}
   * writes it.
   *
   * @throws BadValue if it is none, or of a kind that is not accepted; the sentence says which
   */
  public static VerificationKey parse(String pem) {
    String text = pem.strip();
    if (text.length() > LONGEST_PEM) {
      throw new BadValue("the key is longer than 16 KiB", "give one public key in PEM");
    }
    if (text.contains("PRIVATE KEY-----")) {
      throw new BadValue(
          "this is a private key",
          "remove it from here at once, and give the public key (cosign public-key)");
    }
    if (!text.startsWith(BEGIN) || !text.endsWith(END) || text.indexOf(BEGIN, 1) >= 0) {
      throw new BadValue(
          "this is not one public key in PEM",
          "give exactly one block that begins with " + BEGIN + ", as cosign public-key prints it");
    }
    byte[] der;
    try {
      der =
          Base64.getMimeDecoder()
              .decode(text.substring(BEGIN.length(), text.length() - END.length()));
    } catch (IllegalArgumentException notBase64) {
      throw new BadValue("the key's base64 is broken", "copy the whole file cosign.pub");
    }
    return of(read(der));
  }

  private static PublicKey read(byte[] der) {
    return Stream.of("EC", "RSA", "Ed25519")
        .flatMap(algorithm -> read(algorithm, der).stream())
        .findFirst()
        .orElseThrow(() ->
            new BadValue(
                "the key cannot be read", "give an ECDSA, RSA or Ed25519 public key in PEM"));
  }

  private static Optional<PublicKey> read(String algorithm, byte[] der) {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der)));
    } catch (GeneralSecurityException another) {
      return Optional.empty(); // the encoding names its algorithm, and only that one's reads it
    }
  }

  /**
   * {@code key} as one to verify with.
   *
   * @throws BadValue if it is of a kind that is not accepted
   */
  public static VerificationKey of(PublicKey key) {
    Bytes spki = Bytes.copyOf(key.getEncoded());
    return switch (key) {
      case ECPublicKey ec ->
          new VerificationKey(
              spki,
              curve(ec.getParams())
                  .orElseThrow(() ->
                      new BadValue(
                          "the key's curve is not accepted", "use P-256, P-384 or P-521")));
      case RSAPublicKey rsa when rsa.getModulus().bitLength() < LEAST_RSA ->
          throw new BadValue(
              "the RSA key has only " + rsa.getModulus().bitLength() + " bits",
              "use at least " + LEAST_RSA);
      case RSAPublicKey rsa when rsa.getModulus().bitLength() > MOST_RSA ->
          throw new BadValue(
              "the RSA key has " + rsa.getModulus().bitLength() + " bits",
              "use at most " + MOST_RSA);
      case RSAPublicKey rsa -> new VerificationKey(spki, Kind.RSA);
      case EdECPublicKey ed
          when ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName()) ->
          new VerificationKey(spki, Kind.ED25519);
      default ->
          throw new BadValue(
              "keys of the kind " + key.getAlgorithm() + " are not accepted",
              "use ECDSA (P-256, P-384, P-521), RSA or Ed25519");
    };
  }

  private static Optional<Kind> curve(ECParameterSpec parameters) {
    BigInteger order = parameters.getOrder();
    return switch (order.bitLength()) {
      case 256 ->
          order.toString(16).startsWith("ffffffff00000000ffffffff") // P-256, not another
              ? Optional.of(Kind.ECDSA_P256)
              : Optional.empty();
      case 384 -> Optional.of(Kind.ECDSA_P384);
      case 521 -> Optional.of(Kind.ECDSA_P521);
      default -> Optional.empty();
    };
  }

  /** The key for the JDK's signatures. */
  public PublicKey publicKey() {
    return read(spki.toArray());
  }

  /**
   * What names it for people: {@code SHA256:} and the hexadecimal digits of its encoding's hash.
   */
  public String id() {
    return "SHA256:" + spki.sha256().hex();
  }
}
