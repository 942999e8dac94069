package dev.tidegate.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Writes answers as {@code admission.k8s.io/v1} AdmissionReviews. */
public final class AnswerWriter {
  private static final JsonFactory JSON = new JsonFactory();

  private AnswerWriter() {}

  /** {@code answer} to the request with {@code uid}, as UTF-8 JSON. */
  public static byte[] write(String uid, Answer answer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("kind", "AdmissionReview");
      json.writeStringField("apiVersion", "admission.k8s.io/v1");
      json.writeObjectFieldStart("response");
      json.writeStringField("uid", uid);
      json.writeBooleanField("allowed", answer instanceof Answer.Admit);
      if (answer instanceof Answer.Refuse refuse) {
        writeStatus(json, refuse);
      }
      if (answer instanceof Answer.Admit admit && admit.patch().isPresent()) {
        json.writeStringField("patchType", "JSONPatch");
        json.writeBinaryField("patch", patch(admit.patch().get()));
      }
      if (!answer.warnings().isEmpty()) {
        json.writeArrayFieldStart("warnings");
        for (String warning : answer.warnings()) {
          json.writeString(warning);
        }
        json.writeEndArray();
      }
      if (!answer.audit().isEmpty()) {
        json.writeObjectFieldStart("auditAnnotations");
        for (Map.Entry<String, String> annotation : answer.audit().entrySet()) {
          json.writeStringField(annotation.getKey(), annotation.getValue());
        }
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("a stream in memory failed", impossible);
    }
    return bytes.toByteArray();
  }

  private static byte[] patch(JsonPatch patch) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartArray();
      for (JsonPatch.Replace replacement : patch.replacements()) {
        json.writeStartObject();
        json.writeStringField("op", "replace");
        json.writeStringField("path", replacement.pointer());
        json.writeStringField("value", replacement.value());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return bytes.toByteArray();
  }

  private static void writeStatus(JsonGenerator json, Answer.Refuse refuse) throws IOException {
    json.writeObjectFieldStart("status");
    json.writeStringField("status", "Failure");
    json.writeStringField("message", refuse.message());
    json.writeStringField("reason", refuse.reason());
    json.writeNumberField("code", refuse.code());
    if (!refuse.causes().isEmpty()) {
      // No retryAfterSeconds: the API server would repeat the call until the user sees a timeout.
      json.writeObjectFieldStart("details");
      json.writeArrayFieldStart("causes");
      for (Answer.Cause cause : refuse.causes()) {
        json.writeStartObject();
        json.writeStringField("reason", cause.check());
        json.writeStringField("message", cause.message());
        if (!cause.field().isEmpty()) {
          json.writeStringField("field", cause.field());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndObject();
  }
}
