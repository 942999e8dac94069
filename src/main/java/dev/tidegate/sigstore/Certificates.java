package dev.tidegate.sigstore;

import dev.tidegate.model.Bytes;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** Reads single X.509 certificates. */
final class Certificates {
  private static final int LONGEST = 64 * 1024;
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";

  private Certificates() {}

  static X509Certificate fromDer(Bytes der) throws Refused {
    if (der.size() > LONGEST) {
      throw Refused.malformed("its certificate is longer than " + LONGEST + " bytes");
    }
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der.toArray()));
    } catch (CertificateException bad) {
      throw Refused.malformed("its certificate cannot be read");
    }
  }

  /** The first certificate of {@code pem}; others behind it are of no use. */
  static X509Certificate fromPem(String pem) throws Refused {
    return fromDer(Bytes.copyOf(block(pem, BEGIN, END)));
  }

  static boolean isCertificate(String pem) {
    return pem.strip().startsWith(BEGIN);
  }

  private static byte[] block(String pem, String begin, String end) throws Refused {
    String text = pem.strip();
    int to = text.indexOf(end);
    if (!text.startsWith(begin) || to < 0) {
      throw Refused.malformed("its certificate is not in PEM");
    }
    try {
      return Base64.getMimeDecoder().decode(text.substring(begin.length(), to));
    } catch (IllegalArgumentException bad) {
      throw Refused.malformed("its certificate's base64 is broken");
    }
  }

  /** The certificate's own bytes. */
  static Bytes der(X509Certificate certificate) throws Refused {
    try {
      return Bytes.copyOf(certificate.getEncoded());
    } catch (CertificateException bad) {
      throw Refused.malformed("its certificate cannot be read");
    }
  }
}
