package dev.tidegate.app;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;

/**
 * A certificate with its chain and the private key that belongs to it.
 *
 * @param chain the serving certificate first
 */
record ServingPair(List<X509Certificate> chain, PrivateKey key) {
  private static final byte[] PROBE = "tidegate".getBytes(StandardCharsets.UTF_8);

  ServingPair {
    chain = List.copyOf(chain);
  }

  /** A pair that may not be served, and why. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    Unusable(String why) {
      super(why);
    }
  }

  /**
   * This pair, if it may be served at {@code now}.
   *
   * @throws Unusable if certificate and key do not belong together, or it is out of its time
   */
  ServingPair usable(Instant now) throws Unusable {
    if (chain.isEmpty()) {
      throw new Unusable("there is no certificate");
    }
    X509Certificate own = chain.getFirst();
    try {
      own.checkValidity(Date.from(now));
    } catch (CertificateExpiredException expired) {
      throw new Unusable("the certificate expired at " + own.getNotAfter().toInstant());
    } catch (CertificateNotYetValidException early) {
      throw new Unusable("the certificate is not valid before " + own.getNotBefore().toInstant());
    }
    if (!belongs(own.getPublicKey())) {
      throw new Unusable("the private key does not belong to the certificate");
    }
    return this;
  }

  /** Whether what the private key signs, the certificate's key verifies. */
  private boolean belongs(PublicKey other) {
    if (!key.getAlgorithm().equals(other.getAlgorithm())) {
      return false;
    }
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm(); // Ed25519 and its like
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(other);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException unlike) {
      return false; // keys of different sizes or curves throw rather than say no
    }
  }

  /** When the certificate expires. */
  Instant expires() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  /** Whether {@code other} is the same certificate. */
  boolean sameAs(ServingPair other) {
    return chain.equals(other.chain) && Arrays.equals(key.getEncoded(), other.key.getEncoded());
  }
}
