package dev.tidegate.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/** What came of an image that was let through without a scan, as a line among decisions. */
final class RecheckLine {
  private static final JsonFactory JSON = new JsonFactory();

  private RecheckLine() {}

  /** {@code result}, told at {@code at}, with its line break. */
  static byte[] of(Rechecks.Result result, Instant at) {
    String word = DecisionLine.lower(result.judged());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("@timestamp", at.toString());
      json.writeStringField("message", word + " after it was let through without a scan");
      json.writeObjectFieldStart("event");
      json.writeStringField("kind", "event");
      json.writeStringField("action", "recheck");
      json.writeStringField(
          "outcome",
          switch (result.judged()) {
            case PASSED -> "success";
            case REFUSED -> "failure";
            case UNDECIDED -> "unknown";
          });
      json.writeEndObject();
      json.writeObjectFieldStart("orchestrator");
      json.writeStringField("type", "kubernetes");
      json.writeStringField("namespace", result.namespace());
      json.writeEndObject();
      json.writeObjectFieldStart("container");
      json.writeObjectFieldStart("image");
      DecisionLine.strings(json, "name", List.of(result.image()), Object::toString);
      json.writeEndObject();
      json.writeEndObject();
      json.writeObjectFieldStart("tidegate");
      json.writeStringField("recheck", word);
      json.writeStringField("since", result.since().toString());
      DecisionLine.strings(json, "workloads", result.workloads(), name -> name);
      DecisionLine.strings(json, "problems", result.problems(), problem -> problem);
      json.writeEndObject();
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException impossible) {
      throw new UncheckedIOException("a stream in memory failed", impossible);
    }
    return bytes.toByteArray();
  }
}
