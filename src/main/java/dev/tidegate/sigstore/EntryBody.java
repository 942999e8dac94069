package dev.tidegate.sigstore;

import dev.tidegate.evidence.SignatureProofs.Format;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.VerificationKey;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PlainText;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a log entry says was signed, compared in full with what was: the signature, who made it, and
 * what it is over. An entry that agrees in less may be anybody's.
 */
final class EntryBody {
  private final Signed signed;
  private final VerificationKey key;
  private final Digest artifact;

  /**
   * What entries must be of.
   *
   * @param key that the signature was verified with
   * @param artifact the digest of the image
   */
  EntryBody(Signed signed, VerificationKey key, Digest artifact) {
    this.signed = signed;
    this.key = key;
    this.artifact = artifact;
  }

  /**
   * Compares.
   *
   * @throws Refused with {@link Reason#BAD_LOG_ENTRY} if {@code body} is of anything else
   */
  void mustBe(Bytes body) throws Refused {
    try {
      compare(body);
    } catch (Refused refused) {
      // Whatever an entry that cannot be read is of, it is not of this.
      throw new Refused(Reason.BAD_LOG_ENTRY, refused.why());
    }
  }

  private void compare(Bytes body) throws Refused {
    Json json = Json.object(body.toArray(), "its log entry's body");
    String kind = json.text("kind") + " " + json.text("apiVersion");
    Json spec = json.object("spec");
    switch (kind) {
      case "hashedrekord 0.0.1" -> hashed(spec);
      case "hashedrekord 0.0.2" -> hashedOfRekor2(spec.object("hashedRekordV002"));
      case "dsse 0.0.1" -> dsse(spec);
      case "intoto 0.0.1" -> intotoOfEnvelope(spec);
      case "intoto 0.0.2" -> intoto(spec);
      default -> throw bad("is of the unknown kind " + PlainText.quote(kind));
    }
  }

  private void hashed(Json spec) throws Refused {
    Json hash = spec.object("data").object("hash");
    same(
        message(hash.text("algorithm")),
        hex(hash.text("value")),
        "is of another content, not of what was signed");
    Json signature = spec.object("signature");
    signature(signature.base64("content"));
    pem(signature.object("publicKey").base64("content"));
  }

  private void hashedOfRekor2(Json spec) throws Refused {
    Json data = spec.object("data");
    same(
        message(data.text("algorithm").toLowerCase(Locale.ROOT).replace("sha2_", "sha")),
        data.base64("digest"),
        "is of another content, not of what was signed");
    Json signature = spec.object("signature");
    signature(signature.base64("content"));
    Json verifier = signature.object("verifier");
    if (verifier.has("x509Certificate")) {
      certificate(Certificates.fromDer(verifier.object("x509Certificate").base64("rawBytes")));
    } else {
      key(verifier.object("publicKey").base64("rawBytes").toArray());
    }
  }

  private void dsse(Json spec) throws Refused {
    payload(spec);
    Json signature = only(spec.objects("signatures", 16));
    signature(signature.base64("signature"));
    pem(signature.base64("verifier"));
  }

  private void intoto(Json spec) throws Refused {
    Json content = spec.object("content");
    payload(content);
    Json envelope = content.object("envelope");
    if (!(signed.content() instanceof Signed.Dsse(Envelope own))
        || !own.type().equals(envelope.text("payloadType"))) {
      throw bad("is of another type of payload");
    }
    Json signature = only(envelope.objects("signatures", 16));
    // This kind encodes the signature's base64 once more.
    signature(
        Json.base64(
            new String(signature.base64("sig").toArray(), StandardCharsets.US_ASCII),
            "its log entry's signature"));
    pem(signature.base64("publicKey"));
  }

  /**
   * This version names the signature only by the hash of the envelope as it was sent to the log.
   */
  private void intotoOfEnvelope(Json spec) throws Refused {
    Json content = spec.object("content");
    payload(content);
    if (signed.format() != Format.LAYER) {
      throw bad("is of an envelope whose bytes are not known");
    }
    Json hash = content.object("hash");
    if (!hash.text("algorithm").equals("sha256")) {
      throw bad("uses the hash " + PlainText.quote(hash.text("algorithm")));
    }
    same(
        hex(signed.stamped().sha256().hex()),
        hex(hash.text("value")),
        "is of another envelope, so perhaps of another signature");
    pem(spec.base64("publicKey"));
  }

  private void payload(Json spec) throws Refused {
    if (!(signed.content() instanceof Signed.Dsse(Envelope envelope))) {
      throw bad("is of an attestation, which this is not");
    }
    Json hash = spec.object("payloadHash");
    if (!hash.text("algorithm").equals("sha256")) {
      throw bad("uses the hash " + PlainText.quote(hash.text("algorithm")));
    }
    same(
        hex(envelope.payload().sha256().hex()),
        hex(hash.text("value")),
        "is of another payload, not of the one that was signed");
  }

  private Bytes message(String algorithm) throws Refused {
    Optional<Bytes> message =
        switch (signed.content()) {
          case Signed.Payload payload -> Optional.of(payload.bytes());
          case Signed.Dsse dsse -> Optional.of(dsse.envelope().signedBytes());
          case Signed.Artifact digest -> Optional.empty();
        };
    return switch (algorithm) {
      case "sha256" ->
          message.map(bytes -> Hashes.sha256(bytes)).orElseGet(() -> Hashes.of(artifact));
      case "sha384", "sha512" ->
          Hashes.of(
              algorithm,
              message.orElseThrow(() -> bad("uses the hash " + algorithm + " of unknown content")));
      default -> throw bad("uses the hash " + PlainText.quote(algorithm));
    };
  }

  private void signature(Bytes logged) throws Refused {
    same(signed.signature(), logged, "is of another signature");
  }

  private void pem(Bytes logged) throws Refused {
    String pem = new String(logged.toArray(), StandardCharsets.US_ASCII);
    if (Certificates.isCertificate(pem)) {
      certificate(Certificates.fromPem(pem));
      return;
    }
    try {
      same(key.spki(), VerificationKey.parse(pem).spki(), "was made by another key");
    } catch (BadValue notOne) {
      throw bad("has a key that cannot be read: " + notOne.problem());
    }
  }

  private void certificate(X509Certificate logged) throws Refused {
    X509Certificate own =
        signed.certificate().orElseThrow(() -> bad("was made with a certificate, not with a key"));
    same(Certificates.der(own), Certificates.der(logged), "was made with another certificate");
  }

  private void key(byte[] der) throws Refused {
    same(key.spki(), Bytes.copyOf(der), "was made by another key");
  }

  private static Json only(List<Json> signatures) throws Refused {
    if (signatures.size() != 1) {
      throw bad("has " + signatures.size() + " signatures where one is allowed");
    }
    return signatures.getFirst();
  }

  private static Bytes hex(String text) throws Refused {
    try {
      return Bytes.copyOf(HexFormat.of().parseHex(text));
    } catch (IllegalArgumentException notHex) {
      throw bad("has a hash that is not hexadecimal");
    }
  }

  private static void same(Bytes expected, Bytes logged, String otherwise) throws Refused {
    if (!expected.equals(logged)) {
      throw bad(otherwise);
    }
  }

  private static Refused bad(String why) {
    return new Refused(Reason.BAD_LOG_ENTRY, "its log entry " + why);
  }
}
