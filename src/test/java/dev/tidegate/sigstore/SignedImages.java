package dev.tidegate.sigstore;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.evidence.VerificationKey;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.testkit.Corpus;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the corpus of images that were signed by the real cosign. */
final class SignedImages {
  private final Corpus corpus;

  SignedImages(Corpus corpus) {
    this.corpus = corpus;
  }

  /** The cases, as {@code expected.json} tells them. */
  List<JsonNode> cases() {
    List<JsonNode> cases = new ArrayList<>();
    corpus.json("expected.json").get("cases").forEach(cases::add);
    return cases;
  }

  /** The signers of a case; which of them must sign the case itself says. */
  List<Signer> signers(JsonNode one) {
    JsonNode policy = one.get("policy");
    List<Signer> signers = new ArrayList<>();
    policy.get("authorities").forEach(authority -> signers.add(signer(authority, policy)));
    return signers;
  }

  private Signer signer(JsonNode authority, JsonNode policy) {
    TransparencyLog log =
        policy.get("transparencyLog").asText().equals("required")
            ? TransparencyLog.REQUIRED
            : TransparencyLog.NOT_REQUIRED;
    TrustRoot root = TrustRoots.read(Bytes.copyOf(corpus.bytes("trusted_root.json")));
    if (authority.has("key")) {
      return new Signer.ByKey(
          VerificationKey.parse(corpus.text(authority.get("key").asText())),
          log,
          policy.has("trustedRoot") ? Optional.of(root) : Optional.empty());
    }
    return new Signer.ByIdentity(
        pattern(authority, "issuer"),
        pattern(authority, "subject"),
        Map.of(),
        log,
        root,
        policy.get("sct").asText().equals("required"));
  }

  private static IdentityPattern pattern(JsonNode authority, String field) {
    return authority.has(field)
        ? IdentityPattern.exactly(authority.get(field).asText())
        : IdentityPattern.matching(authority.get(field + "RegExp").asText());
  }

  /** All that is beside a case's image, read straight from the dump. */
  SignatureDocuments documents(JsonNode one) {
    String folder = "v2-data/" + one.get("repository").asText() + "/";
    Digest digest = Digest.parse(one.get("digest").asText());
    List<SignatureDocument> documents = new ArrayList<>();
    for (SignatureDocument.Kind kind : SignatureDocument.Kind.values()) {
      String tag =
          "sha256-" + digest.hex() + (kind == SignatureDocument.Kind.SIGNATURE ? ".sig" : ".att");
      if (!Files.exists(corpus.directory().resolve(folder + "manifests/" + tag))) {
        continue;
      }
      int number = 0;
      for (JsonNode layer : corpus.json(folder + "manifests/" + tag).get("layers")) {
        Map<String, String> annotations = new HashMap<>();
        layer
            .path("annotations")
            .properties()
            .forEach(entry -> annotations.put(entry.getKey(), entry.getValue().asText()));
        documents.add(
            new SignatureDocument.Layer(
                "tag " + tag + ", layer " + ++number,
                kind,
                layer.get("mediaType").asText(),
                blob(folder, layer),
                annotations));
      }
    }
    for (String index :
        List.of("referrers/" + digest + ".json", "manifests/sha256-" + digest.hex())) {
      if (!Files.exists(corpus.directory().resolve(folder + index))) {
        continue;
      }
      for (JsonNode referrer : corpus.json(folder + index).get("manifests")) {
        String name = referrer.get("digest").asText();
        JsonNode layers = corpus.json(folder + "manifests/" + name).get("layers");
        if (layers.size() == 1
            && layers.get(0).get("mediaType").asText().contains("sigstore.bundle")) {
          documents.add(
              new SignatureDocument.Bundle("referrer " + name, blob(folder, layers.get(0))));
        }
      }
    }
    return new SignatureDocuments(
        new PinnedImage(
            new Repository("registry.tidepool.test", one.get("repository").asText()), digest),
        documents,
        List.of());
  }

  private Bytes blob(String folder, JsonNode descriptor) {
    return Bytes.copyOf(corpus.bytes(folder + "blobs/" + descriptor.get("digest").asText()));
  }
}
