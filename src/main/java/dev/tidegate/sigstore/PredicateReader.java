package dev.tidegate.sigstore;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.Predicate;
import dev.tidegate.evidence.PredicateKind;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.PlainText;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * Reads what a statement says, for the predicate types that are understood. A predicate that is not
 * as its type demands is told of, and satisfies nothing.
 */
final class PredicateReader {
  /** Most bytes of a scanner's report. */
  static final int LONGEST_RESULT = 16 * 1024 * 1024;

  private PredicateReader() {}

  /** What {@code predicate}, which may be missing, says. */
  static Predicate read(String type, JsonNode predicate) {
    Optional<PredicateKind> kind = PredicateKind.of(type);
    if (kind.isPresent()
        && kind.get() == PredicateKind.SPDX
        && predicate.isTextual()) { // SPDX's own format is text, which cosign attests as such
      return new Predicate.Contents(predicate.textValue().isBlank(), 0);
    }
    if (!predicate.isObject()) {
      return predicate.isMissingNode() || predicate.isNull()
          ? empty(kind)
          : new Predicate.Illegible("its predicate is not a JSON object");
    }
    if (kind.isEmpty()) {
      return new Predicate.Other(predicate.isEmpty());
    }
    try {
      Json json = new Json(predicate, "its predicate");
      return switch (kind.get()) {
        case SLSA_02 -> ProvenanceReader.ofSlsa02(json);
        case SLSA_1 -> ProvenanceReader.ofSlsa1(json);
        case SPDX -> new Predicate.Contents(predicate.isEmpty(), count(predicate, "packages"));
        case CYCLONEDX ->
            new Predicate.Contents(predicate.isEmpty(), count(predicate, "components"));
        case VULNERABILITIES -> vulnerabilities(json);
      };
    } catch (Refused otherwise) {
      return new Predicate.Illegible(otherwise.why());
    }
  }

  private static Predicate empty(Optional<PredicateKind> kind) {
    return kind.map(known ->
            switch (known) {
              case SPDX, CYCLONEDX -> new Predicate.Contents(true, 0);
              case SLSA_02, SLSA_1, VULNERABILITIES ->
                  new Predicate.Illegible("it has no predicate");
            })
        .orElseGet(() -> new Predicate.Other(true));
  }

  private static int count(JsonNode predicate, String field) {
    JsonNode list = predicate.path(field);
    return list.isArray() ? list.size() : 0;
  }

  private static Predicate vulnerabilities(Json json) throws Refused {
    Json scanner = json.object("scanner");
    Optional<Json> database = scanner.maybeObject("db");
    Optional<Json> metadata = json.maybeObject("metadata");
    Optional<Bytes> result = Optional.empty();
    if (scanner.has("result")) {
      Bytes written = scanner.object("result").written();
      if (written.size() > LONGEST_RESULT) {
        throw Refused.malformed(
            "its scan report is larger than " + LONGEST_RESULT / (1024 * 1024) + " MiB");
      }
      result = Optional.of(written);
    }
    return new Predicate.Vulnerabilities(
        scanner.textOr("uri", ""),
        scanner.textOr("version", ""),
        metadata.isPresent() ? moment(metadata.get(), "scanFinishedOn") : Optional.empty(),
        database.isPresent() ? moment(database.get(), "lastUpdate") : Optional.empty(),
        result);
  }

  /** A moment as RFC 3339 writes it; the first year, Go's zero, is none. */
  private static Optional<Instant> moment(Json json, String field) throws Refused {
    String text = json.textOr(field, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      OffsetDateTime moment = OffsetDateTime.parse(text);
      return moment.getYear() <= 1 ? Optional.empty() : Optional.of(moment.toInstant());
    } catch (DateTimeException notOne) {
      throw Refused.malformed("its " + field + " " + PlainText.quote(text) + " is not a moment");
    }
  }
}
