package dev.tidegate.sigstore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.FulcioClaim;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.SignatureProofs.Rejected;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.TestSigstore;
import dev.tidegate.testkit.TestSigstore.Request;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Good and forged signatures of a Sigstore of our own, for tests. */
final class Forgery {
  static final Digest IMAGE = new Digest("sha256", "a".repeat(64));
  static final Digest OTHER = new Digest("sha256", "b".repeat(64));
  static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  static final Instant SIGNED = Instant.parse("2026-11-20T09:00:00Z");
  static final String ISSUER = "https://token.actions.githubusercontent.com";
  static final String SUBJECT =
      "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1";

  static final TestSigstore SIGSTORE = new TestSigstore();
  static final TrustRoot ROOT = TrustRoots.read(SIGSTORE.trustedRoot());
  static final CosignSigner RELEASE = CosignSigner.create();
  static final CosignSigner STRANGER = CosignSigner.create();

  private Forgery() {}

  static Bytes spoil(byte[] bytes, Random random) {
    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
    return Bytes.copyOf(bytes);
  }

  static Request request() {
    return Request.of(RELEASE.keys().getPublic(), ISSUER, SUBJECT, SIGNED);
  }

  static Signer identity() {
    return identity(IdentityPattern.exactly(ISSUER), IdentityPattern.exactly(SUBJECT));
  }

  static Signer identity(IdentityPattern issuer, IdentityPattern subject) {
    return new Signer.ByIdentity(issuer, subject, Map.of(), TransparencyLog.REQUIRED, ROOT, true);
  }

  static Signer identity(Map<FulcioClaim, IdentityPattern> claims) {
    return new Signer.ByIdentity(
        IdentityPattern.exactly(ISSUER),
        IdentityPattern.exactly(SUBJECT),
        claims,
        TransparencyLog.REQUIRED,
        ROOT,
        true);
  }

  static Signer key(CosignSigner signer) {
    return new Signer.ByKey(signer.key(), TransparencyLog.NOT_REQUIRED, Optional.empty());
  }

  static Signer logged(TransparencyLog log, TrustRoot root) {
    return new Signer.ByKey(RELEASE.key(), log, Optional.of(root));
  }

  static SignatureDocument.Layer logged(Instant at) {
    SignatureDocument.Layer layer = RELEASE.layer(IMAGE, Map.of());
    return SIGSTORE.logged(
        layer,
        TestSigstore.hashedRekord(layer.payload().toArray(), signature(layer), RELEASE.pem()),
        at);
  }

  static SignatureDocument.Bundle loggedBundle(Instant at) {
    Map<String, Object> envelope =
        RELEASE.envelope(CosignSigner.statement(IMAGE, CosignSigner.SIGN, Map.of(), Map.of()));
    byte[] payload = Base64.getDecoder().decode((String) envelope.get("payload"));
    byte[] signature =
        Base64.getDecoder()
            .decode(
                new ObjectMapper()
                    .<com.fasterxml.jackson.databind.JsonNode>valueToTree(envelope)
                    .at("/signatures/0/sig")
                    .asText());
    Map<String, Object> material = RELEASE.material();
    material.put(
        "tlogEntries",
        List.of(SIGSTORE.entry(TestSigstore.dsse(payload, signature, RELEASE.pem()), at)));
    return CosignSigner.bundle(envelope, material);
  }

  static SignatureDocument.Layer keyless(Request request, Instant at) {
    return keyless(SIGSTORE.issue(request), at);
  }

  static SignatureDocument.Layer keyless(X509Certificate certificate, Instant at) {
    return SIGSTORE.keyless(RELEASE.layer(IMAGE, Map.of()), certificate, at);
  }

  static SignatureDocument.Layer certified(
      SignatureDocument.Layer layer, X509Certificate certificate) {
    return TestSigstore.certified(layer, certificate);
  }

  static byte[] signature(SignatureDocument.Layer layer) {
    return Base64.getDecoder().decode(layer.annotations().get(CosignSigner.SIGNATURE));
  }

  static SignatureProofs proofs(SignatureDocument document, Signer signer) {
    PinnedImage image = new PinnedImage(new Repository("registry.example.com", "app"), IMAGE);
    return new ProofsDerivation(InstantSource.fixed(NOW))
        .derive(
            new EvidenceKey.Proofs(
                new SignatureDocuments(image, List.of(document), List.of()), signer));
  }

  static Proven proven(SignatureDocument document, Signer signer) {
    SignatureProofs proofs = proofs(document, signer);
    assertThat(proofs.rejected()).isEmpty();
    return proofs.proven().getFirst();
  }

  static String rejected(SignatureDocument document, Signer signer, Reason reason) {
    SignatureProofs proofs = proofs(document, signer);
    assertThat(proofs.proven()).isEmpty();
    Rejected one = proofs.rejected().getFirst();
    assertThat(one.reason()).as(one.why()).isEqualTo(reason);
    return one.why();
  }
}
