package dev.tidegate.sigstore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.Bytes;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.TestSigstore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Bundles of all versions, built from their parts, and trusted roots changed or joined. */
final class Bundles {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A bundle to be. */
  static final class Builder {
    private final CosignSigner signer;
    private final Map<String, Object> envelope;
    private final List<Map<String, Object>> entries = new ArrayList<>();
    private final List<Map<String, Object>> stamps = new ArrayList<>();
    private Optional<X509Certificate> certificate = Optional.empty();

    private Builder(CosignSigner signer, Map<String, Object> envelope) {
      this.signer = signer;
      this.envelope = envelope;
    }

    Builder by(X509Certificate own) {
      certificate = Optional.of(own);
      return this;
    }

    /** What a log entry of it says, as {@code dsse 0.0.1}. */
    byte[] body() {
      return TestSigstore.dsse(
          Base64.getDecoder().decode((String) envelope.get("payload")),
          signature(),
          certificate.map(TestSigstore::pem).orElse(signer.pem()));
    }

    Map<String, Object> envelope() {
      return envelope;
    }

    byte[] signature() {
      return Base64.getDecoder()
          .decode(JSON.<JsonNode>valueToTree(envelope).at("/signatures/0/sig").asText());
    }

    Builder entry(Map<String, Object> entry) {
      entries.add(entry);
      return this;
    }

    Builder stamp(byte[] stamp) {
      stamps.add(Map.of("signedTimestamp", Base64.getEncoder().encodeToString(stamp)));
      return this;
    }

    SignatureDocument.Bundle build() {
      return build(3);
    }

    /**
     * Builds.
     *
     * @param version 1 to 3, for 0.1 to 0.3
     */
    SignatureDocument.Bundle build(int version) {
      Map<String, Object> material = new LinkedHashMap<>();
      if (certificate.isPresent()) {
        Map<String, Object> raw =
            Map.of(
                "rawBytes",
                Base64.getEncoder().encodeToString(TestSigstore.der(certificate.get())));
        if (version == 3) {
          material.put("certificate", raw);
        } else {
          material.put("x509CertificateChain", Map.of("certificates", List.of(raw)));
        }
      } else {
        material.putAll(signer.material());
      }
      material.put("tlogEntries", entries);
      material.put("timestampVerificationData", Map.of("rfc3161Timestamps", stamps));
      SignatureDocument.Bundle bundle = CosignSigner.bundle(envelope, material);
      return version == 3
          ? bundle
          : edited(
              bundle,
              json ->
                  json.put(
                      "mediaType",
                      "application/vnd.dev.sigstore.bundle+json;version=0." + version));
    }
  }

  private Bundles() {}

  static Builder of(CosignSigner signer, Map<String, Object> statement) {
    return new Builder(signer, signer.envelope(statement));
  }

  static SignatureDocument.Bundle edited(
      SignatureDocument.Bundle bundle, Consumer<ObjectNode> edit) {
    return new SignatureDocument.Bundle(
        bundle.place(), Bytes.copyOf(edited(bundle.json().toArray(), edit)));
  }

  /** The trusted root {@code json}, changed. */
  static TrustRoot root(String json, Consumer<ObjectNode> edit) {
    return TrustRoots.read(Bytes.copyOf(edited(json.getBytes(StandardCharsets.UTF_8), edit)));
  }

  /** The trusted root that names all that {@code sigstores} have. */
  static TrustRoot joined(TestSigstore... sigstores) {
    return root(
        sigstores[0].trustedRoot(),
        json -> {
          for (int i = 1; i < sigstores.length; i++) {
            ObjectNode other = tree(sigstores[i].trustedRoot().getBytes(StandardCharsets.UTF_8));
            other
                .properties()
                .forEach(list -> {
                  if (list.getValue().isArray()) {
                    ((ArrayNode) json.get(list.getKey())).addAll((ArrayNode) list.getValue());
                  }
                });
          }
        });
  }

  private static byte[] edited(byte[] json, Consumer<ObjectNode> edit) {
    ObjectNode tree = tree(json);
    edit.accept(tree);
    try {
      return JSON.writeValueAsBytes(tree);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static ObjectNode tree(byte[] json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
