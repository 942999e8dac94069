package dev.tidegate.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Digest;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names content (OCI image-spec, "descriptor").
 *
 * @param size in bytes, as it claims
 */
record Descriptor(Digest digest, String mediaType, long size, Map<String, String> annotations) {
  private static final int MOST_ANNOTATIONS = 100;
  private static final int LONGEST_ANNOTATION = 512 * 1024;

  Descriptor {
    annotations = Map.copyOf(annotations);
  }

  /** The descriptor that {@code node} is; {@code what} names it in complaints. */
  static Descriptor read(JsonNode node, String what) throws Malformed {
    if (!node.isObject()) {
      throw new Malformed(what + " is no descriptor");
    }
    Digest digest;
    try {
      digest = Digest.parse(node.path("digest").asText(""));
    } catch (BadValue bad) {
      throw new Malformed(what + ": " + bad.problem());
    }
    JsonNode size = node.path("size");
    if (!size.canConvertToLong() || !size.isIntegralNumber() || size.asLong() < 0) {
      throw new Malformed(what + " has no size");
    }
    return new Descriptor(
        digest,
        node.path("mediaType").asText(""),
        size.asLong(),
        annotations(node.path("annotations"), what));
  }

  private static Map<String, String> annotations(JsonNode node, String what) throws Malformed {
    Map<String, String> annotations = new LinkedHashMap<>();
    if (node.size() > MOST_ANNOTATIONS) {
      throw new Malformed(what + " has more than " + MOST_ANNOTATIONS + " annotations");
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!entry.getValue().isTextual()
          || entry.getValue().textValue().length() > LONGEST_ANNOTATION) {
        throw new Malformed(what + " has an annotation that is no text, or too long");
      }
      annotations.put(entry.getKey(), entry.getValue().textValue());
    }
    return annotations;
  }
}
