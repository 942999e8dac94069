package dev.tidegate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which right a question to a {@link HarborDouble} takes, as Harbor 2.15 has it. */
public final class HarborRights {
  /** Questions about webhooks. */
  static final Pattern HOOK =
      Pattern.compile("/projects/([^/]+)/webhook/(events|policies)(?:/([0-9]+)(/executions)?)?");

  private HarborRights() {}

  /** Takes a right, {@code artifact:read}, from a robot. */
  public static void take(ObjectNode robot, String right) {
    for (JsonNode permission : robot.path("permissions")) {
      var access = permission.path("access").elements();
      while (access.hasNext()) {
        JsonNode one = access.next();
        if (right.equals(one.path("resource").asText() + ":" + one.path("action").asText())) {
          access.remove();
        }
      }
    }
  }

  /** The right, {@code artifact:read}; empty when it takes none. */
  static String needed(String method, String path) {
    if (path.equals("/projects")) {
      return "project:list";
    }
    if (path.startsWith("/robots")) {
      return "robot:" + (method.equals("GET") ? "list" : "update");
    }
    if (path.equals("/configurations")) {
      return "configuration:read";
    }
    Matcher hook = HOOK.matcher(path);
    if (hook.matches()) {
      return "notification-policy:"
          + switch (method) {
            case "POST" -> "create";
            case "PUT" -> "update";
            default -> hook.group(2).equals("events") || hook.group(4) != null ? "read" : "list";
          };
    }
    if (path.matches("/projects/[^/]+")) {
      return "project:read";
    }
    if (path.matches("/projects/[^/]+/scanner|/scanners/[^/]+/metadata")) {
      return "scanner:read";
    }
    if (path.matches("/projects/[^/]+/repositories")) {
      return "repository:list";
    }
    if (path.endsWith("/artifacts")) {
      return "artifact:list";
    }
    if (path.endsWith("/accessories")) {
      return "accessory:list";
    }
    if (path.contains("/additions/")) {
      return "artifact-addition:read";
    }
    if (path.endsWith("/scan")) {
      return "scan:create";
    }
    return path.contains("/artifacts/") ? "artifact:read" : "";
  }
}
