package dev.tidegate.admission;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidegate.workload.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Writes an answer as an AdmissionReview ({@code admission.k8s.io/v1}). */
final class AnswerWriter {
  private AnswerWriter() {}

  static byte[] write(String uid, Answer answer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = Json.MAPPER.getFactory().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("apiVersion", "admission.k8s.io/v1");
      json.writeStringField("kind", "AdmissionReview");
      json.writeObjectFieldStart("response");
      json.writeStringField("uid", uid);
      json.writeBooleanField("allowed", answer instanceof Answer.Admit);
      if (answer instanceof Answer.Refuse refuse) {
        status(json, refuse);
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
      throw new UncheckedIOException("writing to memory failed", impossible);
    }
    return bytes.toByteArray();
  }

  private static void status(JsonGenerator json, Answer.Refuse refuse) throws IOException {
    json.writeObjectFieldStart("status");
    json.writeStringField("status", "Failure");
    json.writeNumberField("code", refuse.code());
    json.writeStringField("reason", refuse.reason());
    json.writeStringField("message", refuse.message());
    if (!refuse.causes().isEmpty()) {
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
