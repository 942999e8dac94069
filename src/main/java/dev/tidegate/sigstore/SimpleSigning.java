package dev.tidegate.sigstore;

import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PlainText;
import java.util.Map;

/**
 * The payload that cosign signed until its version 2 ("simple signing").
 *
 * @param annotations what it says beside the digest
 */
record SimpleSigning(Map<String, String> annotations) {
  private static final String TYPE = "cosign container image signature";

  /** What {@code payload} says of {@code image}. */
  static SimpleSigning of(Bytes payload, Digest image) throws Refused {
    Json json = Json.object(payload.toArray(), "its payload");
    Json critical = json.object("critical");
    String type = critical.text("type");
    if (!type.equals(TYPE)) {
      throw new Refused(
          Reason.OTHER_KIND,
          "its payload is a " + PlainText.quote(type) + ", not a \"" + TYPE + "\"");
    }
    String digest = critical.object("image").text("docker-manifest-digest");
    if (!digest.equals(image.toString())) {
      throw new Refused(
          Reason.OTHER_IMAGE, "it is about another image, " + PlainText.of(digest, 140));
    }
    return new SimpleSigning(Statement.texts(json, "optional"));
  }
}
