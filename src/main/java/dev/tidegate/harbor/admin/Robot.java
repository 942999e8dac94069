package dev.tidegate.harbor.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.document.StrictJson;
import dev.tidegate.harbor.Seconds;
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
  private final Instant created;

  private Robot(ObjectNode json, Instant created) {
    this.json = json;
    this.created = created;
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
    try {
      return new Robot(
          object, OffsetDateTime.parse(json.path("creation_time").asText()).toInstant());
    } catch (DateTimeException none) {
      throw new BadValue("creation_time of a robot account is no time", FIX);
    }
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
    return Seconds.end(json.path("expires_at").asLong(-1));
  }

  /** Whether it has ended by {@code now}. */
  public boolean over(Instant now) {
    return ends().filter(end -> !now.isBefore(end)).isPresent();
  }

  /** When it was made, from which Harbor counts its days. */
  Instant created() {
    return created;
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
