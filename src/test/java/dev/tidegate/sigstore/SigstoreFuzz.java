package dev.tidegate.sigstore;

import static dev.tidegate.testkit.FuzzTarget.must;
import static dev.tidegate.testkit.FuzzTarget.same;
import static dev.tidegate.testkit.FuzzTarget.utf8;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.VerificationKey;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.FuzzTarget;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fuzzes what is beside images. Whatever the bytes are, they prove at most what the genuine ones
 * prove that they were made from, and nothing of a signer who has signed none of them.
 */
public final class SigstoreFuzz {
  private static final Digest IMAGE = new Digest("sha256", "a".repeat(64));
  private static final Signer STRANGER =
      new Signer.ByKey(RealBundle.key("stranger"), TransparencyLog.NOT_REQUIRED, Optional.empty());
  private static final Signer ANYBODY_ELSE =
      new Signer.ByIdentity(
          IdentityPattern.exactly("https://accounts.tidepool.test"),
          IdentityPattern.exactly("root@tidepool.test"),
          Map.of(),
          TransparencyLog.REQUIRED,
          RealBundle.ROOT,
          true);
  private static final RealBundle KEYLESS = RealBundle.keyless();
  private static final RealBundle STAMPED = RealBundle.stamped();
  private static final RealBundle BY_KEY = RealBundle.byKey();
  private static final RealBundle ATTESTATION = RealBundle.attestation();
  private static final String CHECKPOINT =
      KEYLESS
          .tree()
          .at("/verificationMaterial/tlogEntries/0/inclusionProof/checkpoint/envelope")
          .asText();
  private static final byte[] TIMESTAMP =
      Base64.getDecoder()
          .decode(
              STAMPED
                  .tree()
                  .at(
                      "/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0"
                          + "/signedTimestamp")
                  .asText());
  private static final byte[] BODY =
      Base64.getDecoder()
          .decode(
              KEYLESS.tree().at("/verificationMaterial/tlogEntries/0/canonicalizedBody").asText());
  private static final byte[] CERTIFICATE =
      Base64.getDecoder()
          .decode(KEYLESS.tree().at("/verificationMaterial/certificate/rawBytes").asText());

  private SigstoreFuzz() {}

  /** The targets. */
  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of(
            "simple-signing",
            List.of(
                CosignSigner.payload(IMAGE, Map.of("env", "prod")),
                CosignSigner.payload(IMAGE, Map.of())),
            SigstoreFuzz::simpleSigning),
        FuzzTarget.of(
            "bundle",
            List.of(KEYLESS.json(), STAMPED.json(), BY_KEY.json(), ATTESTATION.json()),
            SigstoreFuzz::bundle),
        FuzzTarget.of("log-annotation", List.of(utf8(LAYER_LOG)), SigstoreFuzz::logAnnotation),
        FuzzTarget.of("certificate", List.of(CERTIFICATE, utf8(PEM)), SigstoreFuzz::certificate),
        FuzzTarget.of(
            "statement",
            List.of(
                FuzzTarget.utf8(statement(CosignSigner.SIGN)),
                FuzzTarget.utf8(statement("https://slsa.dev/provenance/v1"))),
            SigstoreFuzz::statement),
        FuzzTarget.of(
            "trusted-root",
            List.of(FuzzTarget.resource("signed-images/trusted_root.json")),
            SigstoreFuzz::trustedRoot),
        FuzzTarget.of("timestamp", List.of(TIMESTAMP), SigstoreFuzz::timestamp),
        FuzzTarget.of("checkpoint", List.of(utf8(CHECKPOINT)), SigstoreFuzz::checkpoint),
        FuzzTarget.of("log-body", List.of(BODY), SigstoreFuzz::logBody),
        FuzzTarget.of(
            "public-key",
            List.of(
                FuzzTarget.resource("signed-images/keys/release.pub"),
                FuzzTarget.resource("signed-images/keys/rsa2048.pub"),
                FuzzTarget.resource("signed-images/keys/ed25519.pub")),
            SigstoreFuzz::publicKey));
  }

  private static final String LAYER_LOG =
      "{\"SignedEntryTimestamp\":\"AAAA\",\"Payload\":{\"body\":\"AAAA\",\"integratedTime\":1,"
          + "\"logIndex\":1,\"logID\":\"00ff\"}}";
  private static final String PEM =
      "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder().encodeToString(CERTIFICATE)
          + "\n-----END CERTIFICATE-----\n";

  private static String statement(String type) {
    return "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"x\",\"digest\":"
        + "{\"sha256\":\""
        + IMAGE.hex()
        + "\"},\"annotations\":{\"env\":\"prod\"}}],\"predicateType\":\""
        + type
        + "\",\"predicate\":{\"a\":[1,2.5,null,true]}}";
  }

  private static void refused(Refused why) {
    must(!why.why().isBlank(), "no reason");
  }

  private static void simpleSigning(byte[] data) {
    try {
      SimpleSigning.of(Bytes.copyOf(data), IMAGE);
      must(new String(data, UTF_8).contains("docker-manifest-digest"), "it names no image");
    } catch (Refused why) {
      refused(why);
    }
  }

  private static void bundle(byte[] data) {
    try {
      Signed read = BundleReader.read(Bytes.copyOf(data));
      must(read.entries().size() <= 16 && read.timestamps().size() <= 16, "too much in it");
    } catch (Refused why) {
      refused(why);
    }
    for (RealBundle real : List.of(KEYLESS, STAMPED, BY_KEY, ATTESTATION)) {
      atMost(real, real.proofs(data));
      nothing(real.proofs(data, STRANGER));
      nothing(real.proofs(data, ANYBODY_ELSE));
    }
  }

  private static void nothing(SignatureProofs proofs) {
    same(List.of(), proofs.proven(), "proven of somebody who has signed nothing");
    must(proofs.rejected().size() == 1, "neither proven nor rejected");
    defect(proofs);
  }

  /** What libraries throw that nobody foresaw is caught, and should not be needed. */
  private static void defect(SignatureProofs proofs) {
    for (SignatureProofs.Rejected one : proofs.rejected()) {
      must(!one.why().isBlank(), "no reason");
    }
  }

  /** What is proven is what the genuine bundle proves; it may have lost a time. */
  private static void atMost(RealBundle real, SignatureProofs proofs) {
    same(1, proofs.proven().size() + proofs.rejected().size(), "documents");
    defect(proofs);
    if (proofs.proven().isEmpty()) {
      return;
    }
    Proven genuine = real.genuine();
    Proven proven = proofs.proven().getFirst();
    same(genuine.kind(), proven.kind(), "kind");
    same(genuine.signer(), proven.signer(), "signer");
    same(genuine.annotations(), proven.annotations(), "annotations");
    same(genuine.predicateType(), proven.predicateType(), "predicate type");
    same(genuine.predicate(), proven.predicate(), "predicate");
    must(genuine.times().containsAll(proven.times()), "another time: " + proven.times());
  }

  private static void certificate(byte[] data) throws Refused {
    try {
      X509Certificate read =
          Certificates.isCertificate(new String(data, ISO_8859_1))
              ? Certificates.fromPem(new String(data, ISO_8859_1))
              : Certificates.fromDer(Bytes.copyOf(data));
      same(read, Certificates.fromDer(Certificates.der(read)), "printed and read");
      Identity identity = Identity.of(read);
      must(!identity.toString().isBlank(), "an identity that is nobody");
    } catch (Refused why) {
      refused(why);
    }
    ObjectNode changed = KEYLESS.tree();
    ((ObjectNode) changed.at("/verificationMaterial/certificate"))
        .put("rawBytes", Base64.getEncoder().encodeToString(data));
    changed(KEYLESS, changed);
  }

  private static void changed(RealBundle real, ObjectNode changed) {
    byte[] json = utf8(changed.toString());
    atMost(real, real.proofs(json));
    nothing(real.proofs(json, STRANGER));
    nothing(real.proofs(json, ANYBODY_ELSE));
  }

  private static void statement(byte[] data) {
    try {
      Statement read =
          Statement.of(new Envelope(Statement.MEDIA_TYPE, Bytes.copyOf(data), Bytes.EMPTY), IMAGE);
      must(!read.predicateType().isEmpty(), "of no type");
      must(new String(data, UTF_8).contains(IMAGE.hex()), "the image is not in it");
    } catch (Refused why) {
      refused(why);
    }
  }

  private static void trustedRoot(byte[] data) {
    try {
      Roots roots = Roots.parse(Bytes.copyOf(data));
      must(
          !roots.logs().isEmpty()
              || !roots.authorities().isEmpty()
              || roots.timestamps().isPresent(),
          "a root that trusts nothing");
    } catch (BadValue none) {
      must(!none.problem().isBlank() && !none.fix().isBlank(), "no reason");
    }
  }

  private static void timestamp(byte[] data) {
    ObjectNode changed = STAMPED.tree();
    ((ObjectNode) changed.at("/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0"))
        .put("signedTimestamp", Base64.getEncoder().encodeToString(data));
    changed(STAMPED, changed);
  }

  private static void checkpoint(byte[] data) {
    String text = new String(data, UTF_8);
    ObjectNode changed = KEYLESS.tree();
    ((ObjectNode) changed.at("/verificationMaterial/tlogEntries/0/inclusionProof/checkpoint"))
        .put("envelope", text);
    changed(KEYLESS, changed);
    if (!KEYLESS.proofs(utf8(changed.toString())).proven().isEmpty()) {
      String note = CHECKPOINT.substring(0, CHECKPOINT.indexOf("\n\n"));
      must(text.startsWith(note), "a checkpoint counts that the log has not signed");
    }
  }

  private static void logBody(byte[] data) {
    ObjectNode changed = KEYLESS.tree();
    ((ObjectNode) changed.at("/verificationMaterial/tlogEntries/0"))
        .put("canonicalizedBody", Base64.getEncoder().encodeToString(data));
    changed(KEYLESS, changed);
    SignatureProofs proofs = KEYLESS.proofs(utf8(changed.toString()));
    must(
        proofs.proven().isEmpty() || java.util.Arrays.equals(data, BODY),
        "an entry counts that the log does not have");
    try {
      Signed signed = BundleReader.read(Bytes.copyOf(KEYLESS.json()));
      new EntryBody(
              signed,
              VerificationKey.of(signed.certificate().orElseThrow().getPublicKey()),
              KEYLESS.image().digest())
          .mustBe(Bytes.copyOf(data));
    } catch (Refused why) {
      refused(why);
    }
  }

  private static void logAnnotation(byte[] data) {
    try {
      Signed read =
          LayerReader.read(
              new SignatureDocument.Layer(
                  "layer",
                  SignatureDocument.Kind.SIGNATURE,
                  CosignSigner.SIMPLE_SIGNING,
                  Bytes.EMPTY,
                  Map.of(
                      CosignSigner.SIGNATURE,
                      "AAAA",
                      "dev.sigstore.cosign/bundle",
                      new String(data, UTF_8))));
      must(read.entries().size() <= 1, "more entries than there can be");
      for (LogEntry entry : read.entries()) {
        new LogCheck(TrustRoots.parsed(RealBundle.ROOT)).verify(entry);
      }
    } catch (Refused why) {
      refused(why);
    }
  }

  private static void publicKey(byte[] data) {
    try {
      VerificationKey key = VerificationKey.parse(new String(data, UTF_8));
      same(key, VerificationKey.of(key.publicKey()), "read again");
      must(!key.id().isBlank(), "a key without a name");
    } catch (BadValue none) {
      must(!none.problem().isBlank() && !none.fix().isBlank(), "no reason");
    }
  }
}
