package dev.tidegate.sigstore;

import dev.tidegate.evidence.SignatureProofs.Format;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.PlainText;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads Sigstore bundles in JSON, versions 0.1 to 0.3. */
final class BundleReader {
  private static final Map<String, Integer> VERSIONS =
      Map.of(
          "application/vnd.dev.sigstore.bundle+json;version=0.1", 1,
          "application/vnd.dev.sigstore.bundle+json;version=0.2", 2,
          "application/vnd.dev.sigstore.bundle+json;version=0.3", 3,
          "application/vnd.dev.sigstore.bundle.v0.3+json", 3);
  private static final int MOST_ENTRIES = 16;
  private static final int MOST_TIMESTAMPS = 16;
  private static final int MOST_CERTIFICATES = 16;
  private static final int MOST_HASHES = 64;
  private static final int LONGEST_CHECKPOINT = 16 * 1024;

  private final int version;
  private final Json material;

  private BundleReader(int version, Json material) {
    this.version = version;
    this.material = material;
  }

  static Signed read(Bytes bundle) throws Refused {
    Json json = Json.object(bundle.toArray(), "the bundle");
    String mediaType = json.text("mediaType");
    Integer version = VERSIONS.get(mediaType);
    if (version == null) {
      throw Refused.malformed("the bundle is of the unknown version " + PlainText.quote(mediaType));
    }
    return new BundleReader(version, json.object("verificationMaterial")).read(json);
  }

  private Signed read(Json json) throws Refused {
    if (json.has("messageSignature") == json.has("dsseEnvelope")) {
      throw Refused.malformed("the bundle must have one of messageSignature and dsseEnvelope");
    }
    Signed.Content content;
    Bytes signature;
    if (json.has("dsseEnvelope")) {
      Envelope envelope = Envelope.of(json.object("dsseEnvelope"));
      content = new Signed.Dsse(envelope);
      signature = envelope.signature();
    } else {
      Json message = json.object("messageSignature");
      content = new Signed.Artifact(claimed(message));
      signature = message.base64("signature");
    }
    Optional<Json> stamps = material.maybeObject("timestampVerificationData");
    List<Bytes> timestamps = new ArrayList<>();
    if (stamps.isPresent()) {
      for (Json one : stamps.get().objects("rfc3161Timestamps", MOST_TIMESTAMPS)) {
        timestamps.add(one.base64("signedTimestamp"));
      }
    }
    List<LogEntry> entries = new ArrayList<>();
    for (Json one : material.objects("tlogEntries", MOST_ENTRIES)) {
      entries.add(entry(one));
    }
    return new Signed(
        Format.BUNDLE,
        content,
        signature,
        certificate(),
        material.has("publicKey")
            ? Optional.of(material.object("publicKey").textOr("hint", ""))
            : Optional.empty(),
        entries,
        timestamps,
        signature);
  }

  private static Optional<Bytes> claimed(Json message) throws Refused {
    Optional<Json> digest = message.maybeObject("messageDigest");
    if (digest.isEmpty()) {
      return Optional.empty();
    }
    if (!digest.get().text("algorithm").equals("SHA2_256")) {
      throw Refused.malformed(
          "its message digest is "
              + PlainText.quote(digest.get().text("algorithm"))
              + ", and only SHA2_256 is supported");
    }
    return Optional.of(digest.get().base64("digest"));
  }

  private Optional<X509Certificate> certificate() throws Refused {
    int kinds = 0;
    for (String kind : List.of("publicKey", "certificate", "x509CertificateChain")) {
      kinds += material.has(kind) ? 1 : 0;
    }
    if (kinds != 1) {
      throw Refused.malformed("the bundle must name exactly one key or certificate");
    }
    if (material.has("certificate")) {
      return Optional.of(Certificates.fromDer(material.object("certificate").base64("rawBytes")));
    }
    if (material.has("publicKey")) {
      return Optional.empty();
    }
    if (version >= 3) {
      throw Refused.malformed("a bundle of version 0.3 has no certificate chain");
    }
    List<X509Certificate> chain = new ArrayList<>();
    for (Json one :
        material.object("x509CertificateChain").objects("certificates", MOST_CERTIFICATES)) {
      X509Certificate certificate = Certificates.fromDer(one.base64("rawBytes"));
      if (certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
        throw Refused.malformed("the bundle brings its own root certificate");
      }
      chain.add(certificate);
    }
    if (chain.isEmpty()) {
      throw Refused.malformed("the bundle's certificate chain is empty");
    }
    return Optional.of(chain.getFirst());
  }

  private LogEntry entry(Json json) throws Refused {
    Optional<Json> promise = json.maybeObject("inclusionPromise");
    Optional<Json> proof = json.maybeObject("inclusionProof");
    if (version == 1 && promise.isEmpty()) {
      throw Refused.malformed("its log entry has no inclusion promise");
    }
    if (version >= 2 && proof.isEmpty()) {
      throw Refused.malformed("its log entry has no inclusion proof");
    }
    return new LogEntry(
        json.object("logId").base64("keyId"),
        json.whole("logIndex"),
        json.whole("integratedTime"),
        json.base64("canonicalizedBody"),
        promise.isPresent()
            ? Optional.of(promise.get().base64("signedEntryTimestamp"))
            : Optional.empty(),
        proof.isPresent() ? proof(proof.get()) : Optional.empty());
  }

  private Optional<LogEntry.Proof> proof(Json json) throws Refused {
    if (version == 1 && !json.has("checkpoint")) {
      return Optional.empty(); // the promise that must be there then counts alone
    }
    List<String> hashes = new ArrayList<>();
    if (json.has("hashes")) {
      var list = json.node().get("hashes");
      if (!list.isArray() || list.size() > MOST_HASHES) {
        throw Refused.malformed(
            "its inclusion proof has no list of at most " + MOST_HASHES + " hashes");
      }
      for (var hash : list) {
        hashes.add(
            HexFormat.of()
                .formatHex(Json.base64(hash.asText(), "a hash of its inclusion proof").toArray()));
      }
    }
    String checkpoint = json.object("checkpoint").text("envelope");
    if (checkpoint.length() > LONGEST_CHECKPOINT) {
      throw Refused.malformed("its checkpoint is longer than " + LONGEST_CHECKPOINT);
    }
    return Optional.of(
        new LogEntry.Proof(
            json.whole("logIndex"),
            json.whole("treeSize"),
            hashes,
            HexFormat.of().formatHex(json.base64("rootHash").toArray()),
            checkpoint));
  }
}
