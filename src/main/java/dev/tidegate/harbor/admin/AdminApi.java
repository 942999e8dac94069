package dev.tidegate.harbor.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.document.StrictJson;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Ticker;
import dev.tidegate.net.Endpoint;
import dev.tidegate.net.Reply;
import dev.tidegate.net.Request;
import dev.tidegate.net.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The questions and orders of an administrator to one Harbor's API (v2.0). Every method waits for
 * 15 seconds at most and throws {@link Trouble} when there is no answer of use.
 */
public final class AdminApi {
  private static final String ROOT = "/api/v2.0";
  private static final int MOST_BYTES = 8 << 20;
  private static final int PAGE = 100;
  private static final int MOST_PAGES = 100;
  private static final int DELIVERIES = 10;
  private static final Duration LONGEST = Duration.ofSeconds(15);
  private static final String DEFAULT_PREFIX = "robot$";

  /** What {@code /users/current} answers to a robot. */
  private static final int ROBOT = 412;

  private final String host;
  private final Endpoint endpoint;
  private final Ticker ticker;

  /**
   * @param host the Harbor's name, for texts
   * @param endpoint how it is asked, and as whom
   */
  public AdminApi(String host, Endpoint endpoint, Ticker ticker) {
    this.host = Objects.requireNonNull(host);
    this.endpoint = Objects.requireNonNull(endpoint);
    this.ticker = Objects.requireNonNull(ticker);
  }

  /** Who Harbor takes us for. */
  public enum Caller {
    /** A user with a name. */
    USER,
    /** A robot account. */
    ROBOT,
    /** Nobody: without credentials, or with wrong ones, which Harbor does not tell apart. */
    NOBODY
  }

  /** Who Harbor takes us for. */
  public Caller caller() throws Trouble, InterruptedException {
    try {
      Reply reply = read("/users/current", "learn who we are to " + host, ROBOT);
      return reply.status() == ROBOT ? Caller.ROBOT : Caller.USER;
    } catch (Trouble trouble) {
      if (trouble.doubt().cause() == Cause.UNAUTHENTICATED) {
        return Caller.NOBODY;
      }
      throw trouble;
    }
  }

  /**
   * Whether it is a Harbor at all.
   *
   * @throws Trouble if it does not answer, so that it cannot be told
   */
  public boolean isHarbor() throws Trouble, InterruptedException {
    try {
      Reply reply = read("/systeminfo", "learn whether " + host + " is a Harbor");
      return reply.ok() && tree(reply).path("auth_mode").isTextual();
    } catch (Trouble trouble) {
      if (trouble.doubt().cause().kind() == Cause.Kind.INPUT) {
        return false; // another program, which has nothing there or wants something else
      }
      throw trouble;
    }
  }

  /** Its version, {@code 2.15.2}, without the build; empty when it does not say. */
  public Optional<String> version() throws Trouble, InterruptedException {
    JsonNode info = tree(read("/systeminfo", "read the version of " + host));
    return Optional.of(info.path("harbor_version").asText(""))
        .map(text -> text.replaceFirst("^v", "").replaceFirst("-.*$", ""))
        .filter(text -> text.matches("[0-9]{1,4}([.][0-9]{1,4}){1,3}"));
  }

  /** What names of robot accounts begin with. */
  public String robotPrefix() throws Trouble, InterruptedException {
    try {
      Reply reply = read("/configurations", "read the settings of " + host);
      return tree(reply).path("robot_name_prefix").path("value").asText(DEFAULT_PREFIX);
    } catch (Trouble trouble) {
      if (trouble.doubt().cause() == Cause.FORBIDDEN) {
        return DEFAULT_PREFIX; // only administrators may know; what is wrong with it shows later
      }
      throw trouble;
    }
  }

  /**
   * The rights that this Harbor can give to robots, by their names, those about the whole Harbor
   * with a slash before them; empty when it does not say, as before 2.10, when it gave all.
   */
  Optional<SortedSet<String>> offered() throws Trouble, InterruptedException {
    Reply reply = read("/permissions", "read which rights " + host + " can give");
    if (reply.none()) {
      return Optional.empty();
    }
    JsonNode tree = tree(reply);
    SortedSet<String> names = new TreeSet<>();
    tree.path("system").forEach(right -> names.add(Access.SYSTEM + name(right)));
    tree.path("project").forEach(right -> names.add(name(right)));
    return Optional.of(names);
  }

  private static String name(JsonNode right) {
    return right.path("resource").asText() + ":" + right.path("action").asText();
  }

  /**
   * The robot account for the whole Harbor that is called {@code name}.
   *
   * @param prefix what Harbor puts before it
   */
  public Optional<Robot> robot(String prefix, String name) throws Trouble, InterruptedException {
    // Those of projects are not among them, unless asked for.
    String query = "?q=" + Request.encoded("name=" + name);
    return pages("/robots" + query, "look for robot " + name, Robot::of).stream()
        .filter(robot -> robot.name().equals(prefix + name))
        .findFirst();
  }

  /**
   * A new robot account, or a new secret of one.
   *
   * @param name its whole name
   */
  record Secret(String name, String secret) {
    @Override
    public String toString() {
      return "Secret of " + name;
    }
  }

  /** Makes a robot account. */
  Secret create(ObjectNode robot) throws Trouble, InterruptedException {
    JsonNode made =
        tree(send("POST", "/robots", robot, "make robot " + robot.path("name").asText()));
    return secret(made.path("name").asText(), made);
  }

  /** Gives a robot account another secret; the former one is void from then on. */
  Secret renew(Robot robot) throws Trouble, InterruptedException {
    ObjectNode wish = StrictJson.MAPPER.createObjectNode().put("secret", "");
    return secret(
        robot.name(),
        tree(send("PATCH", "/robots/" + robot.id(), wish, "renew the secret of " + robot.name())));
  }

  private Secret secret(String name, JsonNode answer) throws Trouble {
    String secret = answer.path("secret").asText("");
    if (secret.isEmpty() || name.isEmpty()) {
      throw Trouble.of(Cause.MALFORMED, "learn the secret of a robot", host + " did not tell it");
    }
    return new Secret(name, secret);
  }

  /** Changes a robot account. */
  void update(Robot robot, ObjectNode to) throws Trouble, InterruptedException {
    found(send("PUT", "/robots/" + robot.id(), to, "change robot " + robot.name()));
  }

  /** The names of the projects that we may see. */
  public List<String> projects() throws Trouble, InterruptedException {
    return pages(
        "/projects?with_detail=false",
        "list the projects of " + host,
        project -> project.path("name").asText());
  }

  /**
   * A project that we may see. One that is not public, if there is one, since from others everybody
   * may pull; and one with images of its own, since others ask another registry.
   */
  public Optional<String> someProject() throws Trouble, InterruptedException {
    Optional<String> cache = Optional.empty();
    for (String only : List.of("&public=false", "")) {
      String path = "/projects?with_detail=false&page=1&page_size=" + PAGE + only;
      for (JsonNode project : tree(read(path, "list the projects of " + host))) {
        Optional<String> name = Optional.of(project.path("name").asText());
        if (project.path("registry_id").asLong() == 0) {
          return name;
        }
        cache = cache.or(() -> name);
      }
    }
    return cache;
  }

  /** The events that webhooks of a project can tell of. */
  SortedSet<String> events(String project) throws Trouble, InterruptedException {
    Reply reply =
        read(of(project) + "/webhook/events", "read which events " + host + " can tell of");
    SortedSet<String> names = new TreeSet<>();
    tree(reply).path("event_type").forEach(event -> names.add(event.asText()));
    return names;
  }

  /** The webhook policies of a project. */
  public List<Webhook> webhooks(String project) throws Trouble, InterruptedException {
    return pages(
        of(project) + "/webhook/policies?sort=id",
        "list the webhooks of project " + project,
        Webhook::of);
  }

  /** Makes a webhook policy. */
  void create(String project, ObjectNode webhook) throws Trouble, InterruptedException {
    found(
        send(
            "POST",
            of(project) + "/webhook/policies",
            webhook,
            "make a webhook of project " + project));
  }

  /** Changes a webhook policy. */
  void update(String project, Webhook webhook, ObjectNode to) throws Trouble, InterruptedException {
    found(
        send(
            "PUT",
            of(project) + "/webhook/policies/" + webhook.id(),
            to,
            "change webhook " + webhook.name() + " of project " + project));
  }

  /**
   * What came of the last callbacks by a webhook policy, the newest first, at most ten; empty when
   * Harbor does not tell, as before 2.8.
   */
  public Optional<List<Delivery>> deliveries(String project, Webhook webhook)
      throws Trouble, InterruptedException {
    String what = "read what came of the callbacks of project " + project;
    Reply reply =
        read(
            of(project)
                + "/webhook/policies/"
                + webhook.id()
                + "/executions?sort=-start_time&page=1&page_size="
                + DELIVERIES,
            what);
    if (reply.none()) {
      return Optional.empty();
    }
    List<Delivery> deliveries = new ArrayList<>();
    tree(reply).forEach(one -> deliveries.add(Delivery.of(one)));
    return Optional.of(deliveries.subList(0, Math.min(DELIVERIES, deliveries.size())));
  }

  private static String of(String project) {
    return "/projects/" + Request.encoded(project);
  }

  private <T> List<T> pages(String path, String what, Function<JsonNode, T> reading)
      throws Trouble, InterruptedException {
    List<T> all = new ArrayList<>();
    for (int page = 1; page <= MOST_PAGES; page++) {
      JsonNode list = tree(read(path + "&page_size=" + PAGE + "&page=" + page, what));
      if (!list.isArray() || list.size() > PAGE) {
        throw Trouble.of(Cause.MALFORMED, what, host + " did not answer with a list");
      }
      try {
        list.forEach(one -> all.add(reading.apply(one)));
      } catch (BadValue bad) {
        throw Trouble.of(Cause.MALFORMED, what, bad.problem());
      }
      if (list.size() < PAGE) {
        return all;
      }
    }
    throw Trouble.of(
        Cause.TOO_LARGE, what, host + " has more than " + PAGE * MOST_PAGES + " of them");
  }

  private Reply read(String path, String what, int... answers)
      throws Trouble, InterruptedException {
    return ask(Request.get(ROOT + path, MOST_BYTES, what).answeredBy(answers));
  }

  private Reply send(String method, String path, ObjectNode body, String what)
      throws Trouble, InterruptedException {
    return ask(
        Request.sending(method, ROOT + path, Optional.of(body.toString()), MOST_BYTES, what));
  }

  private Reply ask(Request request) throws Trouble, InterruptedException {
    return endpoint.send(
        request
            .withPassword()
            .accept("application/json")
            // Without the header a name of digits is taken for a number.
            .header("X-Is-Resource-Name", "true"),
        Deadline.in(LONGEST, ticker));
  }

  private void found(Reply reply) throws Trouble {
    if (reply.none()) {
      throw Trouble.of(
          Cause.MALFORMED,
          "ask " + host,
          "it has no such thing (404); is it a Harbor, 2.7 or newer?");
    }
  }

  private JsonNode tree(Reply reply) throws Trouble {
    found(reply);
    try {
      return StrictJson.read(reply.body());
    } catch (StrictJson.Broken broken) {
      throw Trouble.of(
          Cause.MALFORMED,
          "ask " + host,
          "its answer cannot be read: " + PlainText.of(String.valueOf(broken.getMessage()), 200));
    }
  }
}
