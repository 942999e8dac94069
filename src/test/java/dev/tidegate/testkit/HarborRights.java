package dev.tidegate.testkit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which right a question to a {@link HarborDouble} takes, as Harbor 2.15 has it. */
final class HarborRights {
  /** Questions about webhooks. */
  static final Pattern HOOK =
      Pattern.compile("/projects/([^/]+)/webhook/(events|policies)(?:/([0-9]+)(/executions)?)?");

  private HarborRights() {}

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
    if (path.matches("/projects/[^/]+/scanner")) {
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
