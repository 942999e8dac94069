package dev.tidegate.sigstore;

import dev.tidegate.evidence.VerificationKey;
import dev.tidegate.evidence.VerificationKey.Kind;
import dev.tidegate.model.Bytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.EdDSAParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;

/** Signatures by one public key. */
final class PublicKeys {
  /** What PKCS#1 puts before a SHA-256 hash (RFC 8017, section 9.2, note 1). */
  private static final byte[] SHA256_INFO =
      HexFormat.of().parseHex("3031300d060960864801650304020105000420");

  private PublicKeys() {}

  /**
   * Whether {@code signature} is by {@code key} over {@code message}: ECDSA with the digest that
   * belongs to the curve, RSA PKCS#1 v1.5 with SHA-256, Ed25519 pure or prehashed.
   */
  static boolean verifies(VerificationKey key, Bytes message, Bytes signature) {
    return switch (key.kind()) {
      case ECDSA_P256 -> verifies("SHA256withECDSA", key.publicKey(), message, signature);
      case ECDSA_P384 -> verifies("SHA384withECDSA", key.publicKey(), message, signature);
      case ECDSA_P521 -> verifies("SHA512withECDSA", key.publicKey(), message, signature);
      case RSA -> verifies("SHA256withRSA", key.publicKey(), message, signature);
      case ED25519 ->
          ed25519(key.publicKey(), message, signature, false)
              || ed25519(key.publicKey(), message, signature, true);
    };
  }

  /** Whether a message of which only the SHA-256 is known can be verified with such a key. */
  static boolean canUseDigest(Kind kind) {
    return kind == Kind.ECDSA_P256 || kind == Kind.RSA;
  }

  /** Whether {@code signature} is by {@code key} over a message with the SHA-256 {@code digest}. */
  static boolean verifiesDigest(VerificationKey key, Bytes digest, Bytes signature) {
    return switch (key.kind()) {
      case ECDSA_P256 -> verifies("NONEwithECDSA", key.publicKey(), digest, signature);
      case RSA -> rsaDigest(key.publicKey(), digest, signature);
      case ECDSA_P384, ECDSA_P521, ED25519 -> false;
    };
  }

  /** A signature of a log over {@code message}. */
  static boolean verifiesOfLog(PublicKey key, Bytes message, Bytes signature) {
    return verifies(VerificationKey.of(key), message, signature);
  }

  private static boolean rsaDigest(PublicKey key, Bytes digest, Bytes signature) {
    try {
      // The JDK has no RSA signature over a ready digest; PKCS#1 v1.5 is this comparison, of the
      // whole block, which the cipher has unpadded as type 1.
      Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
      cipher.init(Cipher.DECRYPT_MODE, key);
      byte[] opened = cipher.doFinal(signature.toArray());
      byte[] expected = Arrays.copyOf(SHA256_INFO, SHA256_INFO.length + digest.size());
      System.arraycopy(digest.toArray(), 0, expected, SHA256_INFO.length, digest.size());
      return MessageDigest.isEqual(expected, opened);
    } catch (GeneralSecurityException notOfThisKey) {
      return false;
    }
  }

  private static boolean verifies(String algorithm, PublicKey key, Bytes message, Bytes signature) {
    try {
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(key);
      verifier.update(message.buffer());
      return verifier.verify(signature.toArray());
    } catch (SignatureException notOne) {
      return false; // it has not even the form of such a signature
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(algorithm + " is part of every Java", impossible);
    }
  }

  private static boolean ed25519(PublicKey key, Bytes message, Bytes signature, boolean prehashed) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.setParameter(new EdDSAParameterSpec(prehashed));
      verifier.initVerify(key);
      verifier.update(message.buffer());
      return verifier.verify(signature.toArray());
    } catch (SignatureException notOne) {
      return false; // it has not even the form of such a signature
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("Ed25519 is part of every Java", impossible);
    }
  }
}
