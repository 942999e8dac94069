package dev.tidegate.sigstore;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.evidence.VerificationKey;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.testkit.FuzzTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A bundle that the real cosign has made of a stored image, and by whom. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record RealBundle(byte[] json, PinnedImage image, Signer signer) {
  private static final String IMAGES = "signed-images/";
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));

  static final TrustRoot ROOT =
      TrustRoots.read(Bytes.copyOf(FuzzTarget.resource(IMAGES + "trusted_root.json")));

  /** Signed by the identity of a person; in a log of the first version, with promise and proof. */
  public static RealBundle keyless() {
    return of(
        "v3-keyless-rekor1",
        "ed52e1ba75049d6db4bcc98fc314d60e035c2e7d0078f3c6eb62c30d590ef3c1",
        identity(
            IdentityPattern.exactly("https://accounts.tidepool.test"),
            IdentityPattern.exactly("release@tidepool.test")));
  }

  /** Signed by the identity of a workflow; in a log of the second version, with a timestamp. */
  public static RealBundle stamped() {
    return of(
        "v3-keyless-rekor2",
        "017096eab0215783ea0a7f902e6577c09ff55a6680a69ef1887a9614ccb74964",
        identity(
            IdentityPattern.exactly("https://token.actions.githubusercontent.com"),
            IdentityPattern.matching("^https://github\\.com/tidepool-lab/shop/.*$")));
  }

  /** Signed with a key; in a log of the first version. */
  public static RealBundle byKey() {
    return of(
        "v3-key-rekor1",
        "39e4ff643b739803ceb389bfa7a7bad0b0655282b7e81fdfec2e9d23ac2ae123",
        new Signer.ByKey(key("release"), TransparencyLog.REQUIRED, Optional.of(ROOT)));
  }

  /** A statement about vulnerabilities, signed with a key and in no log. */
  static RealBundle attestation() {
    return of(
        "v3-attest-vuln",
        "22f3f3c6782416573264f7d8a2924cec134bd79156f35ad1d20c911d5b37c115",
        new Signer.ByKey(key("release"), TransparencyLog.NOT_REQUIRED, Optional.empty()));
  }

  static VerificationKey key(String name) {
    return VerificationKey.parse(
        new String(FuzzTarget.resource(IMAGES + "keys/" + name + ".pub"), StandardCharsets.UTF_8));
  }

  private static Signer identity(IdentityPattern issuer, IdentityPattern subject) {
    return new Signer.ByIdentity(issuer, subject, Map.of(), TransparencyLog.REQUIRED, ROOT, true);
  }

  private static RealBundle of(String repository, String hex, Signer signer) {
    return new RealBundle(
        bundle(repository),
        new PinnedImage(
            new Repository("registry.tidepool.test", "tidepool/" + repository),
            new Digest("sha256", hex)),
        signer);
  }

  /** The one blob of {@code repository} that is a bundle. */
  private static byte[] bundle(String repository) {
    Path blobs =
        Path.of(
            System.getProperty("tidegate.basedir", "."),
            "src/test/resources",
            IMAGES,
            "v2-data/tidepool",
            repository,
            "blobs");
    try (Stream<Path> files = Files.list(blobs)) {
      for (Path file : files.sorted().toList()) {
        byte[] content = Files.readAllBytes(file);
        if (new String(content, StandardCharsets.ISO_8859_1).contains("verificationMaterial")) {
          return content;
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    throw new IllegalStateException("no bundle of " + repository);
  }

  /** The bundle as a tree, to be changed. */
  ObjectNode tree() {
    try {
      return (ObjectNode) new ObjectMapper().readTree(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** What {@code changed} proves in place of this bundle. */
  SignatureProofs proofs(byte[] changed) {
    return proofs(changed, signer);
  }

  /** What {@code changed} proves of {@code of}. */
  SignatureProofs proofs(byte[] changed, Signer of) {
    return new ProofsDerivation(CLOCK)
        .derive(
            new EvidenceKey.Proofs(
                new SignatureDocuments(
                    image,
                    List.of(new SignatureDocument.Bundle("referrer", Bytes.copyOf(changed))),
                    List.of()),
                of));
  }

  /** What the bundle itself proves. */
  Proven genuine() {
    SignatureProofs proofs = proofs(json);
    if (proofs.proven().size() != 1) {
      throw new IllegalStateException("the stored bundle does not verify: " + proofs.rejected());
    }
    return proofs.proven().getFirst();
  }
}
