package dev.tidegate.bench;

import dev.sigstore.KeylessVerificationException;
import dev.sigstore.KeylessVerifier;
import dev.sigstore.TrustedRootProvider;
import dev.sigstore.VerificationOptions;
import dev.sigstore.bundle.Bundle;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.sigstore.ProofsDerivation;
import dev.tidegate.sigstore.RealBundle;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.FuzzTarget;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What verifying one signature costs, by key and format, and beside sigstore-java's own verifier on
 * the same bundles.
 */
final class SignatureBench {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final ProofsDerivation VERIFIER = new ProofsDerivation(InstantSource.fixed(NOW));
  private static final PinnedImage IMAGE =
      new PinnedImage(
          new Repository("registry.example.com", "app"), new Digest("sha256", "a".repeat(64)));

  private SignatureBench() {}

  static void run() throws Exception {
    for (Map.Entry<String, CosignSigner> one : signers().entrySet()) {
      Signer signer =
          new Signer.ByKey(one.getValue().key(), TransparencyLog.NOT_REQUIRED, Optional.empty());
      System.out.printf(
          "%s: layer %s; bundle %s%n",
          one.getKey(),
          verifying(one.getValue().layer(IMAGE.digest(), Map.of()), signer),
          verifying(one.getValue().bundle(IMAGE.digest(), Map.of()), signer));
    }
    for (Map.Entry<String, RealBundle> one :
        Map.of(
                "keyless, log of version 1", RealBundle.keyless(),
                "keyless, log of version 2 and timestamp", RealBundle.stamped(),
                "key, log of version 1", RealBundle.byKey())
            .entrySet()) {
      RealBundle bundle = one.getValue();
      SignatureDocument document =
          new SignatureDocument.Bundle("referrer", Bytes.copyOf(bundle.json()));
      Timed ours = Timed.of(() -> proven(bundle.image(), document, bundle.signer()));
      System.out.printf("%s: %s; %s%n", one.getKey(), ours, beside(bundle, ours));
    }
  }

  private static Map<String, CosignSigner> signers() throws GeneralSecurityException {
    Map<String, CosignSigner> signers = new LinkedHashMap<>();
    signers.put("ECDSA P-256", CosignSigner.ecdsa("secp256r1", "SHA256withECDSA"));
    signers.put("ECDSA P-384", CosignSigner.ecdsa("secp384r1", "SHA384withECDSA"));
    signers.put("ECDSA P-521", CosignSigner.ecdsa("secp521r1", "SHA512withECDSA"));
    for (int bits : new int[] {2048, 3072, 4096}) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      signers.put("RSA " + bits, CosignSigner.of(generator.generateKeyPair(), "SHA256withRSA"));
    }
    signers.put("Ed25519", CosignSigner.of("Ed25519", "Ed25519"));
    return signers;
  }

  private static Timed verifying(SignatureDocument document, Signer signer) throws Exception {
    return Timed.of(() -> proven(IMAGE, document, signer));
  }

  private static SignatureProofs proven(
      PinnedImage image, SignatureDocument document, Signer signer) {
    SignatureProofs proofs =
        VERIFIER.derive(
            new EvidenceKey.Proofs(
                new SignatureDocuments(image, List.of(document), List.of()), signer));
    if (proofs.proven().size() != 1) {
      throw new IllegalStateException("it must verify: " + proofs.rejected());
    }
    return proofs;
  }

  private static String beside(RealBundle bundle, Timed ours) throws Exception {
    Path root = Files.createTempFile("trusted_root", ".json");
    Files.write(root, FuzzTarget.resource("signed-images/trusted_root.json"));
    KeylessVerifier theirs =
        KeylessVerifier.builder().trustedRootProvider(TrustedRootProvider.from(root)).build();
    Files.delete(root);
    String json = new String(bundle.json(), StandardCharsets.UTF_8);
    byte[] digest = HexFormat.of().parseHex(bundle.image().digest().hex());
    Timed.Step step =
        () -> {
          Bundle read = Bundle.from(new StringReader(json));
          theirs.verify(digest, read, VerificationOptions.empty());
          return read;
        };
    try {
      step.once();
    } catch (KeylessVerificationException | IllegalStateException notTheirs) {
      return "sigstore-java does not verify it: " + notTheirs.getMessage();
    }
    Timed other = Timed.of(step);
    return "sigstore-java's KeylessVerifier %s; ratio %.2f (time), %.2f (bytes)"
        .formatted(other, ours.micros() / other.micros(), ours.bytes() / other.bytes());
  }
}
