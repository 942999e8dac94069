package dev.tidegate.sigstore;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.re2j.Pattern;
import dev.tidegate.evidence.FulcioClaim;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.Signer;
import dev.tidegate.model.PlainText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.jspecify.annotations.Nullable;

/**
 * Whose a Fulcio certificate is.
 *
 * @param issuer of the identity
 * @param subject the identity
 */
record Identity(String issuer, String subject) {
  private static final String FULCIO = "1.3.6.1.4.1.57264.1.";
  private static final String ISSUER = FULCIO + "8";
  private static final String ISSUER_BEFORE = FULCIO + "1";
  private static final String OTHER_NAME = FULCIO + "7";

  private static final Cache<String, Pattern> EXPRESSIONS =
      Caffeine.newBuilder().maximumSize(500).executor(Runnable::run).build();

  /** The identity in {@code certificate}: one issuer and one subject. */
  static Identity of(X509Certificate certificate) throws Refused {
    Optional<String> issuer = extension(certificate, ISSUER, false);
    Optional<String> before = extension(certificate, ISSUER_BEFORE, true);
    if (issuer.isEmpty() && before.isEmpty()) {
      throw bad("names no issuer of an identity");
    }
    if (issuer.isPresent() && before.isPresent() && !issuer.equals(before)) {
      throw bad("names two issuers of its identity");
    }
    return new Identity(issuer.or(() -> before).orElseThrow(), subject(certificate));
  }

  /** Refuses {@code certificate} unless it is of {@code wanted}. */
  void mustBe(Signer.ByIdentity wanted, X509Certificate certificate) throws Refused {
    if (!matches(wanted.issuer(), issuer) || !matches(wanted.subject(), subject)) {
      throw new Refused(Reason.OTHER_SIGNER, "it is signed as " + this);
    }
    for (Map.Entry<FulcioClaim, IdentityPattern> one : wanted.claims().entrySet()) {
      FulcioClaim claim = one.getKey();
      Optional<String> said = extension(certificate, claim.oid(), claim.bare());
      if (said.isEmpty() || !matches(one.getValue(), said.get())) {
        throw new Refused(
            Reason.OTHER_SIGNER,
            "it is signed as "
                + this
                + ", but its certificate's "
                + claim.word()
                + said.map(text -> " is " + PlainText.quote(text)).orElse(" is missing")
                + " where "
                + one.getValue()
                + " is demanded");
      }
    }
  }

  private static boolean matches(IdentityPattern pattern, String text) {
    return switch (pattern.kind()) {
      case EXACT -> pattern.text().equals(text);
      case EXPRESSION -> EXPRESSIONS.get(pattern.text(), Pattern::compile).matches(text);
    };
  }

  private static Optional<String> extension(X509Certificate certificate, String oid, boolean bare)
      throws Refused {
    byte @Nullable [] value = certificate.getExtensionValue(oid);
    if (value == null) {
      return Optional.empty();
    }
    try {
      byte[] octets = ASN1OctetString.getInstance(value).getOctets();
      if (bare) {
        return Optional.of(new String(octets, StandardCharsets.UTF_8));
      }
      return ASN1Primitive.fromByteArray(octets) instanceof ASN1String text
          ? Optional.of(text.getString())
          : Optional.empty();
    } catch (IOException | RuntimeException notDer) {
      throw bad("has an extension " + oid + " that cannot be read");
    }
  }

  private static String subject(X509Certificate certificate) throws Refused {
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException bad) {
      throw bad("has names that cannot be read");
    }
    if (names == null || names.size() != 1) {
      throw bad("must name exactly one subject");
    }
    List<?> name = names.iterator().next();
    // 1: mail address, 6: URI, 0: other (a user name), see RFC 5280, GeneralName.
    if ((name.get(0).equals(1) || name.get(0).equals(6)) && name.get(1) instanceof String text) {
      return text;
    }
    if (name.get(0).equals(0) && name.get(1) instanceof byte[] der) {
      return userName(der);
    }
    throw bad("names a subject of an unknown kind");
  }

  private static String userName(byte[] der) throws Refused {
    try {
      ASN1Sequence other = ASN1Sequence.getInstance(unwrapped(ASN1Primitive.fromByteArray(der)));
      if (other.size() == 2
          && other.getObjectAt(0).toString().equals(OTHER_NAME)
          && ASN1TaggedObject.getInstance(other.getObjectAt(1)).getExplicitBaseObject()
              instanceof ASN1String text) {
        return text.getString();
      }
    } catch (IOException | RuntimeException notDer) {
      throw bad("names a subject that cannot be read");
    }
    throw bad("names a subject of an unknown kind");
  }

  private static Object unwrapped(ASN1Primitive name) {
    return name instanceof ASN1TaggedObject tagged ? ASN1Sequence.getInstance(tagged, false) : name;
  }

  private static Refused bad(String why) {
    return new Refused(Reason.BAD_CERTIFICATE, "its certificate " + why);
  }

  /** {@code subject (issuer)}, as untrusted text. */
  @Override
  public String toString() {
    return PlainText.of(subject, 200) + " (" + PlainText.of(issuer, 100) + ")";
  }
}
