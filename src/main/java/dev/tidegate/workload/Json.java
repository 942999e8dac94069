package dev.tidegate.workload;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.stream.Collectors;

/** The JSON reader of this project, with its bounds, and what its errors mean. */
public final class Json {
  /** Deepest nesting; Kubernetes' own objects stay far below. */
  private static final int DEEPEST = 100;

  /** Longest string in characters: an API object is at most about 3 MiB. */
  private static final int LONGEST_STRING = 3 * 1024 * 1024;

  /**
   * Reads strictly by type, ignores unknown fields where records say so, and is bounded in depth
   * and length.
   */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxStringLength(LONGEST_STRING)
                          .maxNumberLength(100)
                          .maxNameLength(2000)
                          .build())
                  .build())
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * What a failure to read means, in words for the sender and without anything of the reader's
   * inside.
   */
  public static BadDocument bad(IOException failure) {
    return failure instanceof JsonProcessingException json
        ? bad(json)
        : BadDocument.malformed("", "cannot be read");
  }

  private static BadDocument bad(JsonProcessingException failure) {
    if (failure instanceof StreamConstraintsException) {
      return BadDocument.tooLarge(
          "", "nested deeper than " + DEEPEST + " levels, or with a value that is too long");
    }
    if (failure instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      String path =
          mapping.getPath().stream()
              .map(at ->
                  at.getFieldName() == null ? "[" + at.getIndex() + "]" : "." + at.getFieldName())
              .collect(Collectors.joining());
      if (mapping.getCause() instanceof StreamConstraintsException) {
        return BadDocument.tooLarge(path.substring(1), "nested too deep, or too long");
      }
      return BadDocument.malformed(
          path.startsWith(".") ? path.substring(1) : path, "has a value of the wrong type");
    }
    JsonLocation at = failure.getLocation();
    return BadDocument.malformed(
        "",
        "is not valid JSON"
            + (at == null
                ? ""
                : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")"));
  }
}
