package dev.tidegate.sigstore;

import dev.tidegate.evidence.Predicate;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PlainText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An in-toto statement about one image.
 *
 * @param predicateType what kind of statement
 * @param predicate what it says
 * @param annotations what it says beside the digest
 */
record Statement(String predicateType, Predicate predicate, Map<String, String> annotations) {
  /** The statement by which {@code cosign sign} signs an image since its version 3. */
  static final String SIGNATURE = "https://sigstore.dev/cosign/sign/v1";

  /** The payload type of statements. */
  static final String MEDIA_TYPE = "application/vnd.in-toto+json";

  private static final Set<String> TYPES =
      Set.of("https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1");
  private static final int MOST_SUBJECTS = 1000;
  private static final int LONGEST_TYPE = 500;

  /** What {@code envelope} states of {@code image}. */
  static Statement of(Envelope envelope, Digest image) throws Refused {
    if (!envelope.type().equals(MEDIA_TYPE)) {
      throw new Refused(
          Reason.OTHER_KIND,
          "it signs a " + PlainText.quote(envelope.type()) + ", not an in-toto statement");
    }
    Json json = Json.object(envelope.payload().toArray(), "its statement");
    if (!TYPES.contains(json.text("_type"))) {
      throw new Refused(
          Reason.OTHER_KIND,
          "its statement is of the unknown type " + PlainText.quote(json.text("_type")));
    }
    List<Json> subjects = json.objects("subject", MOST_SUBJECTS);
    Json subject = null;
    for (Json one : subjects) {
      Json digests = one.object("digest");
      if (digests.textOr(image.algorithm(), "").equals(image.hex())) {
        subject = one;
        break;
      }
    }
    if (subject == null) {
      throw new Refused(Reason.OTHER_IMAGE, "it is about " + named(subjects));
    }
    String type = json.text("predicateType");
    if (type.isEmpty() || type.length() > LONGEST_TYPE) {
      throw Refused.malformed("its predicate type has " + type.length() + " characters");
    }
    return new Statement(
        type,
        PredicateReader.read(type, json.node().path("predicate")),
        texts(subject, "annotations"));
  }

  boolean isSignature() {
    return predicateType.equals(SIGNATURE);
  }

  private static String named(List<Json> subjects) throws Refused {
    if (subjects.isEmpty()) {
      return "no image at all";
    }
    String digest = subjects.getFirst().object("digest").textOr("sha256", "");
    String more = subjects.size() > 1 ? " and " + (subjects.size() - 1) + " more" : "";
    return digest.isEmpty()
        ? "something that has no SHA-256" + more
        : "another image, sha256:" + PlainText.of(digest, 64) + more;
  }

  /** A map of texts that may be there. */
  static Map<String, String> texts(Json json, String field) throws Refused {
    Map<String, String> texts = new HashMap<>();
    if (json.has(field)) {
      Json map = json.object(field);
      for (var entry : map.node().properties()) {
        if (entry.getValue().isTextual()) {
          texts.put(entry.getKey(), entry.getValue().textValue());
        }
      }
    }
    return texts;
  }
}
