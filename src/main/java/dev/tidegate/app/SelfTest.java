package dev.tidegate.app;

import dev.tidegate.evidence.EvidenceKey.Proofs;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.VerificationKey;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.sigstore.ProofsDerivation;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signs something, and verifies it and what was made of it, before the first pod asks: what is used
 * for the first time takes long, and cryptography that says yes to everything, or to nothing, must
 * not be served.
 */
final class SelfTest {
  private static final PinnedImage IMAGE =
      new PinnedImage(
          ImageReference.parse("self-test.invalid/image:1").repository(),
          new Digest("sha256", "5e1f7e57".repeat(8)));

  private SelfTest() {}

  /** Whether a good signature counts, and one of something else, or by somebody else, does not. */
  static boolean passes(InstantSource clock) {
    try {
      KeyPair signer = keys();
      KeyPair stranger = keys();
      ProofsDerivation verification = new ProofsDerivation(clock);
      SignatureDocument good = signed(signer, payload(IMAGE.digest()));
      SignatureDocument other = signed(signer, payload(new Digest("sha256", "0".repeat(64))));
      SignatureProofs mine =
          verification.derive(
              new Proofs(
                  new SignatureDocuments(IMAGE, List.of(good, other), List.of()), by(signer)));
      SignatureProofs theirs =
          verification.derive(
              new Proofs(new SignatureDocuments(IMAGE, List.of(good), List.of()), by(stranger)));
      return mine.proven().size() == 1 && mine.rejected().size() == 1 && theirs.proven().isEmpty();
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("this Java cannot sign with P-256", broken);
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static Signer by(KeyPair keys) {
    return new Signer.ByKey(
        VerificationKey.of(keys.getPublic()), TransparencyLog.NOT_REQUIRED, Optional.empty());
  }

  private static byte[] payload(Digest digest) {
    return ("{\"critical\":{\"identity\":{\"docker-reference\":\"\"},"
            + "\"image\":{\"docker-manifest-digest\":\""
            + digest
            + "\"},\"type\":\"cosign container image signature\"},\"optional\":null}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static SignatureDocument signed(KeyPair keys, byte[] payload)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(payload);
    return new SignatureDocument.Layer(
        "self-test",
        SignatureDocument.Kind.SIGNATURE,
        "application/vnd.dev.cosign.simplesigning.v1+json",
        Bytes.copyOf(payload),
        Map.of(
            "dev.cosignproject.cosign/signature",
            Base64.getEncoder().encodeToString(signature.sign())));
  }
}
