package dev.tidegate.workload;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Quantity;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object token by token with the meaning that Go's decoder gives it in the API
 * server: {@code null} is "not said", unknown fields are passed over, the last of two equal keys
 * counts. Each reading method starts at the first token of a value and ends at its last.
 */
final class Cursor {
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_-]{1,63}");

  private static final ObjectReader TREES =
      Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int WORDS = 100_000;

  /** Longest quantity that is remembered; few are longer than six characters. */
  private static final int SHORT = 16;

  /** Pods ask for the same amounts again and again. */
  private static final LoadingCache<String, Quantity> QUANTITIES =
      Caffeine.newBuilder().maximumSize(1_000).executor(Runnable::run).build(Quantity::parse);

  private final JsonParser parser;
  private final @Nullable JsonStreamContext outside;

  private Cursor(JsonParser parser, @Nullable JsonStreamContext outside) {
    this.parser = parser;
    this.outside = outside;
  }

  /** A cursor at the object whose opening brace is the parser's current token. */
  static Cursor at(JsonParser parser) throws BadDocument {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw BadDocument.malformed("", "is not a JSON object");
    }
    return new Cursor(parser, parser.getParsingContext().getParent());
  }

  /** Whether an object starts here; {@code null} is none. */
  boolean object() throws BadDocument {
    return starts(JsonToken.START_OBJECT, "an object");
  }

  /** Whether a list starts here; {@code null} is none. */
  boolean list() throws BadDocument {
    return starts(JsonToken.START_ARRAY, "a list");
  }

  private boolean starts(JsonToken start, String what) throws BadDocument {
    JsonToken token = parser.currentToken();
    if (token == start) {
      return true;
    }
    if (token == JsonToken.VALUE_NULL) {
      return false;
    }
    throw wrong(what);
  }

  /** Goes to the next field's value and tells its name; null at the end of the object. */
  @Nullable String next() throws IOException {
    String name = parser.nextFieldName();
    if (name != null) {
      parser.nextToken();
    }
    return name;
  }

  /** Goes to the next element; false at the end of the list. */
  boolean element() throws IOException {
    return parser.nextToken() != JsonToken.END_ARRAY;
  }

  /** Whether the value here is {@code null}. */
  boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  /** Passes over a value. */
  void skip() throws IOException {
    parser.skipChildren();
  }

  /** Goes to the end of the object that this cursor was made for, from wherever it is. */
  void leave() throws IOException {
    while (parser.getParsingContext() != outside) {
      if (parser.nextToken() == null) {
        return;
      }
    }
  }

  /** The value here as a tree. */
  JsonNode tree() throws IOException {
    return TREES.readTree(parser);
  }

  /** A text; {@code null} is the empty text. */
  String text() throws IOException, BadDocument {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    if (token == JsonToken.VALUE_NULL) {
      return "";
    }
    throw wrong("text");
  }

  /** True, false, or not said. */
  Optional<Boolean> flag() throws BadDocument {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> Optional.of(true);
      case VALUE_FALSE -> Optional.of(false);
      case VALUE_NULL -> Optional.empty();
      default -> throw wrong("true or false");
    };
  }

  /** A whole number of 64 bits, or not said. */
  Optional<Long> whole() throws IOException, BadDocument {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_INT -> {
        try {
          yield Optional.of(parser.getLongValue());
        } catch (InputCoercionException e) {
          throw wrong("a whole number of at most 64 bits");
        }
      }
      case VALUE_NULL -> Optional.empty();
      default -> throw wrong("a whole number");
    };
  }

  /** A number or a text, as text, or not said ({@code IntOrString}). */
  Optional<String> numberOrText() throws IOException, BadDocument {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_INT, VALUE_STRING -> Optional.of(parser.getText());
      case VALUE_NULL -> Optional.empty();
      default -> throw wrong("a whole number or text");
    };
  }

  /**
   * A quantity, written as text or as a number; {@code null} is zero, as the API server reads it.
   */
  Quantity quantity() throws IOException, BadDocument {
    String text =
        switch (parser.currentToken()) {
          case VALUE_STRING -> parser.getText().strip();
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getText();
          case VALUE_NULL -> "0";
          default -> throw wrong("a quantity");
        };
    try {
      return text.length() <= SHORT ? QUANTITIES.get(text) : Quantity.parse(text);
    } catch (BadValue e) {
      throw BadDocument.malformed(path(), String.valueOf(e.getMessage()));
    }
  }

  /** Texts by name; at most {@code most}. */
  Map<String, String> texts(int most) throws IOException, BadDocument {
    if (!object()) {
      return Map.of();
    }
    Map<String, String> texts = new LinkedHashMap<>();
    for (String name = next(); name != null; name = next()) {
      texts.put(name, text());
      if (texts.size() > most) {
        throw tooMany(most, "entries");
      }
    }
    return texts;
  }

  /** A list of texts; at most 100,000. */
  List<String> texts() throws IOException, BadDocument {
    if (!list()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    while (element()) {
      texts.add(text());
      if (texts.size() > WORDS) {
        throw tooMany(WORDS, "elements");
      }
    }
    return texts;
  }

  BadDocument tooMany(int most, String what) {
    return BadDocument.tooLarge(path(), "has more than " + most + " " + what);
  }

  BadDocument wrong(String what) {
    return BadDocument.malformed(path(), "must be " + what);
  }

  /** The path of the value here, from the root of the object, for instance {@code spec.a[0].b}. */
  String path() {
    JsonStreamContext context = parser.getParsingContext();
    JsonToken token = parser.currentToken();
    if (token != null && token.isStructStart()) {
      context = context.getParent();
    }
    Deque<JsonStreamContext> inside = new ArrayDeque<>();
    for (; context != null && context != outside; context = context.getParent()) {
      inside.push(context);
    }
    StringBuilder path = new StringBuilder();
    for (JsonStreamContext level : inside) {
      if (level.inArray()) {
        path.append('[').append(level.getCurrentIndex()).append(']');
      } else if (level.inObject() && level.getCurrentName() != null) {
        step(path, level.getCurrentName());
      }
    }
    return path.toString();
  }

  private static void step(StringBuilder path, String name) {
    if (!PLAIN_NAME.matcher(name).matches()) {
      path.append('[').append(PlainText.of(name, 80)).append(']');
      return;
    }
    if (!path.isEmpty()) {
      path.append('.');
    }
    path.append(name);
  }
}
