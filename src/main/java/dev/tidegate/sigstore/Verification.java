package dev.tidegate.sigstore;

import dev.tidegate.evidence.SignatureProofs.Kind;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.VerificationKey;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Verifies one document for one signer, in the order in which a person would want to know. */
final class Verification {
  /** How far a log's clock may be ahead of ours. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final Signer signer;
  private final Digest image;
  private final Instant now;

  Verification(Signer signer, Digest image, Instant now) {
    this.signer = signer;
    this.image = image;
    this.now = now;
  }

  /**
   * What a document that counts says.
   *
   * @param statement what an attestation states; empty for a signature
   */
  record Verified(
      Kind kind,
      String signer,
      Map<String, String> annotations,
      Optional<Statement> statement,
      Optional<String> log,
      List<Instant> times) {}

  Verified verify(Signed signed) throws Refused {
    VerificationKey key = key(signed);
    signature(signed, key);
    Content content = content(signed);
    Optional<Roots> roots = trust().map(TrustRoots::parsed);
    if (roots.isEmpty() && log() == TransparencyLog.REQUIRED) {
      throw new Refused(
          Reason.NOT_LOGGED, "no trusted root is configured, so no log entry can be verified");
    }
    Witnesses witnesses =
        roots.isPresent()
            ? Witnesses.of(signed, new EntryBody(signed, key, image), roots.get(), leastLogs())
            : Witnesses.NONE;
    for (Instant time : witnesses.times()) {
      if (time.isAfter(now.plus(SKEW))) {
        throw new Refused(
            Reason.BAD_TIME, "it claims to be of " + time + ", which is in the future");
      }
    }
    if (signer instanceof Signer.ByIdentity byIdentity) {
      new CertificateCheck(roots.orElseThrow(), signed.certificate().orElseThrow())
          .verify(witnesses.times(), byIdentity.certificateLog());
      witnesses.mustBeOfClocks(byIdentity.leastClocks());
    }
    return new Verified(
        content.kind(),
        name(signed, key),
        content.annotations(),
        content.statement(),
        witnesses.log(),
        witnesses.times());
  }

  private Optional<dev.tidegate.evidence.TrustRoot> trust() {
    return switch (signer) {
      case Signer.ByKey byKey -> byKey.trust();
      case Signer.ByIdentity byIdentity -> Optional.of(byIdentity.trust());
    };
  }

  private TransparencyLog log() {
    return switch (signer) {
      case Signer.ByKey byKey -> byKey.log();
      case Signer.ByIdentity byIdentity -> byIdentity.log();
    };
  }

  private int leastLogs() {
    if (log() != TransparencyLog.REQUIRED) {
      return 0;
    }
    return switch (signer) {
      case Signer.ByKey byKey -> byKey.leastLogs();
      case Signer.ByIdentity byIdentity -> byIdentity.leastLogs();
    };
  }

  private String name(Signed signed, VerificationKey key) throws Refused {
    return switch (signer) {
      case Signer.ByKey byKey -> key.id();
      case Signer.ByIdentity byIdentity ->
          Identity.of(signed.certificate().orElseThrow()).toString();
    };
  }

  /** The key to verify with: the policy's, or that of a certificate over the wanted identity. */
  private VerificationKey key(Signed signed) throws Refused {
    return switch (signer) {
      case Signer.ByKey(VerificationKey key, var log, var trust, var leastLogs) -> {
        if (signed.certificate().isPresent() && !keyOf(signed.certificate().get()).equals(key)) {
          throw new Refused(
              Reason.OTHER_SIGNER, "it came with a certificate of another key than " + key.id());
        }
        yield key;
      }
      case Signer.ByIdentity wanted -> {
        X509Certificate certificate =
            signed
                .certificate()
                .orElseThrow(() ->
                    new Refused(
                        Reason.OTHER_SIGNER,
                        "it is signed with a key, not by an identity with a certificate"));
        Identity.of(certificate).mustBe(wanted, certificate);
        yield keyOf(certificate);
      }
    };
  }

  private static VerificationKey keyOf(X509Certificate certificate) throws Refused {
    try {
      return VerificationKey.of(certificate.getPublicKey());
    } catch (BadValue unusable) {
      throw new Refused(Reason.BAD_CERTIFICATE, "in its certificate " + unusable.problem());
    }
  }

  private void signature(Signed signed, VerificationKey key) throws Refused {
    boolean good =
        switch (signed.content()) {
          case Signed.Payload payload ->
              PublicKeys.verifies(key, payload.bytes(), signed.signature());
          case Signed.Dsse dsse ->
              PublicKeys.verifies(key, dsse.envelope().signedBytes(), signed.signature());
          case Signed.Artifact artifact -> overArtifact(artifact, key, signed.signature());
        };
    if (good) {
      return;
    }
    if (claims(signed, key)) {
      throw new Refused(
          Reason.BAD_SIGNATURE,
          "it says that it is by the right key, but the signature does not fit: it was changed"
              + " after signing");
    }
    throw new Refused(
        Reason.OTHER_SIGNER,
        "it is not by the key " + key.id() + ", or it was changed after signing");
  }

  private boolean overArtifact(Signed.Artifact artifact, VerificationKey key, Bytes signature)
      throws Refused {
    if (!image.algorithm().equals("sha256") || !PublicKeys.canUseDigest(key.kind())) {
      throw Refused.malformed(
          "it is signed over the image's bytes with "
              + key.kind()
              + ", which cannot be verified by the image's digest; sign it with cosign sign");
    }
    if (artifact.claimed().isPresent() && !artifact.claimed().get().equals(Hashes.of(image))) {
      throw new Refused(
          Reason.OTHER_IMAGE,
          "it is about something else, sha256:"
              + HexFormat.of().formatHex(artifact.claimed().get().toArray()));
    }
    return PublicKeys.verifiesDigest(key, Hashes.of(image), signature);
  }

  /** Whether the document itself says that it is by {@code key}. */
  private static boolean claims(Signed signed, VerificationKey key) {
    if (signed.certificate().isPresent()) {
      return true; // its key is the one that did not verify
    }
    String fingerprint =
        java.util.Base64.getEncoder().encodeToString(Hashes.sha256(key.spki()).toArray());
    return signed.hint().map(fingerprint::equals).orElse(false);
  }

  /** What is signed. */
  private record Content(
      Kind kind, Map<String, String> annotations, Optional<Statement> statement) {}

  private Content content(Signed signed) throws Refused {
    return switch (signed.content()) {
      case Signed.Payload payload ->
          new Content(
              Kind.SIGNATURE,
              SimpleSigning.of(payload.bytes(), image).annotations(),
              Optional.empty());
      case Signed.Artifact artifact -> new Content(Kind.SIGNATURE, Map.of(), Optional.empty());
      case Signed.Dsse dsse -> {
        Statement statement = Statement.of(dsse.envelope(), image);
        yield statement.isSignature()
            ? new Content(Kind.SIGNATURE, statement.annotations(), Optional.empty())
            : new Content(Kind.ATTESTATION, statement.annotations(), Optional.of(statement));
      }
    };
  }
}
