package dev.tidegate.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidegate.admission.Answer;
import dev.tidegate.admission.Decision;
import dev.tidegate.admission.JsonPatch;
import dev.tidegate.admission.Review;
import dev.tidegate.check.Images;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Container;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Subject;
import dev.tidegate.report.DenialText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A decision as one line of JSON, in the field names of the Elastic Common Schema where it has
 * them, else below {@code tidegate}.
 */
final class DecisionLine {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_TEXTS = 50;
  private static final int LONGEST = 256;

  /** There are as many as the enums that are logged have constants. */
  private static final Map<Enum<?>, String> LOWER = new ConcurrentHashMap<>();

  private DecisionLine() {}

  /** {@code decision}, made at {@code at}, with its line break. */
  static byte[] of(Decision decision, Instant at) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    try (JsonGenerator json = new NamesOnce(JSON.createGenerator(bytes))) {
      json.writeStartObject();
      json.writeStringField("@timestamp", at.toString());
      String word = word(decision);
      json.writeStringField("message", message(word, decision));
      event(json, decision);
      Optional<Review> review = decision.review();
      if (review.isPresent()) {
        about(json, review.get(), decision.subject());
      }
      own(json, word, decision);
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

  private static String message(String word, Decision decision) {
    return word
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
        subject.pod().containers(),
        container -> PlainText.of(container.image(), LONGEST));
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void own(JsonGenerator json, String word, Decision decision) throws IOException {
    json.writeObjectFieldStart("tidegate");
    json.writeStringField("decision", word);
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
      strings(json, "digests", digests(subject.get()), Digest::toString);
    }
    if (decision.undecided().isPresent()) {
      json.writeStringField("undecided", decision.undecided().get().doubt().tried());
    }
    if (decision.answer() instanceof Answer.Admit admit && admit.patch().isPresent()) {
      strings(json, "pinned", admit.patch().get().replacements(), JsonPatch.Replace::value);
    }
    Optional<Verdict> verdict = decision.verdict();
    if (verdict.isPresent()) {
      verdict(json, verdict.get(), decision.answer() instanceof Answer.Admit);
    }
    json.writeEndObject();
  }

  private static List<Digest> digests(Subject subject) {
    List<Digest> digests = new ArrayList<>();
    for (Container container : subject.pod().containers()) {
      if (container.image().indexOf('@') >= 0) {
        Images.legible(container).flatMap(ImageReference::digest).ifPresent(digests::add);
      }
    }
    return digests;
  }

  private static void verdict(JsonGenerator json, Verdict verdict, boolean admitted)
      throws IOException {
    json.writeNumberField("generation", verdict.generation());
    json.writeStringField("fingerprint", verdict.fingerprint());
    json.writeNumberField("rounds", verdict.rounds());
    json.writeBooleanField("uncovered", verdict.uncovered());
    json.writeBooleanField("would_deny", admitted && verdict.strict().refuses());
    strings(json, "exemptions", verdict.exemptions(), name -> name);
    RulingsLine.write(json, verdict.rulings());
  }

  /** The word for a constant in log and metrics. */
  static String lower(Enum<?> constant) {
    return LOWER.computeIfAbsent(constant, one -> one.name().toLowerCase(Locale.ROOT));
  }

  /** A list of at most so many texts, each once; none where there is nothing. */
  static <T> void strings(
      JsonGenerator json, String field, Collection<T> of, Function<? super T, String> text)
      throws IOException {
    if (of.isEmpty()) {
      return;
    }
    List<String> some = new ArrayList<>(); // so few that a set would cost more
    for (T one : of) {
      if (some.size() == MOST_TEXTS) {
        break;
      }
      String value = text.apply(one);
      if (!some.contains(value)) {
        some.add(value);
      }
    }
    json.writeArrayFieldStart(field);
    for (String value : some) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
