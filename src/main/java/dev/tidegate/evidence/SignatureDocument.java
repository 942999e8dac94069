package dev.tidegate.evidence;

import dev.tidegate.model.Bytes;
import dev.tidegate.model.PlainText;
import java.util.Map;
import java.util.Objects;

/** One thing beside an image that may be a signature or an attestation; nothing is verified yet. */
public sealed interface SignatureDocument extends Weighed {
  /** Where it was found, for people: {@code tag sha256-….sig, layer 1}. */
  String place();

  /**
   * A layer under the tag {@code sha256-….sig} or {@code sha256-….att}, as cosign has written it
   * since its first version.
   *
   * @param kind which of the two tags
   * @param mediaType of the layer
   * @param payload the layer's bytes; they hash to the layer's digest
   * @param annotations of the layer's descriptor: signature, certificate, log entry
   */
  record Layer(
      String place, Kind kind, String mediaType, Bytes payload, Map<String, String> annotations)
      implements SignatureDocument {
    public Layer {
      place = PlainText.of(place, 300);
      Objects.requireNonNull(kind);
      mediaType = PlainText.of(mediaType, 200);
      Objects.requireNonNull(payload);
      annotations = Map.copyOf(annotations);
    }

    @Override
    public int weight() {
      return payload.size()
          + 200
          + annotations.entrySet().stream()
              .mapToInt(entry -> 80 + entry.getKey().length() + entry.getValue().length())
              .sum();
    }
  }

  /** The tags of cosign's older format. */
  enum Kind {
    /** {@code sha256-….sig}: signatures. */
    SIGNATURE,
    /** {@code sha256-….att}: attestations. */
    ATTESTATION
  }

  /**
   * A Sigstore bundle that refers to the image (OCI 1.1 referrer), signature or attestation.
   *
   * @param json the bundle; its bytes hash to the blob's digest
   */
  record Bundle(String place, Bytes json) implements SignatureDocument {
    public Bundle {
      place = PlainText.of(place, 300);
      Objects.requireNonNull(json);
    }

    @Override
    public int weight() {
      return json.size() + 200;
    }
  }

  /**
   * Something is there, and it will never be readable: it proves nothing, but is told of.
   *
   * @param why what is wrong with it, as the end of a sentence
   */
  record Broken(String place, String why) implements SignatureDocument {
    public Broken {
      place = PlainText.of(place, 300);
      why = PlainText.of(why, 500);
    }

    @Override
    public int weight() {
      return 200 + place.length() + why.length();
    }
  }
}
