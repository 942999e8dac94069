package dev.tidegate.harbor;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidegate.model.BadValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads lists of Harbor's API (v2.0). */
public final class Listings {
  private static final String FIX = "compare it with Harbor's own page; report what differs";

  private Listings() {}

  /**
   * A repository, as a list has it.
   *
   * @param path with the project
   * @param updated the text of when it was last changed; only compared with itself
   */
  public record Listed(String path, String updated) {}

  /**
   * A robot account.
   *
   * @param ends when it ends; empty when never
   */
  record Account(String name, Optional<Instant> ends) {}

  /** An entry of a list of robots; -1 is never. */
  record RawRobot(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("expires_at") @Nullable Long ends) {}

  /** An entry of a list of projects. */
  record RawName(@JsonProperty("name") @Nullable String name) {}

  /** An entry of a list of repositories. */
  record RawRepository(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("update_time") @Nullable String updated) {}

  /** The names in {@code GET /projects}. */
  static List<String> projects(byte[] bytes) {
    return list(bytes, "a list of projects", RawName.class, raw -> name(raw.name()));
  }

  /** The accounts in {@code GET /robots}. */
  static List<Account> robots(byte[] bytes) {
    return list(
        bytes,
        "a list of robot accounts",
        RawRobot.class,
        raw -> new Account(name(raw.name()), Seconds.end(raw.ends() == null ? -1 : raw.ends())));
  }

  /** The repositories in {@code GET /projects/NAME/repositories}. */
  static List<Listed> repositories(byte[] bytes) {
    return list(
        bytes,
        "a list of repositories",
        RawRepository.class,
        raw -> {
          String updated = raw.updated();
          return new Listed(name(raw.name()), updated == null ? "" : updated);
        });
  }

  /** The artifacts in {@code GET …/artifacts}. */
  static List<Artifact> artifacts(byte[] bytes) {
    return list(bytes, "a list of artifacts", Answers.RawArtifact.class, Answers::artifact);
  }

  private static String name(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      throw new BadValue("an entry of the list has no name", FIX);
    }
    return name;
  }

  private static <R extends Record, T> List<T> list(
      byte[] bytes, String what, Class<R> type, Function<R, T> reading) {
    List<T> all = new ArrayList<>();
    Json.document(
        bytes,
        what,
        Answers.MOST_BYTES,
        json -> {
          if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new BadValue("this is not " + what, FIX);
          }
          Json.entries(
              json,
              what,
              one -> {
                R raw = Json.records(type).readValue(one);
                if (raw == null) {
                  throw new BadValue(what + " has null in it", FIX);
                }
                if (all.size() == Page.MOST) {
                  throw new BadValue("a page of " + what + " has more entries than asked for", FIX);
                }
                all.add(reading.apply(raw));
              });
        });
    return all;
  }
}
