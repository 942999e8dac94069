package dev.tidegate.harbor.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.document.StrictJson;
import dev.tidegate.model.BadValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A robot account as Harbor tells of it ({@code GET /robots}). */
public final class Robot {
  private static final String FIX = "compare it with Harbor's own page; report what differs";

  private final ObjectNode json;

  private Robot(ObjectNode json) {
    this.json = json;
  }

  /**
   * The robot in {@code json}.
   *
   * @throws BadValue if it is none
   */
  static Robot of(JsonNode json) {
    if (!(json instanceof ObjectNode object)
        || !json.path("id").canConvertToLong()
        || !json.path("name").isTextual()) {
      throw new BadValue("a robot account has no id, or no name", FIX);
    }
    return new Robot(object);
  }

  long id() {
    return json.path("id").asLong();
  }

  /** Its whole name, by which it logs in, with the prefix that Harbor gives to robots. */
  public String name() {
    return json.path("name").asText();
  }

  /** Whether it cannot log in, because somebody has said so. */
  public boolean disabled() {
    return json.path("disable").asBoolean();
  }

  /** When it ends; empty when never. */
  public Optional<Instant> ends() {
    long at = json.path("expires_at").asLong(-1);
    return at < 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(at));
  }

  /** When it was made, from which Harbor counts its days. */
  Instant created() {
    try {
      return OffsetDateTime.parse(json.path("creation_time").asText()).toInstant();
    } catch (DateTimeException none) {
      throw new BadValue("creation_time of robot " + name() + " is no time", FIX);
    }
  }

  /** What it may. */
  public SortedSet<Access> rights() {
    SortedSet<Access> rights = new TreeSet<>();
    for (JsonNode permission : json.path("permissions")) {
      String project =
          permission.path("kind").asText().equals("system")
              ? Access.SYSTEM
              : permission.path("namespace").asText();
      for (JsonNode access : permission.path("access")) {
        rights.add(
            new Access(project, access.path("resource").asText(), access.path("action").asText()));
      }
    }
    return rights;
  }

  /**
   * What to send to Harbor so that it becomes this.
   *
   * @param days after how many days from its making it ends; -1 for never; empty to leave that
   */
  ObjectNode changed(SortedSet<Access> rights, Optional<Integer> days) {
    ObjectNode changed = json.deepCopy();
    changed.put("disable", false);
    changed.set("permissions", permissions(rights));
    days.ifPresent(number -> changed.put("duration", number));
    changed.remove("secret");
    return changed;
  }

  /** What to send to Harbor for a new one. */
  static ObjectNode fresh(String name, String description, SortedSet<Access> rights, int days) {
    ObjectNode fresh = StrictJson.MAPPER.createObjectNode();
    fresh.put("name", Objects.requireNonNull(name)).put("description", description);
    fresh.put("level", "system").put("disable", false).put("duration", days);
    fresh.set("permissions", permissions(rights));
    return fresh;
  }

  private static ArrayNode permissions(SortedSet<Access> rights) {
    TreeMap<String, ArrayNode> byProject = new TreeMap<>();
    ArrayNode all = StrictJson.MAPPER.createArrayNode();
    for (Access right : rights) {
      byProject
          .computeIfAbsent(
              right.project(),
              project ->
                  all.addObject()
                      .put("kind", right.system() ? "system" : "project")
                      .put("namespace", project)
                      .putArray("access"))
          .addObject()
          .put("resource", right.resource())
          .put("action", right.action());
    }
    return all;
  }
}
