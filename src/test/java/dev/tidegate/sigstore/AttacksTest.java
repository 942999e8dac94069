package dev.tidegate.sigstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.SignatureProofs.Kind;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.SignatureProofs.Rejected;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.TestSigstore;
import dev.tidegate.testkit.TestSigstore.Request;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures of a Sigstore of our own, good ones and forged ones. */
class AttacksTest {
  private static final Digest IMAGE = new Digest("sha256", "a".repeat(64));
  private static final Digest OTHER = new Digest("sha256", "b".repeat(64));
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Instant SIGNED = Instant.parse("2026-11-20T09:00:00Z");
  private static final String ISSUER = "https://token.actions.githubusercontent.com";
  private static final String SUBJECT =
      "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1";

  private static final TestSigstore SIGSTORE = new TestSigstore();
  private static final TrustRoot ROOT = TrustRoots.read(SIGSTORE.trustedRoot());
  private static final CosignSigner RELEASE = CosignSigner.create();
  private static final CosignSigner STRANGER = CosignSigner.create();

  @ParameterizedTest
  @CsvSource({
    "EC secp256r1, SHA256withECDSA",
    "EC secp384r1, SHA384withECDSA",
    "EC secp521r1, SHA512withECDSA",
    "RSA, SHA256withRSA",
    "Ed25519, Ed25519"
  })
  void everyKindOfKeySignsBothFormats(String kind, String algorithm) {
    CosignSigner signer =
        kind.startsWith("EC ")
            ? CosignSigner.ecdsa(kind.substring(3), algorithm)
            : CosignSigner.of(kind, algorithm);
    for (SignatureDocument document :
        List.of(
            signer.layer(IMAGE, Map.of("env", "prod")),
            signer.bundle(IMAGE, Map.of("env", "prod")))) {
      Proven proven = proven(document, key(signer));
      assertThat(proven.kind()).isEqualTo(Kind.SIGNATURE);
      assertThat(proven.signer()).isEqualTo(signer.key().id());
      assertThat(proven.annotations()).containsExactly(Map.entry("env", "prod"));
      assertThat(proven.predicateType()).isEmpty();
      assertThat(proven.log()).isEmpty();
      assertThat(proven.times()).isEmpty();
      rejected(document, key(RELEASE), Reason.OTHER_SIGNER);
    }
  }

  @Test
  void aDigestOfTheWrongLengthForTheCurveDoesNotCount() {
    rejected(
        CosignSigner.ecdsa("secp384r1", "SHA256withECDSA").layer(IMAGE, Map.of()),
        key(CosignSigner.ecdsa("secp384r1", "SHA384withECDSA")),
        Reason.OTHER_SIGNER);
  }

  @Test
  void aSignatureOfAnotherImageSaysOfWhich() {
    assertThat(rejected(RELEASE.layer(OTHER, Map.of()), key(RELEASE), Reason.OTHER_IMAGE))
        .isEqualTo("it is about another image, " + OTHER);
    assertThat(rejected(RELEASE.bundle(OTHER, Map.of()), key(RELEASE), Reason.OTHER_IMAGE))
        .isEqualTo("it is about another image, " + OTHER);
  }

  @Test
  void aBundleThatWasChangedIsKnownByItsHint() {
    Map<String, Object> envelope =
        RELEASE.envelope(CosignSigner.statement(IMAGE, CosignSigner.SIGN, Map.of(), Map.of()));
    Map<String, Object> forged =
        RELEASE.envelope(CosignSigner.statement(OTHER, CosignSigner.SIGN, Map.of(), Map.of()));
    envelope.put("signatures", forged.get("signatures"));
    rejected(CosignSigner.bundle(envelope, RELEASE.material()), key(RELEASE), Reason.BAD_SIGNATURE);
    rejected(CosignSigner.bundle(envelope, STRANGER.material()), key(RELEASE), Reason.OTHER_SIGNER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "null", "[]", "{}", "{\"critical\":{}}", "garbage", "\u0000"})
  void t15_aPayloadThatCannotBeReadIsNeverASignature(String payload) {
    rejected(
        RELEASE.layer(payload.getBytes(StandardCharsets.UTF_8)), key(RELEASE), Reason.MALFORMED);
    if (!payload.isEmpty()) {
      rejected(
          CosignSigner.bundle(
              RELEASE.envelope(
                  "application/vnd.in-toto+json", payload.getBytes(StandardCharsets.UTF_8)),
              RELEASE.material()),
          key(RELEASE),
          Reason.MALFORMED);
    }
  }

  @Test
  void t15_aPayloadWithTwoMeaningsIsNeverASignature() {
    String payload = new String(CosignSigner.payload(IMAGE, Map.of()), StandardCharsets.UTF_8);
    String twice =
        payload.replace(
            "\"image\":", "\"image\":{\"docker-manifest-digest\":\"" + OTHER + "\"},\"image\":");
    for (String bad : List.of(twice, payload + "{}", payload + " x", payload.replace("}", "},"))) {
      rejected(RELEASE.layer(bad.getBytes(StandardCharsets.UTF_8)), key(RELEASE), Reason.MALFORMED);
    }
  }

  @Test
  void aPayloadOfAnotherTypeIsNoSignature() {
    String payload = new String(CosignSigner.payload(IMAGE, Map.of()), StandardCharsets.UTF_8);
    rejected(
        RELEASE.layer(
            payload
                .replace("cosign container", "atomic container")
                .getBytes(StandardCharsets.UTF_8)),
        key(RELEASE),
        Reason.OTHER_KIND);
  }

  @Test
  void anAttestationIsNoSignature() {
    for (SignatureDocument document :
        List.of(
            RELEASE.attestation(IMAGE, "https://slsa.dev/provenance/v1", Map.of("who", "Jörg")),
            RELEASE.attestationLayer(
                IMAGE, "https://slsa.dev/provenance/v1", Map.of("who", "Jörg")))) {
      Proven proven = proven(document, key(RELEASE));
      assertThat(proven.kind()).isEqualTo(Kind.ATTESTATION);
      assertThat(proven.predicateType()).contains("https://slsa.dev/provenance/v1");
      assertThat(new String(proven.predicate().orElseThrow().toArray(), StandardCharsets.UTF_8))
          .isEqualTo("{\"who\":\"Jörg\"}");
    }
  }

  @Test
  void statementsOfUnknownTypesDoNotCount() {
    Map<String, Object> statement =
        CosignSigner.statement(IMAGE, CosignSigner.SIGN, Map.of(), Map.of());
    statement.put("_type", "https://in-toto.io/Statement/v9");
    rejected(
        CosignSigner.bundle(RELEASE.envelope(statement), RELEASE.material()),
        key(RELEASE),
        Reason.OTHER_KIND);
    rejected(
        CosignSigner.bundle(
            RELEASE.envelope("text/plain", "x".getBytes(StandardCharsets.UTF_8)),
            RELEASE.material()),
        key(RELEASE),
        Reason.OTHER_KIND);
  }

  @Test
  void aLoggedSignatureHasATrustedTime() {
    for (SignatureDocument document : List.of(logged(SIGNED), loggedBundle(SIGNED))) {
      Proven proven = proven(document, logged(TransparencyLog.REQUIRED, ROOT));
      assertThat(proven.times()).containsExactly(SIGNED);
      assertThat(proven.log()).contains("https://rekor.example.com entry 7");
    }
  }

  @Test
  void whereALogIsRequiredNothingElseCounts() {
    Signer required = logged(TransparencyLog.REQUIRED, ROOT);
    rejected(RELEASE.layer(IMAGE, Map.of()), required, Reason.NOT_LOGGED);
    rejected(RELEASE.bundle(IMAGE, Map.of()), required, Reason.NOT_LOGGED);
    TrustRoot other = TrustRoots.read(new TestSigstore().trustedRoot());
    rejected(logged(SIGNED), logged(TransparencyLog.REQUIRED, other), Reason.NOT_LOGGED);
    assertThat(proven(logged(SIGNED), logged(TransparencyLog.NOT_REQUIRED, other)).times())
        .isEmpty();
    rejected(
        logged(SIGNED),
        new Signer.ByKey(RELEASE.key(), TransparencyLog.REQUIRED, Optional.empty()),
        Reason.NOT_LOGGED);
  }

  @Test
  void t16_aGenuineLogEntryOfAnotherArtifactDoesNotCount() {
    SignatureDocument.Layer other = RELEASE.layer(OTHER, Map.of());
    SignatureDocument.Layer layer = RELEASE.layer(IMAGE, Map.of());
    byte[] signature = signature(layer);
    byte[] payload = layer.payload().toArray();
    List<byte[]> bodies =
        List.of(
            TestSigstore.hashedRekord(other.payload().toArray(), signature(other), RELEASE.pem()),
            TestSigstore.hashedRekord(other.payload().toArray(), signature, RELEASE.pem()),
            TestSigstore.hashedRekord(payload, signature(other), RELEASE.pem()),
            TestSigstore.hashedRekord(payload, signature, STRANGER.pem()),
            TestSigstore.dsse(payload, signature, RELEASE.pem()),
            "{\"kind\":\"rekord\",\"apiVersion\":\"0.0.1\",\"spec\":{}}"
                .getBytes(StandardCharsets.UTF_8),
            "{}".getBytes(StandardCharsets.UTF_8));
    for (byte[] body : bodies) {
      for (TransparencyLog log : TransparencyLog.values()) {
        rejected(SIGSTORE.logged(layer, body, SIGNED), logged(log, ROOT), Reason.BAD_LOG_ENTRY);
      }
    }
  }

  @Test
  void anEntryThatTheLogHasNotSignedDoesNotCount() {
    SignatureDocument.Layer good = logged(SIGNED);
    String annotation = good.annotations().getOrDefault("dev.sigstore.cosign/bundle", "");
    String time = Long.toString(SIGNED.getEpochSecond());
    for (String forged :
        List.of(
            annotation.replace(time, Long.toString(SIGNED.getEpochSecond() - 1)),
            annotation.replace("\"logIndex\":7", "\"logIndex\":8"),
            annotation.replace(time, "0"))) {
      rejected(
          TestSigstore.with(good, "dev.sigstore.cosign/bundle", forged),
          logged(TransparencyLog.NOT_REQUIRED, ROOT),
          Reason.BAD_LOG_ENTRY);
    }
  }

  @Test
  void aLogsKeyCountsWhileItIsValid() {
    TrustRoot ended =
        TrustRoots.read(
            SIGSTORE.trustedRoot(
                "\"start\":\"2026-01-01T00:00:00Z\",\"end\":\"2026-11-01T00:00:00Z\""));
    rejected(logged(SIGNED), logged(TransparencyLog.REQUIRED, ended), Reason.BAD_LOG_ENTRY);
  }

  @Test
  void nothingIsSignedInTheFuture() {
    Signer signer = logged(TransparencyLog.REQUIRED, ROOT);
    rejected(logged(NOW.plusSeconds(301)), signer, Reason.BAD_TIME);
    assertThat(proven(logged(NOW.plusSeconds(300)), signer).times()).hasSize(1);
  }

  @Test
  void bundlesMustProveThatTheirEntryIsInTheLog() throws Exception {
    Signer signer = logged(TransparencyLog.REQUIRED, ROOT);
    var json = new ObjectMapper();
    String good = new String(loggedBundle(SIGNED).json().toArray(), StandardCharsets.UTF_8);
    var entry = "/verificationMaterial/tlogEntries/0";
    for (String field : List.of("rootHash", "treeSize", "logIndex", "checkpoint")) {
      var tree = json.readTree(good);
      var proof =
          (com.fasterxml.jackson.databind.node.ObjectNode) tree.at(entry + "/inclusionProof");
      switch (field) {
        case "rootHash" -> proof.put(field, Base64.getEncoder().encodeToString(new byte[32]));
        case "checkpoint" ->
            proof
                .withObject("/checkpoint")
                .put(
                    "envelope",
                    proof
                        .at("/checkpoint/envelope")
                        .asText()
                        .replace("rekor.example.com ", "other.example.com "));
        default -> proof.put(field, "2");
      }
      rejected(
          new SignatureDocument.Bundle("referrer", Bytes.copyOf(json.writeValueAsBytes(tree))),
          signer,
          Reason.BAD_LOG_ENTRY);
    }
    var without = json.readTree(good);
    ((com.fasterxml.jackson.databind.node.ObjectNode) without.at(entry)).remove("inclusionProof");
    rejected(
        new SignatureDocument.Bundle("referrer", Bytes.copyOf(json.writeValueAsBytes(without))),
        signer,
        Reason.MALFORMED);
  }

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
  void extensionsMustBeRight() {
    String repository = "1.3.6.1.4.1.57264.1.12";
    SignatureDocument document =
        keyless(request().with(repository, "https://github.com/acme/shop"), SIGNED);
    proven(
        document,
        identity(Map.of(repository, IdentityPattern.exactly("https://github.com/acme/shop"))));
    rejected(
        document, identity(Map.of(repository, IdentityPattern.exactly("x"))), Reason.OTHER_SIGNER);
    rejected(
        document,
        identity(Map.of("1.3.6.1.4.1.57264.1.11", IdentityPattern.matching(".*"))),
        Reason.OTHER_SIGNER);
  }

  @Test
  void certificatesMustBeOfTheAuthorityForSigningAndLogged() {
    rejected(keyless(request().unlogged(), SIGNED), identity(), Reason.BAD_CERTIFICATE);
    rejected(
        keyless(request().withPurpose(KeyPurposeId.id_kp_serverAuth), SIGNED),
        identity(),
        Reason.BAD_CERTIFICATE);
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
  void hostileBytesAreRejectedNeverThrown() {
    Random random = new Random(20261126);
    List<SignatureDocument> good =
        List.of(logged(SIGNED), loggedBundle(SIGNED), keyless(request(), SIGNED));
    for (SignatureDocument document : good) {
      for (int i = 0; i < 300; i++) {
        SignatureDocument spoilt =
            switch (document) {
              case SignatureDocument.Bundle bundle ->
                  new SignatureDocument.Bundle("referrer", spoil(bundle.json().toArray(), random));
              case SignatureDocument.Layer layer ->
                  TestSigstore.with(
                      layer,
                      "dev.sigstore.cosign/bundle",
                      new String(
                          spoil(
                                  layer
                                      .annotations()
                                      .getOrDefault("dev.sigstore.cosign/bundle", "")
                                      .getBytes(StandardCharsets.UTF_8),
                                  random)
                              .toArray(),
                          StandardCharsets.ISO_8859_1));
              case SignatureDocument.Broken broken -> broken;
            };
        SignatureProofs proofs =
            proofs(spoilt, i % 2 == 0 ? logged(TransparencyLog.REQUIRED, ROOT) : identity());
        assertThat(proofs.proven().size() + proofs.rejected().size()).isEqualTo(1);
      }
    }
  }

  @Test
  void whatIsBrokenIsToldOf() {
    assertThat(
            rejected(
                new SignatureDocument.Broken("tag .sig", "its manifest is no JSON"),
                key(RELEASE),
                Reason.MALFORMED))
        .isEqualTo("its manifest is no JSON");
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

  private static Bytes spoil(byte[] bytes, Random random) {
    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
    return Bytes.copyOf(bytes);
  }

  private static Request request() {
    return Request.of(RELEASE.keys().getPublic(), ISSUER, SUBJECT, SIGNED);
  }

  private static Signer identity() {
    return identity(IdentityPattern.exactly(ISSUER), IdentityPattern.exactly(SUBJECT));
  }

  private static Signer identity(IdentityPattern issuer, IdentityPattern subject) {
    return new Signer.ByIdentity(issuer, subject, Map.of(), TransparencyLog.REQUIRED, ROOT, true);
  }

  private static Signer identity(Map<String, IdentityPattern> extensions) {
    return new Signer.ByIdentity(
        IdentityPattern.exactly(ISSUER),
        IdentityPattern.exactly(SUBJECT),
        extensions,
        TransparencyLog.REQUIRED,
        ROOT,
        true);
  }

  private static Signer key(CosignSigner signer) {
    return new Signer.ByKey(signer.key(), TransparencyLog.NOT_REQUIRED, Optional.empty());
  }

  private static Signer logged(TransparencyLog log, TrustRoot root) {
    return new Signer.ByKey(RELEASE.key(), log, Optional.of(root));
  }

  private static SignatureDocument.Layer logged(Instant at) {
    SignatureDocument.Layer layer = RELEASE.layer(IMAGE, Map.of());
    return SIGSTORE.logged(
        layer,
        TestSigstore.hashedRekord(layer.payload().toArray(), signature(layer), RELEASE.pem()),
        at);
  }

  private static SignatureDocument.Bundle loggedBundle(Instant at) {
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

  private static SignatureDocument.Layer keyless(Request request, Instant at) {
    return keyless(SIGSTORE.issue(request), at);
  }

  private static SignatureDocument.Layer keyless(X509Certificate certificate, Instant at) {
    SignatureDocument.Layer layer = certified(RELEASE.layer(IMAGE, Map.of()), certificate);
    return SIGSTORE.logged(
        layer,
        TestSigstore.hashedRekord(
            layer.payload().toArray(), signature(layer), TestSigstore.pem(certificate)),
        at);
  }

  private static SignatureDocument.Layer certified(
      SignatureDocument.Layer layer, X509Certificate certificate) {
    return TestSigstore.with(
        layer, "dev.sigstore.cosign/certificate", TestSigstore.pem(certificate));
  }

  private static byte[] signature(SignatureDocument.Layer layer) {
    return Base64.getDecoder().decode(layer.annotations().get(CosignSigner.SIGNATURE));
  }

  private static SignatureProofs proofs(SignatureDocument document, Signer signer) {
    PinnedImage image = new PinnedImage(new Repository("registry.example.com", "app"), IMAGE);
    return new ProofsDerivation(InstantSource.fixed(NOW))
        .derive(
            new EvidenceKey.Proofs(
                new SignatureDocuments(image, List.of(document), List.of()), signer));
  }

  private static Proven proven(SignatureDocument document, Signer signer) {
    SignatureProofs proofs = proofs(document, signer);
    assertThat(proofs.rejected()).isEmpty();
    return proofs.proven().getFirst();
  }

  private static String rejected(SignatureDocument document, Signer signer, Reason reason) {
    SignatureProofs proofs = proofs(document, signer);
    assertThat(proofs.proven()).isEmpty();
    Rejected one = proofs.rejected().getFirst();
    assertThat(one.reason()).as(one.why()).isEqualTo(reason);
    return one.why();
  }
}
