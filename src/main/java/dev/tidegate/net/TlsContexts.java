package dev.tidegate.net;

import dev.tidegate.model.Cause;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS contexts from PEM files. */
final class TlsContexts {
  private static final int LONGEST = 1 << 20;
  private static final String BEGIN_KEY = "-----BEGIN PRIVATE KEY-----";
  private static final String END_KEY = "-----END PRIVATE KEY-----";

  private TlsContexts() {}

  /**
   * The context that {@code files} describe.
   *
   * @param what what it is for
   * @throws Trouble if a file cannot be read or is not what it should be
   */
  static SSLContext of(Host.TlsFiles files, String what) throws Trouble {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(files, what), trust(files.ca(), what), null);
      return context;
    } catch (GeneralSecurityException unusable) {
      throw Trouble.of(
          Cause.UNREACHABLE, what, "no TLS context can be made: " + unusable.getMessage());
    }
  }

  private static TrustManager @Nullable [] trust(Optional<Path> ca, String what)
      throws Trouble, GeneralSecurityException {
    if (ca.isEmpty()) {
      return null; // the system's
    }
    KeyStore store = empty();
    int count = 0;
    for (Certificate certificate : certificates(ca.get(), what)) {
      store.setCertificateEntry("ca" + count++, certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager @Nullable [] keys(Host.TlsFiles files, String what)
      throws Trouble, GeneralSecurityException {
    if (files.certificate().isEmpty() || files.key().isEmpty()) {
      return null;
    }
    char[] password = new char[0]; // of a store that never leaves memory
    KeyStore store = empty();
    store.setKeyEntry(
        "client",
        key(files.key().get(), what),
        password,
        certificates(files.certificate().get(), what).toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password);
    return factory.getKeyManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException never) {
      throw new IllegalStateException("an empty store needs no reading", never);
    }
  }

  private static Collection<? extends Certificate> certificates(Path file, String what)
      throws Trouble {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] pem = in.readNBytes(LONGEST);
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new java.io.ByteArrayInputStream(pem));
      if (!all.isEmpty()) {
        return all;
      }
    } catch (IOException unreadable) {
      throw unusable(file, what, "cannot be read");
    } catch (GeneralSecurityException none) {
      throw unusable(file, what, "has something else than certificates in PEM");
    }
    throw unusable(file, what, "has no certificate in PEM");
  }

  private static PrivateKey key(Path file, String what) throws Trouble {
    String pem;
    try (InputStream in = Files.newInputStream(file)) {
      pem = new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII);
    } catch (IOException unreadable) {
      throw unusable(file, what, "cannot be read");
    }
    int begin = pem.indexOf(BEGIN_KEY);
    int end = pem.indexOf(END_KEY);
    if (begin >= 0 && end > begin) {
      try {
        byte[] der = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN_KEY.length(), end));
        for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
          Optional<PrivateKey> key = key(algorithm, der);
          if (key.isPresent()) {
            return key.get();
          }
        }
      } catch (IllegalArgumentException notBase64) {
        // Said below with all other ways of being no key.
      }
    }
    throw unusable(
        file, what, "has no private key in PEM of PKCS #8 (openssl pkcs8 -topk8 -nodes makes one)");
  }

  private static Optional<PrivateKey> key(String algorithm, byte[] der) {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
    } catch (GeneralSecurityException another) {
      return Optional.empty(); // the encoding names its algorithm, and only that one's reads it
    }
  }

  private static Trouble unusable(Path file, String what, String why) {
    return Trouble.of(Cause.UNREACHABLE, what, "the file for TLS, " + file + ", " + why)
        .about("ca");
  }
}
