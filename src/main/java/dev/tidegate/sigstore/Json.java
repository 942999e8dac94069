package dev.tidegate.sigstore;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.PlainText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * JSON that has one meaning only: no name twice, nothing behind its end, UTF-8, bounded depth. Two
 * readers of the same signed bytes must not see different things.
 *
 * @param node what was read
 * @param path where it stands, for texts
 */
record Json(JsonNode node, String path) {
  private static final int DEEPEST = 100;
  private static final int LONGEST_DOCUMENT = 64 * 1024 * 1024;
  private static final int LONGEST_NUMBER = 100;
  private static final int LONGEST_NAME = 1024;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxDocumentLength(LONGEST_DOCUMENT)
                          .maxStringLength(LONGEST_DOCUMENT)
                          .maxNumberLength(LONGEST_NUMBER)
                          .maxNameLength(LONGEST_NAME)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /**
   * Reads an object.
   *
   * @param what it is, for texts: {@code the bundle}
   */
  static Json object(byte[] utf8, String what) throws Refused {
    JsonNode node;
    try {
      node =
          MAPPER.readTree(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException notUtf8) {
      throw Refused.malformed(what + " is not UTF-8");
    } catch (JsonProcessingException bad) {
      throw Refused.malformed(
          what + " is not strict JSON: " + PlainText.of(bad.getOriginalMessage(), 150));
    }
    if (!node.isObject()) {
      throw Refused.malformed(what + " is not a JSON object");
    }
    return new Json(node, what);
  }

  /** Whether a field is there and not null. */
  boolean has(String field) {
    return node.hasNonNull(field);
  }

  /** An object that must be there. */
  Json object(String field) throws Refused {
    JsonNode child = node.get(field);
    if (child == null || !child.isObject()) {
      throw Refused.malformed(path + " has no object " + field);
    }
    return new Json(child, field);
  }

  /** An object that may be there. */
  Optional<Json> maybeObject(String field) throws Refused {
    return has(field) ? Optional.of(object(field)) : Optional.empty();
  }

  /** The entries of a list of objects; none if it is not there. */
  List<Json> objects(String field, int most) throws Refused {
    JsonNode list = node.get(field);
    if (list == null || list.isNull()) {
      return List.of();
    }
    if (!list.isArray()) {
      throw Refused.malformed(path + " has a " + field + " that is no list");
    }
    if (list.size() > most) {
      throw Refused.malformed(path + " has more than " + most + " " + field);
    }
    for (JsonNode one : list) {
      if (!one.isObject()) {
        throw Refused.malformed(path + " has " + field + " that are no objects");
      }
    }
    return StreamSupport.stream(list.spliterator(), false)
        .map(one -> new Json(one, field))
        .toList();
  }

  /** A text that must be there. */
  String text(String field) throws Refused {
    JsonNode child = node.get(field);
    if (child == null || !child.isTextual()) {
      throw Refused.malformed(path + " has no text " + field);
    }
    return child.textValue();
  }

  /** A text that may be there; empty if not. */
  String textOr(String field, String otherwise) throws Refused {
    return has(field) ? text(field) : otherwise;
  }

  /** A whole number from 0, as a number or, as protobuf writes it, a text. */
  long whole(String field) throws Refused {
    JsonNode child = node.get(field);
    if (child == null || child.isNull()) {
      return 0; // protobuf leaves zeros out
    }
    long value;
    try {
      if (child.isTextual()) {
        value = Long.parseLong(child.textValue());
      } else if (child.isIntegralNumber() && child.canConvertToLong()) {
        value = child.longValue();
      } else {
        throw Refused.malformed(path + " has a " + field + " that is no whole number");
      }
    } catch (NumberFormatException notWhole) {
      throw Refused.malformed(path + " has a " + field + " that is no whole number");
    }
    if (value < 0) {
      throw Refused.malformed(path + " has a negative " + field);
    }
    return value;
  }

  /** Base64 that must be there, and hold something. */
  Bytes base64(String field) throws Refused {
    return base64(text(field), path + "'s " + field);
  }

  /** Base64 text as bytes; line ends in it are ignored, as Go does. */
  static Bytes base64(String text, String what) throws Refused {
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(text.replace("\n", "").replace("\r", ""));
    } catch (IllegalArgumentException bad) {
      throw Refused.malformed(what + " is not base64");
    }
    if (decoded.length == 0) {
      throw Refused.malformed(what + " is empty");
    }
    return Bytes.copyOf(decoded);
  }

  /** This value as JSON text. */
  Bytes written() {
    try {
      return Bytes.copyOf(MAPPER.writeValueAsBytes(node));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("what was read can be written", impossible);
    }
  }
}
