package dev.tidegate.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidegate.model.PlainText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * JSON that others wrote, read in the one way that leaves nothing to choose: no field twice,
 * nothing behind the end, nothing but UTF-8, bounded depth and numbers. Two readers of such a
 * document see the same.
 */
public final class StrictJson {
  private static final int DEEPEST = 64;

  /** Reads and writes by these rules. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxNumberLength(64)
                          .maxNameLength(4096)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /** What was read is not JSON, or not by the rules. */
  public static final class Broken extends Exception {
    private static final long serialVersionUID = 1;

    private Broken(String how) {
      super(how);
    }
  }

  /**
   * The document that {@code json} is.
   *
   * @throws Broken if it is none; the message says how, without quoting it
   */
  public static JsonNode read(byte[] json) throws Broken {
    String text;
    try {
      // Jackson would guess other encodings from the first bytes; RFC 8259 knows only this one.
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new Broken("it is not UTF-8");
    }
    try {
      JsonNode tree = MAPPER.readTree(text);
      if (tree == null || tree.isMissingNode()) {
        throw new Broken("it is empty");
      }
      return tree;
    } catch (JsonProcessingException broken) {
      throw new Broken(
          "it is not JSON, or not unambiguous (line "
              + (broken.getLocation() == null ? 0 : broken.getLocation().getLineNr())
              + ": "
              + PlainText.of(String.valueOf(broken.getOriginalMessage()), 120)
              + ")");
    }
  }

  /**
   * The same, which must be an object.
   *
   * @throws Broken if it is none
   */
  public static JsonNode object(byte[] json) throws Broken {
    JsonNode tree = read(json);
    if (!tree.isObject()) {
      throw new Broken("it is JSON, but no object");
    }
    return tree;
  }
}
