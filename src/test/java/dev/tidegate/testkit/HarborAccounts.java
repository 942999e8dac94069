package dev.tidegate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.testkit.RegistryDouble.Answer;
import dev.tidegate.testkit.RegistryDouble.Asked;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Users, robots and webhook policies of a {@link HarborDouble}, as Harbor 2.15 has them: who asks
 * with wrong credentials is nobody, not somebody who is refused; a robot may what its permissions
 * say and nothing else.
 */
public final class HarborAccounts {
  private static final Pattern ROBOT = Pattern.compile("/robots/([0-9]+)");
  private static final Pattern PROJECT = Pattern.compile("/projects/([^/]+)(/.*)?");
  private final InstantSource clock;
  private final Map<Long, ObjectNode> robots = new LinkedHashMap<>();
  private final Map<Long, String> secrets = new LinkedHashMap<>();
  private final HarborHooks hooks;
  private final List<String> changes = new ArrayList<>();
  private String admin = "";
  private String prefix = "robot$";
  private String scanner = "Trivy";
  private String version = "v2.15.2-d65b21c1";
  private List<String> refused = List.of();
  private boolean tellsPermissions = true;
  private long last;

  HarborAccounts(InstantSource clock) {
    this.clock = clock;
    this.hooks = new HarborHooks(clock, changes);
  }

  /** Who may everything; from now on nobody else may anything, robots aside. */
  public HarborAccounts administrator(String user, String password) {
    admin = basic(user, password);
    return this;
  }

  /** What names of robots begin with. */
  public HarborAccounts prefix(String text) {
    prefix = text;
    return this;
  }

  /** What {@code /systeminfo} says of it, {@code v2.15.2-d65b21c1}. */
  public HarborAccounts version(String text) {
    version = text;
    return this;
  }

  /** Which scanner all projects have; empty for none. */
  public HarborAccounts scanner(String name) {
    scanner = name;
    return this;
  }

  /** It knows no {@code /permissions}, as before 2.10. */
  public HarborAccounts keepsPermissionsToItself() {
    tellsPermissions = false;
    return this;
  }

  /** Rights that it cannot give to robots, {@code project:list}. */
  public HarborAccounts cannotGive(String... names) {
    refused = List.of(names);
    return this;
  }

  /** What was changed, in order: method and path. */
  public List<String> changes() {
    return List.copyOf(changes);
  }

  /** The robots, by their whole names. */
  public Map<String, ObjectNode> robots() {
    Map<String, ObjectNode> all = new LinkedHashMap<>();
    robots.values().forEach(robot -> all.put(robot.path("name").asText(), robot));
    return all;
  }

  /** The secret of a robot. */
  public String secret(String robot) {
    return robots.values().stream()
        .filter(one -> one.path("name").asText().equals(robot))
        .map(this::secret)
        .findFirst()
        .orElseThrow();
  }

  private String secret(ObjectNode robot) {
    return secrets.getOrDefault(robot.path("id").asLong(), "");
  }

  /** Its webhook policies. */
  public HarborHooks hooks() {
    return hooks;
  }

  /** Makes a robot, as somebody by hand. */
  public ObjectNode robot(String json, String secret) {
    ObjectNode robot = parsed(json.getBytes(StandardCharsets.UTF_8));
    made(robot);
    secrets.put(robot.path("id").asLong(), secret);
    return robot;
  }

  private void made(ObjectNode robot) {
    robot.put("name", prefix + robot.path("name").asText());
    robot.put("id", ++last).put("creation_time", clock.instant().toString());
    robot.put("editable", true);
    lasts(robot);
    robots.put(last, robot);
  }

  private static void lasts(ObjectNode robot) {
    long days = robot.path("duration").asLong(-1);
    robot.put(
        "expires_at",
        days < 0
            ? -1
            : Instant.parse(robot.path("creation_time").asText()).getEpochSecond() + days * 86_400);
  }

  private static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  /** Whether there are accounts at all. */
  boolean closed() {
    return !admin.isEmpty();
  }

  /** Whether {@code authorization} is the administrator's. */
  private boolean isAdmin(String authorization) {
    return authorization.equals(admin);
  }

  /** The robot that {@code authorization} is of, which can log in now. */
  Optional<ObjectNode> robot(String authorization) {
    return robots.values().stream()
        .filter(robot -> !robot.path("disable").asBoolean())
        .filter(robot ->
            robot.path("expires_at").asLong() < 0
                || robot.path("expires_at").asLong() > clock.instant().getEpochSecond())
        .filter(robot -> authorization.equals(basic(robot.path("name").asText(), secret(robot))))
        .findFirst();
  }

  /** Whether {@code authorization} is somebody's. */
  boolean known(String authorization) {
    return isAdmin(authorization) || robot(authorization).isPresent();
  }

  /** Whether who sends {@code authorization} may this in {@code project}; {@code /} for all. */
  boolean may(String authorization, String project, String resource, String action) {
    if (isAdmin(authorization)) {
      return true;
    }
    Optional<ObjectNode> robot = robot(authorization);
    if (robot.isEmpty()) {
      return false;
    }
    for (JsonNode permission : robot.get().path("permissions")) {
      String namespace = permission.path("namespace").asText();
      boolean there =
          project.equals("/")
              ? permission.path("kind").asText().equals("system")
              : permission.path("kind").asText().equals("project")
                  && (namespace.equals("*") || namespace.equals(project));
      for (JsonNode access : permission.path("access")) {
        if (there
            && access.path("resource").asText().equals(resource)
            && access.path("action").asText().equals(action)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Why a question to the API is refused: 401 or 403; 0 if it is not. */
  int refusal(Asked asked, String path, String authorization) {
    if (!closed() || isAdmin(authorization)) {
      return 0;
    }
    if (robot(authorization).isEmpty()) {
      return path.equals("/systeminfo") ? 0 : 401;
    }
    String needed = HarborRights.needed(asked.method(), path);
    if (needed.isEmpty()) {
      return 0;
    }
    Matcher project = PROJECT.matcher(path);
    String where = project.matches() ? HarborWeb.decoded(project.group(1)) : "/";
    String[] right = needed.split(":", -1);
    return may(authorization, where, right[0], right[1]) ? 0 : 403;
  }

  /** The answer to what is about accounts and webhooks; empty when it is about something else. */
  Optional<Answer> answer(Asked asked, String path, byte[] body, String authorization) {
    if (path.equals("/users/current")) {
      int status = !closed() || isAdmin(authorization) ? 200 : 412;
      return Optional.of(RegistryDouble.status(status, "{\"username\":\"admin\"}"));
    }
    if (path.equals("/systeminfo")) {
      ObjectNode info = Json.MAPPER.createObjectNode().put("auth_mode", "db_auth");
      if (known(authorization)) {
        info.put("harbor_version", version);
        info.put("current_time", clock.instant().toString());
      }
      return Optional.of(RegistryDouble.status(200, info.toString()));
    }
    if (path.equals("/configurations")) {
      ObjectNode settings = Json.MAPPER.createObjectNode();
      settings.putObject("robot_name_prefix").put("editable", true).put("value", prefix);
      return Optional.of(RegistryDouble.status(200, settings.toString()));
    }
    if (path.equals("/permissions") && tellsPermissions) {
      return Optional.of(RegistryDouble.status(200, permissions().toString()));
    }
    if (path.equals("/robots")) {
      return Optional.of(asked.method().equals("POST") ? create(body) : listed(asked));
    }
    Matcher robot = ROBOT.matcher(path);
    if (robot.matches()) {
      return Optional.of(robot(asked.method(), Long.parseLong(robot.group(1)), body));
    }
    if (path.matches("/projects/[^/]+/scanner")) {
      // Harbor says null where there is none.
      return Optional.of(
          RegistryDouble.status(
              200,
              scanner.isEmpty()
                  ? "null"
                  : "{\"uuid\":\"a1-b2\",\"name\":\""
                      + scanner
                      + "\",\"disabled\":false,\"auth\":\"\"}"));
    }
    Matcher hook = HarborRights.HOOK.matcher(path);
    if (hook.matches() && hook.group(4) != null) {
      return Optional.of(hooks.executions(Long.parseLong(hook.group(3))));
    }
    return hook.matches()
        ? Optional.of(
            hooks.answer(
                asked.method(),
                HarborWeb.decoded(hook.group(1)),
                hook.group(2),
                Optional.ofNullable(hook.group(3)),
                body))
        : Optional.empty();
  }

  private JsonNode permissions() {
    ObjectNode all = Json.MAPPER.createObjectNode();
    ArrayNode system = all.putArray("system");
    give(system, "project:list", "project:create", "robot:list", "catalog:read", "scanner:read");
    give(
        all.putArray("project"),
        "repository:pull",
        "repository:push",
        "repository:list",
        "artifact:read",
        "artifact:list",
        "artifact:delete",
        "artifact-addition:read",
        "accessory:list",
        "project:read",
        "scanner:read",
        "scan:create",
        "notification-policy:list",
        "notification-policy:read",
        "notification-policy:create",
        "notification-policy:update");
    return all;
  }

  private void give(ArrayNode list, String... names) {
    for (String name : names) {
      if (!refused.contains(name)) {
        String[] right = name.split(":", -1);
        list.addObject().put("resource", right[0]).put("action", right[1]);
      }
    }
  }

  private Answer listed(Asked asked) {
    String query = HarborWeb.query(asked.query()).getOrDefault("q", "");
    ArrayNode some = Json.MAPPER.createArrayNode();
    robots.values().stream()
        .filter(robot ->
            !query.contains("name=")
                || (robot.path("name").asText() + ",")
                    .equals(prefix + query.replaceFirst(".*name=", "") + ","))
        .map(ObjectNode::deepCopy)
        .forEach(some::add);
    return RegistryDouble.status(200, some.toString());
  }

  private Answer create(byte[] body) {
    ObjectNode robot = parsed(body);
    String name = prefix + robot.path("name").asText();
    for (JsonNode permission : robot.path("permissions")) {
      for (JsonNode access : permission.path("access")) {
        String right = access.path("resource").asText() + ":" + access.path("action").asText();
        if (refused.contains(right)) {
          return RegistryDouble.status(400, error("bad request permission: " + right));
        }
      }
    }
    if (robots().containsKey(name)) {
      return RegistryDouble.status(409, error("robot account " + name + " already exists"));
    }
    changes.add("POST /robots");
    made(robot);
    String secret = "Secret" + last + "made";
    secrets.put(last, secret);
    return RegistryDouble.status(
        201,
        Json.MAPPER
            .createObjectNode()
            .put("id", last)
            .put("name", name)
            .put("secret", secret)
            .put("expires_at", robot.path("expires_at").asLong())
            .toString());
  }

  private Answer robot(String method, long id, byte[] body) {
    ObjectNode robot = robots.get(id);
    if (robot == null) {
      return RegistryDouble.status(404, error("no such robot"));
    }
    switch (method) {
      case "PUT" -> {
        ObjectNode to = parsed(body);
        if (!to.path("name").equals(robot.path("name"))
            || !to.path("level").equals(robot.path("level"))) {
          return RegistryDouble.status(400, error("cannot update the level or name of robot"));
        }
        robot.set("permissions", to.path("permissions"));
        robot.put("disable", to.path("disable").asBoolean());
        robot.put("duration", to.path("duration").asLong());
        lasts(robot);
      }
      case "PATCH" -> secrets.put(id, "Secret" + id + "renewed" + changes.size());
      default -> {
        return RegistryDouble.status(200, robot.toString());
      }
    }
    changes.add(method + " /robots");
    return RegistryDouble.status(
        200,
        method.equals("PATCH")
            ? Json.MAPPER.createObjectNode().put("secret", secrets.get(id)).toString()
            : "");
  }

  static String error(String message) {
    return "{\"errors\":[{\"code\":\"X\",\"message\":\"" + message + "\"}]}";
  }

  static ObjectNode parsed(byte[] body) {
    try {
      return (ObjectNode) Json.MAPPER.readTree(body);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
