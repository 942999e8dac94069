package dev.tidegate.sigstore;

import static dev.tidegate.sigstore.Forgery.IMAGE;
import static dev.tidegate.sigstore.Forgery.ISSUER;
import static dev.tidegate.sigstore.Forgery.RELEASE;
import static dev.tidegate.sigstore.Forgery.ROOT;
import static dev.tidegate.sigstore.Forgery.SIGNED;
import static dev.tidegate.sigstore.Forgery.SIGSTORE;
import static dev.tidegate.sigstore.Forgery.STRANGER;
import static dev.tidegate.sigstore.Forgery.SUBJECT;
import static dev.tidegate.sigstore.Forgery.certified;
import static dev.tidegate.sigstore.Forgery.identity;
import static dev.tidegate.sigstore.Forgery.key;
import static dev.tidegate.sigstore.Forgery.keyless;
import static dev.tidegate.sigstore.Forgery.proven;
import static dev.tidegate.sigstore.Forgery.rejected;
import static dev.tidegate.sigstore.Forgery.request;
import static dev.tidegate.sigstore.Forgery.signature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.evidence.FulcioClaim;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.model.BadValue;
import dev.tidegate.testkit.TestSigstore;
import dev.tidegate.testkit.TestSigstore.Request;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

/** Signatures by identities: good ones and forged ones. */
class IdentitiesTest {
  @Test
  void aCertificateBesideAKeyMustBeOfThatKey() {
    SignatureDocument.Layer layer = RELEASE.layer(IMAGE, Map.of());
    X509Certificate own =
        SIGSTORE.issue(Request.of(RELEASE.keys().getPublic(), ISSUER, SUBJECT, SIGNED));
    X509Certificate foreign =
        SIGSTORE.issue(Request.of(STRANGER.keys().getPublic(), ISSUER, SUBJECT, SIGNED));
    proven(certified(layer, own), key(RELEASE));
    rejected(certified(layer, foreign), key(RELEASE), Reason.OTHER_SIGNER);
    rejected(
        certified(STRANGER.layer(IMAGE, Map.of()), foreign), key(RELEASE), Reason.OTHER_SIGNER);
  }

  @Test
  void anIdentityCountsAtTheTimeOfItsCertificate() {
    Proven proven = proven(keyless(request(), SIGNED.plusSeconds(60)), identity());
    assertThat(proven.signer()).isEqualTo(SUBJECT + " (" + ISSUER + ")");
    assertThat(proven.times()).containsExactly(SIGNED.plusSeconds(60));
    rejected(keyless(request(), SIGNED.minusSeconds(1)), identity(), Reason.BAD_TIME);
    rejected(keyless(request(), SIGNED.plusSeconds(601)), identity(), Reason.BAD_TIME);
  }

  @Test
  void anIdentityWithoutTrustedTimeDoesNotCount() {
    X509Certificate certificate = SIGSTORE.issue(request());
    Signer signer =
        new Signer.ByIdentity(
            IdentityPattern.exactly(ISSUER),
            IdentityPattern.exactly(SUBJECT),
            Map.of(),
            TransparencyLog.NOT_REQUIRED,
            ROOT,
            true);
    rejected(certified(RELEASE.layer(IMAGE, Map.of()), certificate), signer, Reason.BAD_TIME);
    rejected(RELEASE.layer(IMAGE, Map.of()), signer, Reason.OTHER_SIGNER);
  }

  @Test
  void issuerAndSubjectMustBothBeRight() {
    SignatureDocument document = keyless(request(), SIGNED);
    for (Signer other :
        List.of(
            identity(
                IdentityPattern.exactly("https://evil.example.com"),
                IdentityPattern.exactly(SUBJECT)),
            identity(IdentityPattern.exactly(ISSUER), IdentityPattern.exactly(SUBJECT + "0")),
            identity(
                IdentityPattern.exactly(ISSUER),
                IdentityPattern.matching("https://github.com/acme")),
            identity(IdentityPattern.matching(""), IdentityPattern.matching(".*")))) {
      assertThat(rejected(document, other, Reason.OTHER_SIGNER)).contains(SUBJECT).contains(ISSUER);
    }
    proven(
        document,
        identity(
            IdentityPattern.exactly(ISSUER),
            IdentityPattern.matching("https://github\\.com/acme/.*@refs/tags/v.*")));
  }

  @Test
  void claimsMustBeRight() {
    FulcioClaim repository = FulcioClaim.SOURCE_REPOSITORY_URI;
    SignatureDocument document =
        keyless(request().with(repository.oid(), "https://github.com/acme/shop"), SIGNED);
    proven(
        document,
        identity(Map.of(repository, IdentityPattern.exactly("https://github.com/acme/shop"))));
    String other =
        rejected(
            document,
            identity(Map.of(repository, IdentityPattern.matching("https://github.com/acme/.*x"))),
            Reason.OTHER_SIGNER);
    assertThat(other)
        .endsWith(
            "its certificate's sourceRepositoryURI is \"https://github.com/acme/shop\" where"
                + " /https://github.com/acme/.*x/ is demanded");
    String missing =
        rejected(
            document,
            identity(Map.of(FulcioClaim.RUNNER_ENVIRONMENT, IdentityPattern.matching(".*"))),
            Reason.OTHER_SIGNER);
    assertThat(missing).contains("its certificate's runnerEnvironment is missing");
  }

  @Test
  void certificatesMustBeOfTheAuthorityForSigningAndLogged() {
    rejected(keyless(request().unlogged(), SIGNED), identity(), Reason.BAD_CERTIFICATE);
    rejected(
        keyless(request().withPurpose(KeyPurposeId.id_kp_serverAuth), SIGNED),
        identity(),
        Reason.BAD_CERTIFICATE);
    for (TestSigstore.Request wrong :
        List.of(
            request().withUsage(KeyUsage.keyEncipherment),
            request().withUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign).asAuthority())) {
      assertThat(rejected(keyless(wrong, SIGNED), identity(), Reason.BAD_CERTIFICATE))
          .endsWith("is not for signatures");
    }
    TestSigstore other = new TestSigstore();
    rejected(keyless(other.issue(request()), SIGNED), identity(), Reason.BAD_CERTIFICATE);
    Signer lenient =
        new Signer.ByIdentity(
            IdentityPattern.exactly(ISSUER),
            IdentityPattern.exactly(SUBJECT),
            Map.of(),
            TransparencyLog.REQUIRED,
            ROOT,
            false);
    proven(keyless(request().unlogged(), SIGNED), lenient);
    rejected(keyless(other.issue(request()), SIGNED), lenient, Reason.BAD_CERTIFICATE);
  }

  @Test
  void trustedRootsThatCannotBeUsedAreRefused() {
    String good = SIGSTORE.trustedRoot();
    for (String bad :
        List.of(
            "",
            "{}",
            good.substring(1),
            good + "x",
            good.replace("trustedroot+json", "bundle+json"),
            good.replaceFirst("\"validFor\":\\{[^}]*}", "\"validFor\":{}"),
            good.replace(TestSigstore.START.toString(), "yesterday"),
            "{\"mediaType\":\"application/vnd.dev.sigstore.trustedroot+json;version=0.1\"}")) {
      assertThatThrownBy(() -> TrustRoots.read(bad)).isInstanceOf(BadValue.class);
    }
    assertThatThrownBy(() -> TrustRoots.read(good + " ".repeat(1024 * 1024)))
        .isInstanceOf(BadValue.class)
        .hasMessageContaining("1 MiB");
    assertThat(TrustRoots.read(good)).isEqualTo(ROOT);
  }

  @Test
  void aTimestampIsATrustedTime() {
    Signer signer =
        new Signer.ByIdentity(
            IdentityPattern.exactly(ISSUER),
            IdentityPattern.exactly(SUBJECT),
            Map.of(),
            TransparencyLog.NOT_REQUIRED,
            ROOT,
            true);
    SignatureDocument.Layer layer =
        certified(RELEASE.layer(IMAGE, Map.of()), SIGSTORE.issue(request()));
    byte[] signature = signature(layer);
    assertThat(proven(SIGSTORE.stamped(layer, signature, SIGNED), signer).times())
        .containsExactly(SIGNED);
    rejected(SIGSTORE.stamped(layer, signature, SIGNED.plusSeconds(601)), signer, Reason.BAD_TIME);
    rejected(
        SIGSTORE.stamped(layer, layer.payload().toArray(), SIGNED), signer, Reason.BAD_LOG_ENTRY);
    rejected(new TestSigstore().stamped(layer, signature, SIGNED), signer, Reason.BAD_LOG_ENTRY);
    rejected(
        TestSigstore.with(layer, "dev.sigstore.cosign/rfc3161timestamp", "{}"),
        signer,
        Reason.MALFORMED);
    // Every trusted time must fit, not any.
    SignatureDocument.Layer logged = keyless(request(), SIGNED);
    rejected(
        SIGSTORE.stamped(logged, signature(logged), SIGNED.plusSeconds(601)),
        signer,
        Reason.BAD_TIME);
  }

  @Test
  void aTimestampOfAnAttestationIsOverItsEnvelope() {
    SignatureDocument.Layer layer =
        RELEASE.attestationLayer(IMAGE, "https://slsa.dev/provenance/v1", Map.of());
    Signer signer = Forgery.logged(TransparencyLog.NOT_REQUIRED, ROOT);
    assertThat(proven(SIGSTORE.stamped(layer, layer.payload().toArray(), SIGNED), signer).times())
        .containsExactly(SIGNED);
    rejected(SIGSTORE.stamped(layer, new byte[] {1}, SIGNED), signer, Reason.BAD_LOG_ENTRY);
  }
}
