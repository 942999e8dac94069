package dev.tidegate.app;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/** A serving pair in two PEM files, as a mounted Secret of type kubernetes.io/tls has it. */
final class PairFiles {
  private static final int LONGEST = 1024 * 1024;

  private final Vertx vertx;
  private final Path certificate;
  private final Path key;

  PairFiles(Vertx vertx, Path certificate, Path key) {
    this.vertx = vertx;
    this.certificate = certificate;
    this.key = key;
  }

  /**
   * The pair as the files have it now.
   *
   * @throws ServingPair.Unusable if one of them cannot be read or understood
   */
  ServingPair read() throws ServingPair.Unusable {
    byte[] certificates = bytes(certificate);
    return new ServingPair(chain(certificates), privateKey(certificates, bytes(key)));
  }

  private static byte[] bytes(Path file) throws ServingPair.Unusable {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw new ServingPair.Unusable(file + " is longer than 1 MiB");
      }
      return bytes;
    } catch (IOException unreadable) {
      throw new ServingPair.Unusable(file + " cannot be read: " + unreadable);
    }
  }

  private List<X509Certificate> chain(byte[] pem) throws ServingPair.Unusable {
    try {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem));
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate one : all) {
        if (one instanceof X509Certificate x509) {
          chain.add(x509);
        }
      }
      return chain;
    } catch (CertificateException malformed) {
      throw new ServingPair.Unusable(certificate + " is not PEM certificates: " + malformed);
    }
  }

  /** Vert.x reads the key: it knows PKCS#8 and the older forms that certificate managers write. */
  private PrivateKey privateKey(byte[] chain, byte[] pem) throws ServingPair.Unusable {
    try {
      PemKeyCertOptions options =
          new PemKeyCertOptions()
              .addCertValue(Buffer.buffer(chain))
              .addKeyValue(Buffer.buffer(pem));
      for (KeyManager manager : options.getKeyManagerFactory(vertx).getKeyManagers()) {
        if (manager instanceof X509KeyManager keys) {
          for (String alias : aliases(keys)) {
            return keys.getPrivateKey(alias);
          }
        }
      }
    } catch (Exception malformed) { // declared so by Vert.x
      throw new ServingPair.Unusable(key + " is not a PEM private key: " + malformed);
    }
    throw new ServingPair.Unusable(key + " has no RSA, EC or Ed25519 private key");
  }

  private static List<String> aliases(X509KeyManager keys) {
    for (String type : List.of("RSA", "EC", "Ed25519", "EdDSA")) {
      String[] aliases = keys.getServerAliases(type, null);
      if (aliases != null && aliases.length > 0) {
        return List.of(aliases);
      }
    }
    return List.of();
  }
}
