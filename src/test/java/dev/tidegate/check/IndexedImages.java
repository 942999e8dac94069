package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Platform;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.Predicates;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Indexes, and signatures and attestations of what is in them that are really verified. */
final class IndexedImages {
  private IndexedImages() {}

  static final CosignSigner CI = CosignSigner.create();
  static final CosignSigner ANN = CosignSigner.create();
  static final CosignSigner BOB = CosignSigner.create();
  static final List<SignerSpec> SIGNERS =
      List.of(
          ImageAttestationTest.signer("ci", CI),
          ImageAttestationTest.signer("ann", ANN),
          ImageAttestationTest.signer("bob", BOB));

  static final String IMAGE = "application/vnd.oci.image.manifest.v1+json";
  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final String BUILDER = "https://builder.example.com";
  static final PinnedImage WEB = image('0');
  static final PinnedImage AMD = image('a');
  static final PinnedImage ARM = image('b');
  static final Subject POD = Pods.of(WEB.toString());

  /** What is demanded, and how it is made. */
  enum Kind {
    SIGNATURE(
        "has no signature from", "sign it (cosign sign --recursive --key KEY " + WEB + ", which"),
    ATTESTATION("has no attestation of type slsaprovenance from", "attest it (cosign attest");

    final String missing;
    final String fix;

    Kind(String missing, String fix) {
      this.missing = missing;
      this.fix = fix;
    }

    SignatureDocument by(CosignSigner signer, PinnedImage image) {
      return this == SIGNATURE
          ? signer.layer(image.digest(), Map.of())
          : signer.attestation(
              image.digest(),
              Predicates.SLSA_1,
              Predicates.github("https://github.com/acme/shop", "refs/heads/main", BUILDER));
    }

    Outcome judge(Platforms platforms, Optional<Quorum> require, FakeFacts facts) {
      List<SignerSpec> signers = require.isPresent() ? SIGNERS : SIGNERS.subList(0, 1);
      List<ImagePattern> images = List.of(ImagePattern.parse("harbor.example.com"));
      return this == SIGNATURE
          ? new ImageSignature()
              .evaluate(
                  POD,
                  new ImageSignature.Parameters(
                      List.of(
                          new ImageSignature.Rule(
                              images, 1, signers, require, Map.of(), platforms))),
                  facts)
          : new ImageAttestation()
              .evaluate(
                  POD,
                  new ImageAttestation.Parameters(
                      List.of(
                          new ImageAttestation.Rule(
                              images,
                              AttestationType.parse("slsaprovenance"),
                              signers,
                              1,
                              require,
                              Optional.empty(),
                              platforms))),
                  facts);
    }

    Outcome each(FakeFacts facts) {
      return judge(Platforms.EACH, Optional.empty(), facts);
    }

    Outcome each(Quorum require, FakeFacts facts) {
      return judge(Platforms.EACH, Optional.of(require), facts);
    }

    FakeFacts made(FakeFacts facts, PinnedImage image, CosignSigner... signers) {
      ImageAttestationTest.beside(
          facts,
          SIGNERS,
          image,
          Stream.of(signers).map(one -> by(one, image)).toArray(SignatureDocument[]::new));
      return facts;
    }
  }

  static PinnedImage image(char digit) {
    return image(String.valueOf(digit).repeat(64));
  }

  static PinnedImage image(String hex) {
    return new PinnedImage(
        ImageReference.parse("harbor.example.com/shop/web:1").repository(),
        Digest.parse("sha256:" + hex));
  }

  static ImageManifest.Child child(PinnedImage image, String type, String platform) {
    return new ImageManifest.Child(
        image.digest(),
        type,
        Optional.of(platform).filter(text -> !text.isEmpty()).map(Platform::parse));
  }

  static FakeFacts index(FakeFacts facts, PinnedImage image, List<ImageManifest.Child> children) {
    return facts.present(
        new Manifest(image), new ImageManifest.Index(Bytes.EMPTY, INDEX, children));
  }

  /** An index for two platforms, with what Buildkit puts beside them. */
  static FakeFacts two() {
    return index(
        FakeFacts.none(),
        WEB,
        List.of(
            child(AMD, IMAGE, "linux/amd64"),
            child(ARM, IMAGE, "linux/arm64"),
            child(image('e'), IMAGE, "unknown/unknown")));
  }

  static List<Finding> findings(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Fail.class);
    return ((Outcome.Fail) outcome).findings();
  }

  static void passes(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Pass.class);
  }
}
