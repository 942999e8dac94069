package dev.tidegate.admission;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidegate.model.Requester;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.Json;
import dev.tidegate.workload.Kinds;
import dev.tidegate.workload.WorkloadReader;
import dev.tidegate.workload.WorkloadReader.Read;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an AdmissionReview in one pass over its bytes, and finds the uid even in one that is cut
 * off or broken.
 */
final class ReviewReader {
  private static final int LONGEST_UID = 128;
  private static final int MOST_GROUPS = 1000;

  private String apiVersion = "";
  private String reviewKind = "";
  private @Nullable String uid;
  private String group = "";
  private String kind = "";
  private String subResource = "";
  private String namespace = "";
  private String name = "";
  private String operation = "";
  private String user = "";
  private List<String> groups = List.of();
  private boolean dryRun;
  private boolean request;
  private Optional<Read> object = Optional.empty();
  private Optional<Read> before = Optional.empty();
  private Optional<BadDocument> bad = Optional.empty();
  private final Skip skip;
  private boolean atBefore;

  /** Which objects are passed over. */
  private enum Skip {
    NONE,
    BEFORE,
    BOTH
  }

  private ReviewReader(Skip skip) {
    this.skip = skip;
  }

  /** Reads {@code body}. Never throws. */
  static Review.Reading read(byte[] body) {
    return read(body, Skip.NONE, Optional.empty());
  }

  /**
   * A parser that met a bad object stands in the middle of it. So the body is read again without
   * that object: what is wrong with the new one is part of the review; an old one that cannot be
   * read is as none, and everything is judged.
   */
  private static Review.Reading read(byte[] body, Skip skip, Optional<BadDocument> known) {
    ReviewReader reader = new ReviewReader(skip);
    reader.bad = known;
    try {
      reader.review(body);
      return reader.reading();
    } catch (BadDocument malformed) {
      return switch (skip) {
        case NONE ->
            reader.atBefore
                ? read(body, Skip.BEFORE, Optional.empty())
                : read(body, Skip.BOTH, Optional.of(malformed));
        case BEFORE -> read(body, Skip.BOTH, Optional.of(malformed));
        case BOTH -> reader.unreadable(known.orElse(malformed));
      };
    } catch (IOException broken) {
      return reader.unreadable(known.orElseGet(() -> Json.bad(broken)));
    }
  }

  /** The uid in {@code prefix}, the beginning of a body that is over the bound. */
  static Optional<String> uid(byte[] prefix) {
    ReviewReader reader = new ReviewReader(Skip.BOTH);
    try {
      reader.review(prefix);
    } catch (BadDocument | IOException cutOff) {
      return Optional.ofNullable(
          reader.uid); // expected: it ends in the middle; the uid comes early
    }
    return Optional.ofNullable(reader.uid);
  }

  private Review.Reading unreadable(BadDocument why) {
    return new Review.Reading.Unreadable(
        Optional.ofNullable(uid), String.valueOf(why.getMessage()));
  }

  private Review.Reading reading() {
    if (uid == null || uid.isEmpty()) {
      return new Review.Reading.Unreadable(
          Optional.empty(), request ? "has no request.uid" : "has no request");
    }
    if (!apiVersion.equals("admission.k8s.io/v1") || !reviewKind.equals("AdmissionReview")) {
      return new Review.Reading.Unreadable(
          Optional.of(uid),
          "is not an AdmissionReview of admission.k8s.io/v1; register the webhook with that version");
    }
    return new Review.Reading.Readable(
        new Review(
            uid,
            group,
            kind,
            subResource,
            namespace,
            name,
            operation,
            new Requester(user, groups),
            dryRun,
            object,
            before,
            bad));
  }

  private void review(byte[] body) throws IOException, BadDocument {
    try (JsonParser parser = Json.MAPPER.getFactory().createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw BadDocument.malformed("", "is not a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "apiVersion" -> apiVersion = text(parser);
          case "kind" -> reviewKind = text(parser);
          case "request" -> request(parser);
          default -> parser.skipChildren();
        }
      }
    }
  }

  private void request(JsonParser parser) throws IOException, BadDocument {
    if (!isObject(parser)) {
      return;
    }
    request = true;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "uid" -> uid = uid(text(parser));
        case "kind" -> kind(parser);
        case "subResource" -> subResource = text(parser);
        case "name" -> name = text(parser);
        case "namespace" -> namespace = text(parser);
        case "operation" -> operation = text(parser);
        case "userInfo" -> user(parser);
        case "dryRun" -> dryRun = parser.currentToken() == JsonToken.VALUE_TRUE;
        case "object" -> object = object(parser, skip != Skip.BOTH);
        case "oldObject" -> {
          atBefore = true;
          before = object(parser, skip == Skip.NONE);
          atBefore = false;
        }
        default -> parser.skipChildren();
      }
    }
  }

  private static @Nullable String uid(String text) {
    return text.length() <= LONGEST_UID ? text : null;
  }

  private void kind(JsonParser parser) throws IOException {
    if (isObject(parser)) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "group" -> group = text(parser);
          case "kind" -> kind = text(parser);
          default -> parser.skipChildren();
        }
      }
    }
  }

  private void user(JsonParser parser) throws IOException, BadDocument {
    if (isObject(parser)) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "username" -> user = text(parser);
          case "groups" -> groups = groups(parser);
          default -> parser.skipChildren();
        }
      }
    }
  }

  private static List<String> groups(JsonParser parser) throws IOException, BadDocument {
    List<String> groups = new ArrayList<>();
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (groups.size() == MOST_GROUPS) {
          throw BadDocument.tooLarge(
              "request.userInfo.groups", "has more than " + MOST_GROUPS + " entries");
        }
        groups.add(text(parser));
      }
    }
    return groups;
  }

  /** An object; the API server sends its kind before it. */
  private Optional<Read> object(JsonParser parser, boolean wanted) throws IOException, BadDocument {
    if (!wanted || parser.currentToken() != JsonToken.START_OBJECT || unjudged()) {
      parser.skipChildren();
      return Optional.empty();
    }
    return Optional.of(WorkloadReader.read(parser));
  }

  private boolean unjudged() {
    return !kind.isEmpty() && !Kinds.judged(group, kind);
  }

  private static boolean isObject(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      return true;
    }
    parser.skipChildren();
    return false;
  }

  private static String text(JsonParser parser) throws IOException {
    String text = parser.getValueAsString("");
    parser.skipChildren();
    return text == null ? "" : text;
  }
}
