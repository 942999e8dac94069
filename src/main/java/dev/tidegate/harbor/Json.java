package dev.tidegate.harbor;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.PlainText;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Reads JSON of others: fields that are not known are passed over, but a known one must have its
 * type, nothing may be there twice, and everything is bounded.
 */
final class Json {
  private static final int DEEPEST = 100;
  private static final int LONGEST_TEXT = 4 * 1024 * 1024;
  private static final int LONGEST_NAME = 2_000;
  private static final int LONGEST_NUMBER = 100;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxStringLength(LONGEST_TEXT)
                          .maxNameLength(LONGEST_NAME)
                          .maxNumberLength(LONGEST_NUMBER)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              config ->
                  config
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private Json() {}

  /** Reads one value; the parser stands at its first token, and afterwards at its last. */
  @FunctionalInterface
  interface Part {
    void read(JsonParser json) throws IOException;
  }

  /** Reads the value of one field. */
  @FunctionalInterface
  interface Member {
    void read(String name, JsonParser json) throws IOException;
  }

  /** A reader for a record that stands in the middle of a document. */
  static ObjectReader records(Class<? extends Record> type) {
    return MAPPER.readerFor(type);
  }

  /**
   * Reads a document that is one value.
   *
   * @param what it should be, for people: {@code a Trivy report}
   * @param most most bytes of it
   * @throws BadValue if it is longer, is no JSON, or is not what {@code part} expects
   */
  static void document(byte[] bytes, String what, int most, Part part) {
    if (bytes.length > most) {
      throw new BadValue(
          what + " of " + bytes.length + " bytes is longer than " + most, "send a shorter one");
    }
    if (bytes.length == 0) {
      throw new BadValue(what + " is expected, but there is nothing", "send JSON");
    }
    try (JsonParser json = MAPPER.createParser(bytes)) {
      json.nextToken();
      part.read(json);
      if (json.nextToken() != null) {
        throw new BadValue("there is more after the end of " + what, "send one JSON value");
      }
    } catch (StreamConstraintsException over) {
      throw new BadValue(
          what + " is over a bound: " + PlainText.of(over.getOriginalMessage(), 200),
          "send a smaller one");
    } catch (JsonProcessingException broken) {
      throw new BadValue(
          "this is not "
              + what
              + (broken.getLocation() == null
                  ? ""
                  : " (line "
                      + broken.getLocation().getLineNr()
                      + ", column "
                      + broken.getLocation().getColumnNr()
                      + ")")
              + ": "
              + PlainText.of(broken.getOriginalMessage(), 200),
          "send it as it was made, in UTF-8");
    } catch (IOException unreadable) {
      // Bytes in memory fail only by what they say: a broken encoding.
      throw new BadValue(
          "this is not " + what + ": " + PlainText.of(String.valueOf(unreadable.getMessage()), 200),
          "send it as it was made, in UTF-8");
    } catch (UncheckedIOException nested) {
      throw new BadValue(
          "this is not " + what + ": " + PlainText.of(String.valueOf(nested.getMessage()), 200),
          "send it as it was made, in UTF-8");
    }
  }

  /** A whole document as one record. */
  static <R extends Record> R document(byte[] bytes, String what, int most, Class<R> type) {
    Holder<R> holder = new Holder<>(type);
    document(
        bytes,
        what,
        most,
        json -> {
          object(json, what);
          holder.value = type.cast(MAPPER.readerFor(type).readValue(json));
        });
    return holder.get(what);
  }

  private static final class Holder<R> {
    private final Class<R> type;
    private @org.jspecify.annotations.Nullable R value;

    Holder(Class<R> type) {
      this.type = type;
    }

    R get(String what) {
      if (value == null) {
        throw new BadValue(what + " is null, not a " + type.getSimpleName(), "send an object");
      }
      return value;
    }
  }

  private static void object(JsonParser json, String what) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new BadValue(what + " is not a JSON object", "send an object in braces");
    }
  }

  /** Reads the fields of the object at which the parser stands. */
  static void members(JsonParser json, String what, Member member) throws IOException {
    object(json, what);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      member.read(name, json);
    }
  }

  /** Reads the entries of the list at which the parser stands; {@code null} is an empty one. */
  static void entries(JsonParser json, String what, Part entry) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new BadValue(what + " is not a list", "send a JSON list there");
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      entry.read(json);
    }
  }

  /** The text at which the parser stands; {@code null} is an empty one. */
  static String text(JsonParser json, String what) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getText();
      case VALUE_NULL -> "";
      default -> throw new BadValue(what + " is not a text", "send a JSON string there");
    };
  }
}
