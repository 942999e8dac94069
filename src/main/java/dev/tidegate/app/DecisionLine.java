package dev.tidegate.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidegate.admission.Answer;
import dev.tidegate.admission.Decision;
import dev.tidegate.admission.JsonPatch;
import dev.tidegate.admission.Review;
import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Container;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Proof;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Mode;
import dev.tidegate.report.DenialText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A decision as one line of JSON, in the field names of the Elastic Common Schema where it has
 * them, else below {@code tidegate}.
 */
final class DecisionLine {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_IMAGES = 50;
  private static final int MOST_RULINGS = 100;
  private static final int LONGEST = 256;

  /** Most passing checks say the same in every decision, and are most of a line. */
  private static final Cache<Said, SerializedString> PLAIN =
      Caffeine.newBuilder().maximumSize(2_000).build();

  /** There are as many as the enums that are logged have constants. */
  private static final Map<Enum<?>, String> LOWER = new ConcurrentHashMap<>();

  private DecisionLine() {}

  /** {@code decision}, made at {@code at}, with its line break. */
  static byte[] of(Decision decision, Instant at) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("@timestamp", at.toString());
      json.writeStringField("message", message(decision));
      event(json, decision);
      Optional<Review> review = decision.review();
      if (review.isPresent()) {
        about(json, review.get(), decision.subject());
      }
      own(json, decision);
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException impossible) {
      throw new UncheckedIOException("a stream in memory failed", impossible);
    }
    return bytes.toByteArray();
  }

  /** What was decided, in one word. */
  static String word(Decision decision) {
    if (decision.answer() instanceof Answer.Admit admit && decision.verdict().isEmpty()) {
      if (admit.patch().isPresent()) {
        return "pinned";
      }
      return decision.undecided().isPresent() ? "undecided-admitted" : "not-judged";
    }
    if (decision.answer() instanceof Answer.Admit
        && decision.verdict().map(verdict -> verdict.effect().refuses()).orElse(false)) {
      return "audit";
    }
    return decision.verdict().map(verdict -> DenialText.word(verdict.effect())).orElse("undecided");
  }

  private static String message(Decision decision) {
    return word(decision)
        + " "
        + decision.review().map(review -> review.operation() + " " + review.name()).orElse("");
  }

  private static void event(JsonGenerator json, Decision decision) throws IOException {
    json.writeObjectFieldStart("event");
    json.writeStringField("kind", "event");
    json.writeArrayFieldStart("category");
    json.writeString("configuration");
    json.writeEndArray();
    json.writeArrayFieldStart("type");
    json.writeString(decision.answer() instanceof Answer.Admit ? "allowed" : "denied");
    json.writeEndArray();
    json.writeStringField("action", "admission");
    json.writeStringField(
        "outcome", decision.answer() instanceof Answer.Admit ? "success" : "failure");
    json.writeNumberField("duration", decision.took().toNanos());
    json.writeStringField("id", PlainText.of(decision.uid(), LONGEST));
    json.writeEndObject();
  }

  private static void about(JsonGenerator json, Review review, Optional<Subject> subject)
      throws IOException {
    json.writeObjectFieldStart("user");
    json.writeStringField("name", PlainText.of(review.requester().name(), LONGEST));
    json.writeEndObject();
    ObjectName name = subject.map(Subject::object).orElse(review.name());
    json.writeObjectFieldStart("orchestrator");
    json.writeStringField("type", "kubernetes");
    json.writeStringField("namespace", name.namespace());
    json.writeObjectFieldStart("resource");
    json.writeStringField("type", PlainText.of(review.resource(), LONGEST));
    json.writeStringField("name", name.name());
    json.writeEndObject();
    json.writeEndObject();
    if (subject.isPresent()) {
      images(json, subject.get());
    }
  }

  private static void images(JsonGenerator json, Subject subject) throws IOException {
    json.writeObjectFieldStart("container");
    json.writeObjectFieldStart("image");
    strings(
        json,
        "name",
        subject.pod().containers().stream()
            .map(Container::image)
            .map(image -> PlainText.of(image, LONGEST)));
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void own(JsonGenerator json, Decision decision) throws IOException {
    json.writeObjectFieldStart("tidegate");
    json.writeStringField("decision", word(decision));
    json.writeStringField("mode", decision.auditOnly() ? "global-audit" : "by-policy");
    json.writeNumberField("milliseconds", decision.took().toNanos() / 1e6);
    Optional<Review> review = decision.review();
    if (review.isPresent()) {
      json.writeStringField("operation", PlainText.of(review.get().operation(), LONGEST));
      json.writeStringField("kind", review.get().name().kind());
      if (!review.get().subResource().isEmpty()) {
        json.writeStringField("sub_resource", PlainText.of(review.get().subResource(), LONGEST));
      }
    }
    Optional<Subject> subject = decision.subject();
    if (subject.isPresent()) {
      if (subject.get().owner().isPresent()) {
        json.writeStringField("owner", subject.get().owner().get().toString());
      }
      strings(
          json,
          "digests",
          subject.get().pod().containers().stream()
              .flatMap(container -> digest(container).stream()));
    }
    if (decision.undecided().isPresent()) {
      json.writeStringField("undecided", decision.undecided().get().doubt().tried());
    }
    if (decision.answer() instanceof Answer.Admit admit && admit.patch().isPresent()) {
      strings(
          json,
          "pinned",
          admit.patch().get().replacements().stream().map(JsonPatch.Replace::value));
    }
    Optional<Verdict> verdict = decision.verdict();
    if (verdict.isPresent()) {
      verdict(json, verdict.get(), decision.answer() instanceof Answer.Admit);
    }
    json.writeEndObject();
  }

  private static Optional<String> digest(Container container) {
    return ImageReference.tryParse(container.image())
        .flatMap(ImageReference::digest)
        .map(Digest::toString);
  }

  private static void verdict(JsonGenerator json, Verdict verdict, boolean admitted)
      throws IOException {
    json.writeNumberField("generation", verdict.generation());
    json.writeStringField("fingerprint", verdict.fingerprint());
    json.writeNumberField("rounds", verdict.rounds());
    json.writeBooleanField("uncovered", verdict.uncovered());
    json.writeBooleanField("would_deny", admitted && verdict.strict().refuses());
    strings(json, "exemptions", verdict.exemptions().stream());
    json.writeArrayFieldStart("checks");
    List<Ruling> rulings = verdict.rulings();
    for (Ruling ruling : rulings.subList(0, Math.min(MOST_RULINGS, rulings.size()))) {
      Said said = Said.of(ruling);
      if (ruling.findings().isEmpty() && proofs(ruling).isEmpty()) {
        json.writeRawValue(PLAIN.get(said, Said::asObject));
      } else {
        json.writeStartObject();
        said.write(json);
        strings(
            json,
            "problems",
            ruling.findings().stream()
                .map(finding ->
                    finding.container().map(name -> name + ": ").orElse("") + finding.problem()));
        strings(json, "proofs", proofs(ruling).stream().map(Proof::statement));
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }

  private static List<Proof> proofs(Ruling ruling) {
    return ruling.outcome() instanceof Outcome.Pass pass ? pass.because() : List.of();
  }

  /** What every ruling has. */
  private record Said(
      String policy, String check, Mode mode, String outcome, Effect effect, Effect strict) {
    static Said of(Ruling ruling) {
      return new Said(
          ruling.policy(),
          ruling.check(),
          ruling.mode(),
          DecisionLine.outcome(ruling.outcome()),
          ruling.effect(),
          ruling.strict());
    }

    void write(JsonGenerator json) throws IOException {
      json.writeStringField("policy", policy);
      json.writeStringField("check", check);
      json.writeStringField("mode", lower(mode));
      json.writeStringField("outcome", outcome);
      json.writeStringField("effect", DenialText.word(effect));
      json.writeStringField("strict", DenialText.word(strict));
    }

    SerializedString asObject() {
      StringWriter text = new StringWriter();
      try (JsonGenerator json = JSON.createGenerator(text)) {
        json.writeStartObject();
        write(json);
        json.writeEndObject();
      } catch (IOException impossible) {
        throw new UncheckedIOException("a text in memory failed", impossible);
      }
      return new SerializedString(text.toString());
    }
  }

  /** The word for an outcome in log and metrics. */
  static String outcome(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Pass pass -> "pass";
      case Outcome.Fail fail -> "fail";
      case Outcome.Unknown unknown -> "unknown";
      case Outcome.Skip skip -> "skip";
    };
  }

  /** The word for a constant in log and metrics. */
  static String lower(Enum<?> constant) {
    return LOWER.computeIfAbsent(constant, one -> one.name().toLowerCase(Locale.ROOT));
  }

  /** A list of at most so many texts; none where there is nothing. */
  static void strings(JsonGenerator json, String field, Stream<String> values) throws IOException {
    List<String> some = values.distinct().limit(MOST_IMAGES).toList();
    if (some.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart(field);
    for (String value : some) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
