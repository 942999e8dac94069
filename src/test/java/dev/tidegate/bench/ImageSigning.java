package dev.tidegate.bench;

import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.testkit.TestSigstore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** How the images of {@link ImageBench} are signed, and the signers that a policy then demands. */
interface ImageSigning {
  /** How many of the signers a policy demands. */
  int demanded();

  /** The signers as lines of a policy in {@code policies}, whose files are written there. */
  String signers(Path policies) throws IOException;

  /** Signs {@code image} by all signers. */
  void sign(RegistryDouble registry, PinnedImage image);

  /** By two keys. */
  static ImageSigning byKeys() {
    List<CosignSigner> signers = List.of(CosignSigner.create(), CosignSigner.create());
    return new ImageSigning() {
      @Override
      public int demanded() {
        return signers.size();
      }

      @Override
      public String signers(Path policies) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < signers.size(); i++) {
          Files.writeString(policies.resolve("key" + i + ".pub"), signers.get(i).pem());
          lines.append("- {name: key%d, key: {file: key%d.pub}}\n".formatted(i, i));
        }
        return lines.toString();
      }

      @Override
      public void sign(RegistryDouble registry, PinnedImage image) {
        signers.forEach(signer -> registry.signature(image, signer));
      }
    };
  }

  /** By an identity: each image by a key and certificate of its own, with an entry in the log. */
  static ImageSigning byIdentity() {
    TestSigstore sigstore = new TestSigstore();
    String issuer = "https://gitlab.example.com";
    String subject = "https://gitlab.example.com/shop/app//.gitlab-ci.yml@refs/heads/main";
    Instant signed = TestSigstore.START.plusSeconds(3600);
    return new ImageSigning() {
      @Override
      public int demanded() {
        return 1;
      }

      @Override
      public String signers(Path policies) throws IOException {
        Files.writeString(policies.resolve("root.json"), sigstore.trustedRoot());
        return "- {name: pipeline, keyless: {issuer: \"%s\", subject: \"%s\"}, trustRoot: {file: root.json}}\n"
            .formatted(issuer, subject);
      }

      @Override
      public void sign(RegistryDouble registry, PinnedImage image) {
        CosignSigner once = CosignSigner.create();
        X509Certificate certificate =
            sigstore.issue(
                TestSigstore.Request.of(
                    once.keys().getPublic(), issuer, subject, signed.minusSeconds(60)));
        SignatureDocument.Layer logged =
            sigstore.keyless(once.layer(image.digest(), Map.of()), certificate, signed);
        registry.signature(image, logged.payload().toArray(), logged.annotations());
      }
    };
  }
}
