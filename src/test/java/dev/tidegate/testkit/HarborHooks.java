package dev.tidegate.testkit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.testkit.RegistryDouble.Answer;
import dev.tidegate.workload.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The webhook policies of a {@link HarborDouble}. */
public final class HarborHooks {
  private static final List<String> EVENTS =
      List.of(
          "PUSH_ARTIFACT",
          "PULL_ARTIFACT",
          "DELETE_ARTIFACT",
          "QUOTA_EXCEED",
          "QUOTA_WARNING",
          "SCANNING_FAILED",
          "SCANNING_STOPPED",
          "SCANNING_COMPLETED",
          "REPLICATION",
          "TAG_RETENTION");

  private final InstantSource clock;
  private final List<String> changes;
  private final Map<String, Map<Long, ObjectNode>> byProject = new LinkedHashMap<>();
  private @Nullable List<String> delivered = List.of();
  private long last;

  HarborHooks(InstantSource clock, List<String> changes) {
    this.clock = clock;
    this.changes = changes;
  }

  /** Those of a project. */
  public List<ObjectNode> of(String project) {
    return List.copyOf(byProject.getOrDefault(project, Map.of()).values());
  }

  /** Makes one, as somebody by hand. */
  public ObjectNode byHand(String project, String json) {
    return put(project, HarborAccounts.parsed(json.getBytes(StandardCharsets.UTF_8)));
  }

  private ObjectNode put(String project, ObjectNode policy) {
    policy.put("id", ++last).put("creation_time", clock.instant().toString());
    byProject.computeIfAbsent(project, none -> new LinkedHashMap<>()).put(last, policy);
    return policy;
  }

  /** What came of the last callbacks of all projects, the newest first, {@code Success}. */
  public void delivered(String... statuses) {
    delivered = List.of(statuses);
  }

  /** The list of what came of callbacks by one policy. */
  Answer executions(long policy) {
    if (delivered == null) {
      return RegistryDouble.status(404, HarborAccounts.error("not found")); // before 2.8
    }
    ArrayNode all = Json.MAPPER.createArrayNode();
    Instant at = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    for (String status : delivered) {
      all.addObject()
          .put("id", 1000 - all.size())
          .put("vendor_type", "WEBHOOK")
          .put("vendor_id", policy)
          .put("status", status)
          .put("trigger", "EVENT")
          .put("start_time", at.minusSeconds(60L * all.size()).toString());
    }
    return RegistryDouble.status(200, all.toString());
  }

  /** It does not tell what came of callbacks, as before 2.8. */
  public void keepsDeliveriesToItself() {
    delivered = null;
  }

  /** The answer to a question about webhooks. */
  Answer answer(String method, String project, String what, Optional<String> id, byte[] body) {
    if (what.equals("events")) {
      ObjectNode all = Json.MAPPER.createObjectNode();
      EVENTS.forEach(all.putArray("event_type")::add);
      all.putArray("notify_type").add("http");
      return RegistryDouble.status(200, all.toString());
    }
    return switch (method) {
      case "POST" -> {
        ObjectNode policy = HarborAccounts.parsed(body);
        boolean taken =
            of(project).stream().anyMatch(one -> one.path("name").equals(policy.path("name")));
        if (taken) {
          yield RegistryDouble.status(409, HarborAccounts.error("name is taken"));
        }
        put(project, policy);
        changes.add("POST " + project);
        yield RegistryDouble.status(201, "");
      }
      case "PUT" -> {
        long number = Long.parseLong(id.orElseThrow());
        byProject
            .getOrDefault(project, Map.of())
            .put(number, HarborAccounts.parsed(body).put("id", number));
        changes.add("PUT " + project);
        yield RegistryDouble.status(200, "");
      }
      default -> {
        ArrayNode all = Json.MAPPER.createArrayNode();
        of(project).forEach(all::add);
        yield RegistryDouble.status(200, all.toString());
      }
    };
  }
}
