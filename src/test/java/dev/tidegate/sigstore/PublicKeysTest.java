package dev.tidegate.sigstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.evidence.VerificationKey.Kind;
import dev.tidegate.model.Bytes;
import dev.tidegate.testkit.CosignSigner;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Signatures over a message, and over one of which only the digest is known. */
class PublicKeysTest {
  private static final byte[] MESSAGE = "what is signed".getBytes(StandardCharsets.UTF_8);
  private static final Bytes DIGEST = Hashes.sha256(Bytes.copyOf(MESSAGE));
  private static final Bytes OTHER = Hashes.sha256(Bytes.EMPTY);
  private static final Bytes GARBAGE = Bytes.copyOf(new byte[64]);

  @Test
  void aDigestIsVerifiedByItsOwnSignatureAndKeyOnly() {
    for (List<CosignSigner> pair :
        List.of(
            List.of(CosignSigner.create(), CosignSigner.create()),
            List.of(
                CosignSigner.of("RSA", "SHA256withRSA"), CosignSigner.of("RSA", "SHA256withRSA")),
            List.of(
                CosignSigner.of("RSA", "SHA256withRSA"),
                CosignSigner.of("RSA", "SHA512withRSA")))) {
      CosignSigner signer = pair.get(0);
      Bytes signature = Bytes.copyOf(signer.sign(MESSAGE));
      assertThat(PublicKeys.verifiesDigest(signer.key(), DIGEST, signature)).isTrue();
      assertThat(PublicKeys.verifiesDigest(signer.key(), OTHER, signature)).isFalse();
      assertThat(PublicKeys.verifiesDigest(signer.key(), DIGEST, GARBAGE)).isFalse();
      CosignSigner other = pair.get(1);
      assertThat(PublicKeys.verifiesDigest(other.key(), DIGEST, signature)).isFalse();
    }
  }

  @Test
  void ed25519IsVerifiedPureAndPrehashedAndByItsKeyOnly() {
    for (CosignSigner signer :
        List.of(CosignSigner.of("Ed25519", "Ed25519"), CosignSigner.ed25519ph())) {
      Bytes signature = Bytes.copyOf(signer.sign(MESSAGE));
      Bytes message = Bytes.copyOf(MESSAGE);
      assertThat(PublicKeys.verifies(signer.key(), message, signature)).isTrue();
      assertThat(PublicKeys.verifies(signer.key(), OTHER, signature)).isFalse();
      assertThat(PublicKeys.verifies(signer.key(), message, GARBAGE)).isFalse();
      assertThat(PublicKeys.verifies(signer.key(), message, Bytes.copyOf(new byte[3]))).isFalse();
      assertThat(
              PublicKeys.verifies(CosignSigner.of("Ed25519", "Ed25519").key(), message, signature))
          .isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void onlyKindsThatSignTheSha256CanUseIt(Kind kind) {
    assertThat(PublicKeys.canUseDigest(kind))
        .isEqualTo(EnumSet.of(Kind.ECDSA_P256, Kind.RSA).contains(kind));
  }
}
