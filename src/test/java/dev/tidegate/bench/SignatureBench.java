package dev.tidegate.bench;

import dev.sigstore.KeylessVerifier;
import dev.sigstore.TrustedRootProvider;
import dev.sigstore.VerificationOptions;
import dev.sigstore.bundle.Bundle;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.sigstore.BundleVerifier;
import dev.tidegate.sigstore.ProofsDerivation;
import dev.tidegate.sigstore.RealBundle;
import dev.tidegate.sigstore.TrustRoots;
import dev.tidegate.testkit.CosignSigner;
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
    Map<String, RealBundle> bundles = new LinkedHashMap<>();
    bundles.put("key, log of version 1", RealBundle.byKey());
    bundles.put("keyless, log of version 1", RealBundle.keyless());
    bundles.put("keyless, log of version 2 and timestamp", RealBundle.stamped());
    for (Map.Entry<String, RealBundle> one : bundles.entrySet()) {
      RealBundle bundle = one.getValue();
      SignatureDocument document =
          new SignatureDocument.Bundle("referrer", Bytes.copyOf(bundle.json()));
      System.out.printf(
          "%s: %s%n",
          one.getKey(), Timed.of(() -> proven(bundle.image(), document, bundle.signer())));
    }
    Path cases = Path.of(System.getProperty("tidegate.corpus", ""), "sigstore-conformance");
    if (!Files.isDirectory(cases)) {
      System.out.println("beside sigstore-java: not measured, there is no " + cases);
      return;
    }
    for (String one :
        List.of("happy-path-v0.3", "happy-path-intoto-in-dsse-v3", "rekor2-happy-path")) {
      beside(cases, one);
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

  /** A bundle of sigstore's own conformance tests, in the public instance's logs, by both. */
  private static void beside(Path cases, String name) throws Exception {
    Path bundle = cases.resolve("bundle-verify").resolve(name).resolve("bundle.sigstore.json");
    Path own = bundle.resolveSibling("trusted_root.json");
    Path root = Files.exists(own) ? own : cases.resolve("trusted_root.public-good.json");
    String json = Files.readString(bundle);
    Digest digest = Bytes.copyOf(Files.readAllBytes(cases.resolve("bundle-verify/a.txt"))).sha256();
    Signer anybody =
        new Signer.ByIdentity(
            IdentityPattern.matching(".*"),
            IdentityPattern.matching(".*"),
            Map.of(),
            TransparencyLog.REQUIRED,
            TrustRoots.read(Files.readString(root)),
            true);
    BundleVerifier ours = new BundleVerifier(InstantSource.fixed(NOW));
    KeylessVerifier theirs =
        KeylessVerifier.builder().trustedRootProvider(TrustedRootProvider.from(root)).build();
    byte[] hash = HexFormat.of().parseHex(digest.hex());
    Timed one =
        Timed.of(() -> {
          var result =
              ours.verify(Bytes.copyOf(json.getBytes(StandardCharsets.UTF_8)), digest, anybody);
          if (!(result instanceof BundleVerifier.Verified)) {
            throw new IllegalStateException(name + " must verify: " + result);
          }
          return result;
        });
    Timed other =
        Timed.of(() -> {
          Bundle read = Bundle.from(new StringReader(json));
          theirs.verify(hash, read, VerificationOptions.empty());
          return read;
        });
    System.out.printf(
        "%s: ours %s, sigstore-java's KeylessVerifier %s, ratio %.2f (time), %.2f (bytes)%n",
        name, one, other, one.micros() / other.micros(), one.bytes() / other.bytes());
  }
}
