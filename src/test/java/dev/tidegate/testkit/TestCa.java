package dev.tidegate.testkit;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority of its own for tests and the demo: real certificates, nothing on disk
 * unless asked for.
 */
public final class TestCa {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final X509Certificate certificate;
  private final KeyPair keys;

  private TestCa(X509Certificate certificate, KeyPair keys) {
    this.certificate = certificate;
    this.keys = keys;
  }

  /** A certificate with its key. */
  public record Pair(X509Certificate certificate, KeyPair keys) {
    /** Writes {@code NAME.crt} and {@code NAME.key} into {@code directory}. */
    public void write(Path directory, String name) throws IOException {
      Files.writeString(directory.resolve(name + ".crt"), pem(certificate));
      Files.writeString(directory.resolve(name + ".key"), pem(keys.getPrivate()));
    }

    /** What a server shows that speaks to everybody. */
    public SSLContext context() {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers(), null, null);
        return context;
      } catch (GeneralSecurityException | IOException impossible) {
        throw new IllegalStateException("every JDK can do this", impossible);
      }
    }

    private KeyManager[] managers() throws GeneralSecurityException, IOException {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("own", keys.getPrivate(), new char[0], new Certificate[] {certificate});
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, new char[0]);
      return factory.getKeyManagers();
    }
  }

  /** A new authority called {@code name}. */
  public static TestCa named(String name) {
    KeyPair keys = keys();
    X500Name subject = new X500Name("CN=" + name);
    try {
      X509v3CertificateBuilder builder =
          builder(subject, subject, keys, Instant.now(), Duration.ofDays(2));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      return new TestCa(signed(builder, keys), keys);
    } catch (IOException | GeneralSecurityException | OperatorCreationException impossible) {
      throw new IllegalStateException("cannot make a certificate", impossible);
    }
  }

  /**
   * A pair for the server {@code host} and 127.0.0.1, valid from now for {@code validity}; negative
   * has expired.
   */
  public Pair server(String host, Duration validity) {
    return pair(
        "CN=" + host,
        validity,
        KeyPurposeId.id_kp_serverAuth,
        new GeneralName(GeneralName.dNSName, host),
        new GeneralName(GeneralName.dNSName, "localhost"),
        new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
  }

  /**
   * A pair for a client with the given subject, for instance {@code CN=kube-apiserver-admission}.
   */
  public Pair client(String subject) {
    return pair(subject, Duration.ofDays(1), KeyPurposeId.id_kp_clientAuth);
  }

  /** What a client has that trusts this authority only, and shows {@code own} if there is one. */
  public SSLContext trusting(@Nullable Pair own) {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", certificate);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own == null ? null : own.managers(), trust.getTrustManagers(), RANDOM);
      return context;
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException("every JDK can do this", impossible);
    }
  }

  private Pair pair(String subject, Duration validity, KeyPurposeId purpose, GeneralName... names) {
    KeyPair pair = keys();
    Instant from =
        validity.isNegative()
            ? Instant.now().plus(validity).minus(Duration.ofDays(1))
            : Instant.now();
    Duration lasts = validity.isNegative() ? Duration.ofDays(1) : validity;
    try {
      X509v3CertificateBuilder builder =
          builder(
              X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
              new X500Name(subject),
              pair,
              from,
              lasts);
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      if (names.length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      }
      return new Pair(signed(builder, keys), pair);
    } catch (IOException | GeneralSecurityException | OperatorCreationException impossible) {
      throw new IllegalStateException("cannot make a certificate", impossible);
    }
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, KeyPair of, Instant from, Duration lasts) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(120, RANDOM),
        Date.from(from.minusSeconds(60)),
        Date.from(from.plus(lasts)),
        subject,
        of.getPublic());
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, KeyPair by)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate())));
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has P-256", impossible);
    }
  }

  /** The authority's own certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** {@code object}, a certificate or private key, as PEM; keys as PKCS#8. */
  public static String pem(Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(
          object instanceof PrivateKey key
              ? new PemObject("PRIVATE KEY", key.getEncoded())
              : object);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory failed", impossible);
    }
    return text.toString();
  }
}
