package dev.tidegate.app;

import dev.tidegate.model.BadValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts the CAs that are said at the time of each handshake, so that they can be exchanged without
 * a restart. Names are compared by the JDK, as the connection asks for.
 */
final class Trusted extends X509ExtendedTrustManager {
  private final Supplier<X509ExtendedTrustManager> now;

  Trusted(Supplier<X509ExtendedTrustManager> now) {
    this.now = now;
  }

  /**
   * Trusts the certificates in {@code pem} and nobody else.
   *
   * @throws BadValue if there is none
   */
  static X509ExtendedTrustManager parse(byte[] pem) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int count = 0;
      for (Certificate one :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        store.setCertificateEntry("ca" + count++, one);
      }
      if (count > 0) {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
          if (manager instanceof X509ExtendedTrustManager extended) {
            return extended;
          }
        }
        throw new IllegalStateException("every Java has a trust manager of this kind");
      }
    } catch (CertificateException malformed) {
      throw new BadValue("its certificates cannot be read", "write PEM certificates");
    } catch (GeneralSecurityException | IOException missing) {
      throw new IllegalStateException("every Java has stores in memory", missing);
    }
    throw new BadValue("there is no certificate", "write the CA's certificate as PEM");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    now.get().checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    now.get().checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("names cannot be compared without the connection");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw never();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw never();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw never();
  }

  private static CertificateException never() {
    return new CertificateException("this is for servers only");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return now.get().getAcceptedIssuers();
  }
}
