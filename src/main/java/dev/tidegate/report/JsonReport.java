package dev.tidegate.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.tidegate.engine.Ruling;
import dev.tidegate.model.ObjectName;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * What was judged as JSON for machines. The shape has a name and a version, {@value #SCHEMA}:
 * fields are added under the same version, and none is renamed or taken away without a new one.
 */
public final class JsonReport {
  /** Name and version of the shape. */
  public static final String SCHEMA = "tidegate.dev/check/v1";

  private JsonReport() {}

  /**
   * The report, ending with a newline.
   *
   * @param at the moment of judging
   * @param fingerprint of the policy set
   */
  public static String render(Instant at, String fingerprint, Collection<Judged> judged) {
    StringWriter text = new StringWriter();
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    try (JsonGenerator json = new JsonFactory().createGenerator(text).setPrettyPrinter(printer)) {
      json.writeStartObject();
      json.writeStringField("schema", SCHEMA);
      json.writeStringField("at", at.toString());
      json.writeStringField("policies", fingerprint);
      summary(json, Summary.of(judged));
      json.writeArrayFieldStart("objects");
      for (Judged one : judged) {
        object(json, one);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // nothing but memory is written to
    }
    return text.append('\n').toString();
  }

  private static void summary(JsonGenerator json, Summary summary) throws IOException {
    json.writeObjectFieldStart("summary");
    json.writeNumberField("objects", summary.objects());
    json.writeStringField("result", summary.worst().toString());
    for (Result result : Result.values()) {
      json.writeNumberField(result.toString(), summary.count(result));
    }
    json.writeEndObject();
  }

  private static void object(JsonGenerator json, Judged judged) throws IOException {
    ObjectName object = judged.object();
    json.writeStartObject();
    json.writeStringField("group", object.group());
    json.writeStringField("kind", object.kind());
    json.writeStringField("namespace", object.namespace());
    json.writeStringField("name", object.name());
    json.writeStringField("source", judged.source());
    json.writeNumberField("alike", judged.alike());
    json.writeStringField("result", judged.result().toString());
    json.writeArrayFieldStart("findings");
    for (Row row : judged.rows()) {
      if (!row.check().isEmpty()) { // a pass or a skip is no finding
        finding(json, row);
      }
    }
    json.writeEndArray();
    json.writeArrayFieldStart("checks");
    for (Ruling ruling : judged.rulings()) {
      for (String policy : ruling.policies()) {
        check(json, policy, ruling);
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void finding(JsonGenerator json, Row row) throws IOException {
    json.writeStartObject();
    json.writeStringField("result", row.result().toString());
    json.writeStringField("check", row.check());
    strings(json, "containers", row.containers());
    json.writeStringField("problem", row.problem());
    json.writeStringField("fix", row.fix());
    strings(json, "fields", row.fields());
    strings(json, "policies", row.policies());
    if (row.exemption().isPresent()) {
      json.writeStringField("exemption", row.exemption().get());
    }
    json.writeEndObject();
  }

  private static void check(JsonGenerator json, String policy, Ruling ruling) throws IOException {
    json.writeStartObject();
    json.writeStringField("policy", policy);
    json.writeStringField("mode", ruling.mode().name().toLowerCase(Locale.ROOT));
    json.writeStringField("check", ruling.check());
    json.writeStringField("outcome", DenialText.word(ruling.outcome()));
    json.writeStringField("effect", DenialText.word(ruling.effect()));
    json.writeEndObject();
  }

  private static void strings(JsonGenerator json, String name, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
