package dev.tidegate.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Requester;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.Kinds;
import dev.tidegate.workload.WorkloadReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an AdmissionReview in one pass over its bytes. Understands any order of fields; objects
 * whose kind is not judged, or not known yet, are only passed over.
 */
public final class ReviewReader {
  /** Longest uid that is echoed; the API server sends 36 characters. */
  private static final int LONGEST_UID = 128;

  /** Longest text of any other field of the envelope. */
  private static final int LONGEST_TEXT = 1024;

  /** Most groups of a user that are kept; being in a group only ever makes judging milder. */
  private static final int MOST_GROUPS = 1000;

  private static final String API_VERSION = "admission.k8s.io/v1";
  private static final String KIND = "AdmissionReview";

  private final JsonFactory json;

  /**
   * @param depth deepest nesting of JSON that is read
   */
  public ReviewReader(int depth) {
    this.json =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(depth)
                    .maxStringLength(Integer.MAX_VALUE) // bounded by the body itself
                    .build())
            .build();
  }

  /** Reads {@code body}. Never throws, whatever the bytes. */
  public Reading read(Slice body) {
    try {
      return read(new Draft(body, true));
    } catch (BadDocument bad) {
      // The parser stands somewhere in that object: the envelope is read again around it.
      return around(body);
    }
  }

  private Reading around(Slice body) {
    try {
      return read(new Draft(body, false));
    } catch (BadDocument impossible) {
      throw new IllegalStateException("objects that are passed over are not read", impossible);
    }
  }

  private Reading read(Draft draft) throws BadDocument {
    Slice body = draft.body;
    try (JsonParser parser = json.createParser(body.bytes(), body.offset(), body.length())) {
      draft.readFrom(parser);
      return draft.finish();
    } catch (StreamConstraintsException over) {
      return draft.illegible(
          Cause.TOO_LARGE, "the request is nested too deeply, or a part of it is too long");
    } catch (IOException malformed) {
      return draft.illegible(Cause.MALFORMED, "the request is not well-formed JSON");
    }
  }

  /**
   * {@code request.uid}, if it stands in {@code prefix}, the first bytes of a body that will not be
   * read to its end.
   */
  public Optional<String> uid(Slice prefix) {
    return switch (around(prefix)) {
      case Reading.Illegible illegible -> illegible.uid();
      case Reading.Understood understood -> Optional.of(understood.review().uid());
    };
  }

  /** Wrong in shape: a field is not of the type that it must have. */
  private static final class Misshapen extends IOException {
    private static final long serialVersionUID = 1;

    Misshapen(String field, String expected) {
      super(field + " is not " + expected);
    }
  }

  /** A review while it is being read: what was read stays known when the rest cannot be. */
  private static final class Draft {
    private final Slice body;
    private final boolean inOnePass;
    private @Nullable String uid;
    private String apiVersion = "";
    private String kind = "";
    private String objectGroup = "";
    private String objectVersion = "";
    private String objectKind = "";
    private String resource = "";
    private String subResource = "";
    private String name = "";
    private String namespace = "";
    private String operation = "";
    private String user = "";
    private final List<String> groups = new ArrayList<>();
    private boolean dryRun;
    private boolean request;
    private Optional<Enclosed> object = Optional.empty();
    private Optional<Enclosed> before = Optional.empty();

    Draft(Slice body, boolean inOnePass) {
      this.body = body;
      this.inOnePass = inOnePass;
    }

    Reading.Illegible illegible(Cause cause, String what) {
      return new Reading.Illegible(Optional.ofNullable(uid), dryRun, Doubt.of(cause, what));
    }

    Reading finish() {
      if (!request) {
        return illegible(Cause.MALFORMED, "the review has no request");
      }
      if (uid == null) {
        return illegible(Cause.MALFORMED, "the request has no uid of 1 to 128 characters");
      }
      if (!apiVersion.equals(API_VERSION) || !kind.equals(KIND)) {
        return illegible(
            Cause.MALFORMED,
            "the review is " + kind + " of " + apiVersion + ", not " + KIND + " of " + API_VERSION);
      }
      if (operation.isEmpty() || resource.isEmpty() || objectKind.isEmpty()) {
        return illegible(Cause.MALFORMED, "the request names no operation, resource or kind");
      }
      return new Reading.Understood(
          new Review(
              uid,
              new ObjectName(objectGroup, objectKind, namespace, name),
              objectVersion,
              resource,
              subResource,
              operation,
              new Requester(user, groups),
              dryRun,
              object,
              before));
    }

    void readFrom(JsonParser parser) throws IOException, BadDocument {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Misshapen("the review", "an object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (field) {
          case "apiVersion" -> apiVersion = text(parser, field);
          case "kind" -> kind = text(parser, field);
          case "request" -> {
            if (value == JsonToken.START_OBJECT) {
              request = true;
              readRequest(parser);
            } else if (value != JsonToken.VALUE_NULL) {
              throw new Misshapen(field, "an object");
            }
          }
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new Misshapen("what follows the review", "nothing");
      }
    }

    private void readRequest(JsonParser parser) throws IOException, BadDocument {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        switch (field) {
          case "uid" -> {
            String text = text(parser, field);
            uid = text.isEmpty() || text.length() > LONGEST_UID ? null : text;
          }
          case "kind" -> readKind(parser, value);
          case "resource" -> readResource(parser, value);
          case "subResource" -> subResource = text(parser, field);
          case "name" -> name = text(parser, field);
          case "namespace" -> namespace = text(parser, field);
          case "operation" -> operation = text(parser, field);
          case "userInfo" -> readUser(parser, value);
          case "dryRun" -> dryRun = value == JsonToken.VALUE_TRUE;
          case "object" -> object = enclosed(parser, value);
          case "oldObject" -> before = enclosed(parser, value);
          default -> parser.skipChildren();
        }
      }
    }

    private void readKind(JsonParser parser, JsonToken value) throws IOException {
      expectObject(value, "request.kind");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "group" -> objectGroup = text(parser, field);
          case "version" -> objectVersion = text(parser, field);
          case "kind" -> objectKind = text(parser, field);
          default -> parser.skipChildren();
        }
      }
    }

    private void readResource(JsonParser parser, JsonToken value) throws IOException {
      expectObject(value, "request.resource");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        if (field.equals("resource")) {
          resource = text(parser, field);
        } else {
          parser.skipChildren();
        }
      }
    }

    private void readUser(JsonParser parser, JsonToken value) throws IOException {
      expectObject(value, "request.userInfo");
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken inside = parser.nextToken();
        if (field.equals("username")) {
          user = text(parser, field);
        } else if (field.equals("groups") && inside == JsonToken.START_ARRAY) {
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            String group = text(parser, "groups");
            if (groups.size() < MOST_GROUPS) {
              groups.add(group);
            }
          }
        } else {
          parser.skipChildren();
        }
      }
    }

    private Optional<Enclosed> enclosed(JsonParser parser, JsonToken value)
        throws IOException, BadDocument {
      if (value == JsonToken.VALUE_NULL) {
        return Optional.empty();
      }
      expectObject(value, "the object of the request");
      if (inOnePass && Kinds.judged(objectGroup, objectKind)) {
        return Optional.of(new Enclosed.Known(WorkloadReader.read(parser)));
      }
      long start = parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      long end = parser.currentLocation().getByteOffset();
      if (start < 0 || end < start) {
        // Only readers of UTF-16 and UTF-32 do not know their place in the bytes.
        throw new Misshapen("the request", "UTF-8");
      }
      return Optional.of(
          new Enclosed.Unread(
              new Slice(body.bytes(), Math.toIntExact(start), Math.toIntExact(end - start))));
    }

    private static void expectObject(JsonToken value, String field) throws Misshapen {
      if (value != JsonToken.START_OBJECT) {
        throw new Misshapen(field, "an object");
      }
    }

    private static String text(JsonParser parser, String field) throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return "";
      }
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        throw new Misshapen(field, "a string");
      }
      if (parser.getTextLength() > LONGEST_TEXT) {
        throw new StreamConstraintsException(field + " is too long");
      }
      return parser.getText();
    }
  }
}
