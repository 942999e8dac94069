package dev.tidegate.sigstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidegate.evidence.FulcioClaim;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.testkit.CosignSigner;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

/** What a certificate may look like, and still be of one identity. */
class IdentityTest {
  private static final CosignSigner SIGNER = CosignSigner.create();
  private static final String FULCIO = "1.3.6.1.4.1.57264.1.";
  private static final String ISSUER = FULCIO + "8";
  private static final String ISSUER_BEFORE = FULCIO + "1";
  private static final String USER_NAME = FULCIO + "7";
  private static final GeneralName MAIL =
      new GeneralName(GeneralName.rfc822Name, "release@example.com");

  /** A certificate with these extensions, by their identifiers, and these names. */
  private static X509Certificate certificate(Map<String, byte[]> extensions, GeneralName... names) {
    try {
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=test"),
              BigInteger.ONE,
              Date.from(Forgery.SIGNED),
              Date.from(Forgery.NOW),
              new X500Name("CN=test"),
              SIGNER.keys().getPublic());
      if (names.length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, true, new GeneralNames(names));
      }
      for (var extension : extensions.entrySet()) {
        builder.addExtension(
            new ASN1ObjectIdentifier(extension.getKey()), false, extension.getValue());
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA")
                      .build(SIGNER.keys().getPrivate())));
    } catch (IOException | GeneralSecurityException | OperatorCreationException impossible) {
      throw new IllegalStateException("cannot make a certificate", impossible);
    }
  }

  private static byte[] der(ASN1Encodable value) {
    try {
      return value.toASN1Primitive().getEncoded(ASN1Encoding.DER);
    } catch (IOException impossible) {
      throw new IllegalStateException("texts can be encoded", impossible);
    }
  }

  private static byte[] text(String text) {
    return der(new DERUTF8String(text));
  }

  private static byte[] bare(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static GeneralName other(ASN1Encodable... parts) {
    return new GeneralName(GeneralName.otherName, new DERSequence(parts));
  }

  private static ASN1Encodable tagged(ASN1Encodable value) {
    return new DERTaggedObject(true, 0, value);
  }

  private static void refused(X509Certificate certificate, String why) {
    Refused refused = catchThrowableOfType(Refused.class, () -> Identity.of(certificate));
    assertThat(refused).isNotNull();
    assertThat(refused.reason()).isEqualTo(Reason.BAD_CERTIFICATE);
    assertThat(refused.why()).isEqualTo("its certificate " + why);
  }

  @Test
  void theIssuerStandsInTheNewExtensionOrInTheOldOne() throws Refused {
    Identity identity = new Identity("https://i.example.com", "release@example.com");
    for (Map<String, byte[]> extensions :
        List.of(
            Map.of(ISSUER, text("https://i.example.com")),
            Map.of(ISSUER_BEFORE, bare("https://i.example.com")),
            Map.of(
                ISSUER,
                text("https://i.example.com"),
                ISSUER_BEFORE,
                bare("https://i.example.com")))) {
      assertThat(Identity.of(certificate(extensions, MAIL))).isEqualTo(identity);
    }
  }

  @Test
  void aCertificateOfNoIssuerOrOfTwoIsNobodys() {
    refused(certificate(Map.of(), MAIL), "names no issuer of an identity");
    refused(
        certificate(Map.of(ISSUER, text("https://a"), ISSUER_BEFORE, bare("https://b")), MAIL),
        "names two issuers of its identity");
    refused(
        certificate(Map.of(ISSUER, der(new ASN1Integer(5))), MAIL),
        "names no issuer of an identity");
    refused(
        certificate(Map.of(ISSUER, bare("https://a")), MAIL),
        "has an extension " + ISSUER + " that cannot be read");
  }

  @Test
  void aSubjectIsAMailAddressAUriOrAUserName() throws Refused {
    Map<String, byte[]> issuer = Map.of(ISSUER, text("https://i.example.com"));
    assertThat(Identity.of(certificate(issuer, MAIL)).subject()).isEqualTo("release@example.com");
    assertThat(
            Identity.of(
                    certificate(
                        issuer,
                        new GeneralName(
                            GeneralName.uniformResourceIdentifier, "https://x.example.com/y")))
                .subject())
        .isEqualTo("https://x.example.com/y");
    assertThat(
            Identity.of(
                    certificate(
                        issuer,
                        other(
                            new ASN1ObjectIdentifier(USER_NAME),
                            tagged(new DERUTF8String("release!example.com")))))
                .subject())
        .isEqualTo("release!example.com");
  }

  @Test
  void aCertificateOfNoSubjectOrOfTwoIsNobodys() {
    Map<String, byte[]> issuer = Map.of(ISSUER, text("https://i.example.com"));
    refused(certificate(issuer), "must name exactly one subject");
    refused(
        certificate(issuer, MAIL, new GeneralName(GeneralName.rfc822Name, "eve@example.com")),
        "must name exactly one subject");
    refused(
        certificate(issuer, new GeneralName(GeneralName.dNSName, "example.com")),
        "names a subject of an unknown kind");
  }

  @Test
  void anOtherNameThatIsNoUserNameIsNobodys() {
    Map<String, byte[]> issuer = Map.of(ISSUER, text("https://i.example.com"));
    DERUTF8String release = new DERUTF8String("release");
    refused(
        certificate(issuer, other(new ASN1ObjectIdentifier(FULCIO + "6"), tagged(release))),
        "names a subject of an unknown kind");
    refused(
        certificate(issuer, other(new ASN1ObjectIdentifier(USER_NAME), tagged(new ASN1Integer(1)))),
        "names a subject of an unknown kind");
  }

  @Test
  void claimsOfTheFirstExtensionsAreBareTextAndMustBeRightToo() throws Refused {
    X509Certificate certificate =
        certificate(
            Map.of(
                ISSUER,
                text("https://i.example.com"),
                FulcioClaim.GITHUB_WORKFLOW_REF.oid(),
                bare("refs/heads/main")),
            MAIL);
    Identity identity = Identity.of(certificate);
    assertThatCode(() -> identity.mustBe(wanted("refs/heads/main"), certificate))
        .doesNotThrowAnyException();
    Refused refused =
        catchThrowableOfType(
            Refused.class, () -> identity.mustBe(wanted("refs/heads/other"), certificate));
    assertThat(refused.reason()).isEqualTo(Reason.OTHER_SIGNER);
  }

  private static Signer.ByIdentity wanted(String ref) {
    return new Signer.ByIdentity(
        IdentityPattern.exactly("https://i.example.com"),
        IdentityPattern.exactly("release@example.com"),
        Map.of(FulcioClaim.GITHUB_WORKFLOW_REF, IdentityPattern.exactly(ref)),
        TransparencyLog.REQUIRED,
        Forgery.ROOT,
        true);
  }
}
