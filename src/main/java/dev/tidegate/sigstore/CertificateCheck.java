package dev.tidegate.sigstore;

import dev.sigstore.fulcio.client.FulcioVerificationException;
import dev.sigstore.trustroot.CertificateAuthority;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.model.PlainText;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * Verifies that a certificate was issued by a trusted authority, for signing, at the right time.
 */
final class CertificateCheck {
  private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

  private final Roots roots;
  private final X509Certificate leaf;

  CertificateCheck(Roots roots, X509Certificate leaf) {
    this.roots = roots;
    this.leaf = leaf;
  }

  /**
   * Verifies.
   *
   * @param times at every one of which it must have been valid; at least one
   * @param certificateLog whether it must prove that it is in a certificate log
   */
  void verify(List<Instant> times, boolean certificateLog) throws Refused {
    if (times.isEmpty()) {
      throw new Refused(
          Reason.BAD_TIME,
          "nothing trusted says when it was signed, and its certificate was valid from "
              + leaf.getNotBefore().toInstant()
              + " to "
              + leaf.getNotAfter().toInstant()
              + " only");
    }
    for (Instant time : times) {
      if (time.isBefore(leaf.getNotBefore().toInstant())
          || time.isAfter(leaf.getNotAfter().toInstant())) {
        throw new Refused(
            Reason.BAD_TIME,
            "it existed at "
                + time
                + ", and its certificate was valid from "
                + leaf.getNotBefore().toInstant()
                + " to "
                + leaf.getNotAfter().toInstant());
      }
    }
    purpose();
    for (Instant time : times) {
      issued(time);
    }
    if (certificateLog) {
      logged();
    }
  }

  private void purpose() throws Refused {
    List<String> purposes;
    try {
      purposes = leaf.getExtendedKeyUsage();
    } catch (CertificateParsingException bad) {
      throw bad("has a purpose that cannot be read");
    }
    if (purposes == null || !purposes.contains(CODE_SIGNING)) {
      throw bad("is not for code signing");
    }
    boolean[] usage = leaf.getKeyUsage();
    if (leaf.getBasicConstraints() >= 0 || (usage != null && !usage[0])) {
      throw bad("is not for signatures");
    }
  }

  private void issued(Instant time) throws Refused {
    String why = "no authority of the trusted root was valid at " + time;
    for (CertificateAuthority authority : CertificateAuthority.find(roots.authorities(), time)) {
      try {
        PKIXParameters parameters = new PKIXParameters(Set.of(authority.asTrustAnchor()));
        parameters.setRevocationEnabled(false); // the certificate lives for minutes
        parameters.setDate(Date.from(time));
        CertPathValidator.getInstance("PKIX").validate(below(authority), parameters);
        mustBeValid(authority, time);
        return;
      } catch (GeneralSecurityException notThisOne) {
        why = PlainText.of(String.valueOf(notThisOne.getMessage()), 200);
      }
    }
    throw bad("is not of an authority of the trusted root: " + why);
  }

  /** The validator does not ask when the root itself is valid. */
  static void mustBeValid(CertificateAuthority authority, Instant time)
      throws GeneralSecurityException {
    var chain = authority.getCertPath().getCertificates();
    ((X509Certificate) chain.getLast()).checkValidity(Date.from(time));
  }

  /** The certificate and the authority's own below its root. */
  private CertPath below(CertificateAuthority authority) throws GeneralSecurityException {
    List<X509Certificate> path = new ArrayList<>();
    path.add(leaf);
    var own = authority.getCertPath().getCertificates();
    own.subList(0, own.size() - 1).forEach(one -> path.add((X509Certificate) one));
    return CertificateFactory.getInstance("X.509").generateCertPath(path);
  }

  private void logged() throws Refused {
    if (roots.fulcio().isEmpty()) {
      throw bad("must be in a certificate log, and the trusted root names none");
    }
    try {
      roots
          .fulcio()
          .get()
          .verifySigningCertificate(
              CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)));
    } catch (FulcioVerificationException
        | IOException
        | GeneralSecurityException
        | RuntimeException notLogged) {
      throw bad(
          "is not proven to be in a certificate log: "
              + PlainText.of(String.valueOf(notLogged.getMessage()), 200));
    }
  }

  private static Refused bad(String why) {
    return new Refused(Reason.BAD_CERTIFICATE, "its certificate " + why);
  }
}
