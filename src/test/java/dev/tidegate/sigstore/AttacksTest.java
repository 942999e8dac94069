package dev.tidegate.sigstore;

import static dev.tidegate.sigstore.Forgery.IMAGE;
import static dev.tidegate.sigstore.Forgery.NOW;
import static dev.tidegate.sigstore.Forgery.OTHER;
import static dev.tidegate.sigstore.Forgery.RELEASE;
import static dev.tidegate.sigstore.Forgery.ROOT;
import static dev.tidegate.sigstore.Forgery.SIGNED;
import static dev.tidegate.sigstore.Forgery.SIGSTORE;
import static dev.tidegate.sigstore.Forgery.STRANGER;
import static dev.tidegate.sigstore.Forgery.identity;
import static dev.tidegate.sigstore.Forgery.key;
import static dev.tidegate.sigstore.Forgery.keyless;
import static dev.tidegate.sigstore.Forgery.logged;
import static dev.tidegate.sigstore.Forgery.loggedBundle;
import static dev.tidegate.sigstore.Forgery.proofs;
import static dev.tidegate.sigstore.Forgery.proven;
import static dev.tidegate.sigstore.Forgery.rejected;
import static dev.tidegate.sigstore.Forgery.request;
import static dev.tidegate.sigstore.Forgery.signature;
import static dev.tidegate.sigstore.Forgery.spoil;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.evidence.Predicate;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.SignatureProofs.Kind;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.Bytes;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.TestSigstore;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures by keys: good ones and forged ones. */
class AttacksTest {
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
  void T20_aSignatureOfAnotherImageSaysOfWhich() {
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
  void T15_aPayloadThatCannotBeReadIsNeverASignature(String payload) {
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
  void T15_aPayloadWithTwoMeaningsIsNeverASignature() {
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
  void T14_anAttestationIsNoSignature() {
    for (SignatureDocument document :
        List.of(
            RELEASE.attestation(
                IMAGE,
                "https://slsa.dev/provenance/v1",
                Map.of(
                    "buildDefinition",
                    Map.of(),
                    "runDetails",
                    Map.of("builder", Map.of("id", "Jörg")))),
            RELEASE.attestationLayer(
                IMAGE,
                "https://slsa.dev/provenance/v1",
                Map.of(
                    "buildDefinition",
                    Map.of(),
                    "runDetails",
                    Map.of("builder", Map.of("id", "Jörg")))))) {
      Proven proven = proven(document, key(RELEASE));
      assertThat(proven.kind()).isEqualTo(Kind.ATTESTATION);
      assertThat(proven.predicateType()).contains("https://slsa.dev/provenance/v1");
      assertThat(proven.predicate())
          .contains(
              new Predicate.Provenance(
                  Optional.of("Jörg"), Optional.empty(), Optional.empty(), Optional.empty()));
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
  void T16_aGenuineLogEntryOfAnotherArtifactDoesNotCount() {
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
}
