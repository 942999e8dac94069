package dev.tidegate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import dev.tidegate.testkit.HarborState.Held;
import dev.tidegate.testkit.RegistryDouble.Answer;
import dev.tidegate.testkit.RegistryDouble.Asked;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a {@link HarborDouble} answers. */
final class HarborWeb {
  private static final Pattern PULL = Pattern.compile("/v2/(.+)/manifests/(.+)");
  private static final Pattern ARTIFACT =
      Pattern.compile(
          "/projects/([^/]+)/repositories/([^/]+)/artifacts(?:/([^/]+)(/accessories|/scan|/additions/vulnerabilities)?)?");
  private static final int LARGEST_PAGE = 100;

  private final HarborDouble harbor;
  private final HarborState state;
  private final HarborTexts texts;
  private final RegistryDouble registry;
  private volatile UnaryOperator<Answer> mood = UnaryOperator.identity();
  private volatile CompletableFuture<Void> stalled = CompletableFuture.completedFuture(null);
  private final HarborAccounts accounts;
  private volatile String basic = "";
  private final AtomicReference<String> token = new AtomicReference<>("dG9rZW4");

  HarborWeb(
      HarborDouble harbor,
      HarborState state,
      HarborTexts texts,
      RegistryDouble registry,
      HarborAccounts accounts) {
    this.harbor = harbor;
    this.state = state;
    this.texts = texts;
    this.registry = registry;
    this.accounts = accounts;
  }

  void closedTo(String user, String password) {
    basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  void tokensEnd() {
    token.updateAndGet(one -> one + "x");
  }

  void mood(UnaryOperator<Answer> next) {
    mood = next;
    stalled.complete(null);
  }

  void stalled(CompletableFuture<Void> until) {
    stalled = until;
  }

  void answer(HttpExchange exchange) throws IOException {
    stalled.join();
    URI uri = exchange.getRequestURI();
    Map<String, String> headers = new HashMap<>();
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
    Asked asked =
        new Asked(
            exchange.getRequestMethod(),
            uri.getRawPath(),
            Optional.ofNullable(uri.getRawQuery()).orElse(""),
            headers);
    mood.apply(other -> normally(other, asked)).to(exchange);
  }

  private void normally(HttpExchange exchange, Asked asked) throws IOException {
    String given = asked.headers().getOrDefault("Authorization", "");
    if (asked.path().equals("/service/token")) {
      // A wrong password gets a token as well: one that opens nothing.
      ok(
          exchange,
          Json.MAPPER
              .createObjectNode()
              .put("token", token(given))
              .put("access_token", "")
              .put("expires_in", 1800));
    } else if (asked.path().startsWith("/v2/")) {
      registry(exchange, asked, given);
    } else if (asked.path().startsWith("/api/v2.0/")) {
      if (!basic.isEmpty() && !given.equals(basic)) {
        error(exchange, 401, "UNAUTHORIZED");
        return;
      }
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = asked.path().substring("/api/v2.0".length());
      Answer answer;
      synchronized (harbor) {
        int refusal = accounts.refusal(asked, path, given);
        answer =
            refusal > 0
                ? failing -> error(failing, refusal, refusal == 401 ? "UNAUTHORIZED" : "FORBIDDEN")
                : accounts.answer(asked, path, body, given).orElseGet(() -> api(asked, path));
      }
      answer.to(exchange);
    } else {
      error(exchange, 404, "NOT_FOUND");
    }
  }

  /** Says who has asked for it, so that the registry can tell what that one may. */
  private String token(String given) {
    if (!accounts.closed()) {
      return given.equals(basic) ? token.get() : "bm9ib2R5";
    }
    return given.replaceFirst("^Basic ", "");
  }

  private boolean mayPull(Asked asked, String given) {
    if (!accounts.closed()) {
      return basic.isEmpty() || given.equals("Bearer " + token.get());
    }
    String[] parts = asked.path().split("/", 4);
    synchronized (harbor) {
      if (asked.path().equals("/v2/")) {
        return accounts.known(given.replaceFirst("^Bearer ", "Basic "));
      }
      return accounts.may(
          given.replaceFirst("^Bearer ", "Basic "),
          parts.length < 3 ? "" : parts[2],
          "repository",
          "pull");
    }
  }

  private void registry(HttpExchange exchange, Asked asked, String given) throws IOException {
    if (!mayPull(asked, given)) {
      RegistryDouble.status(
              401,
              "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}",
              "WWW-Authenticate",
              "Bearer realm=\"%s://%s/service/token\",service=\"harbor-registry\",scope=\"repository:x:pull\""
                  .formatted(registry.scheme(), registry.name()))
          .to(exchange);
      return;
    }
    Matcher pull = PULL.matcher(asked.path());
    if (pull.matches() && harbor.refusesPull(pull.group(1), pull.group(2))) {
      error(exchange, 412, "PROJECTPOLICYVIOLATION");
      return;
    }
    registry.normally(exchange, asked);
  }

  private Answer api(Asked asked, String path) {
    Map<String, String> query = query(asked.query());
    Matcher artifact = ARTIFACT.matcher(path);
    if (artifact.matches()) {
      String repository = decoded(artifact.group(1)) + "/" + decoded(decoded(artifact.group(2)));
      return artifact.group(3) == null
          ? artifacts(asked, query, repository)
          : state
              .find(repository, decoded(artifact.group(3)))
              .map(held ->
                  artifact(asked, query, held, Optional.ofNullable(artifact.group(4)).orElse("")))
              .orElseGet(() -> exchange -> error(exchange, 404, "NOT_FOUND"));
    }
    String[] parts = path.split("/", -1);
    if (path.equals("/projects")) {
      return page(asked, query, list(state.projects().stream().map(texts::project).toList()));
    }
    if (path.equals("/audit-logs") || path.equals("/auditlog-exts")) {
      boolean extended = path.equals("/auditlog-exts");
      return page(
          asked,
          query,
          list(state.log().stream().map(line -> HarborTexts.line(line, extended)).toList()));
    }
    if (path.equals("/system/CVEAllowlist")) {
      return exchange -> ok(exchange, Json.MAPPER.createObjectNode().putNull("items"));
    }
    if (parts.length >= 3 && parts[1].equals("projects")) {
      String project = decoded(parts[2]);
      if (!state.projects().contains(project)) {
        return exchange -> error(exchange, basic.isEmpty() ? 404 : 403, "NOT_FOUND");
      }
      if (parts.length == 3) {
        return exchange -> ok(exchange, texts.project(project));
      }
      if (parts.length == 4 && parts[3].equals("repositories")) {
        return page(
            asked,
            query,
            list(state.repositories(project).stream().map(texts::repository).toList()));
      }
    }
    return exchange -> error(exchange, 404, "NOT_FOUND");
  }

  private Answer artifacts(Asked asked, Map<String, String> query, String repository) {
    return page(
        asked,
        query,
        list(
            state.listed(repository).stream()
                .map(held ->
                    texts.artifact(held, on(query, "scan_overview"), on(query, "accessory")))
                .toList()));
  }

  private Answer artifact(Asked asked, Map<String, String> query, Held held, String what) {
    return switch (what) {
      case "/accessories" -> page(asked, query, texts.accessories(state.accessories(held)));
      case "/scan" -> {
        boolean begins = harbor.asked(held);
        yield begins
            ? RegistryDouble.status(202, "")
            : exchange -> error(exchange, 409, "CONFLICT");
      }
      case "/additions/vulnerabilities" -> {
        JsonNode report = accepts(asked) ? texts.report(held) : Json.MAPPER.createObjectNode();
        yield exchange -> ok(exchange, report);
      }
      default -> {
        JsonNode one = texts.artifact(held, on(query, "scan_overview"), on(query, "accessory"));
        yield exchange -> ok(exchange, one);
      }
    };
  }

  private static boolean accepts(Asked asked) {
    return asked.headers().entrySet().stream()
        .anyMatch(header ->
            header.getKey().equalsIgnoreCase("X-Accept-Vulnerabilities")
                && header.getValue().contains(HarborTexts.MIME));
  }

  private static boolean on(Map<String, String> query, String what) {
    return query.getOrDefault("with_" + what, "").equals("true");
  }

  private static ArrayNode list(List<? extends JsonNode> entries) {
    ArrayNode all = Json.MAPPER.createArrayNode();
    entries.forEach(all::add);
    return all;
  }

  /** One page, with how many entries there are in all and where the next page is. */
  private static Answer page(Asked asked, Map<String, String> query, ArrayNode all) {
    int size = Math.clamp(number(query, "page_size", 10), 1, LARGEST_PAGE);
    int page = Math.max(1, number(query, "page", 1));
    ArrayNode some = Json.MAPPER.createArrayNode();
    for (int i = (page - 1) * size; i < Math.min(all.size(), page * size); i++) {
      some.add(all.get(i));
    }
    String total = String.valueOf(all.size());
    if (page * size >= all.size()) {
      return RegistryDouble.status(200, some.toString(), "X-Total-Count", total);
    }
    return RegistryDouble.status(
        200,
        some.toString(),
        "X-Total-Count",
        total,
        "Link",
        "<%s?page=%d&page_size=%d>; rel=\"next\"".formatted(asked.path(), page + 1, size));
  }

  private static int number(Map<String, String> query, String name, int otherwise) {
    String text = query.get(name);
    return text == null ? otherwise : Integer.parseInt(text);
  }

  static Map<String, String> query(String raw) {
    Map<String, String> query = new HashMap<>();
    Arrays.stream(raw.split("&", -1))
        .filter(one -> one.indexOf('=') > 0)
        .forEach(one ->
            query.put(
                one.substring(0, one.indexOf('=')), decoded(one.substring(one.indexOf('=') + 1))));
    return query;
  }

  static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static void ok(HttpExchange exchange, JsonNode body) throws IOException {
    RegistryDouble.status(200, body.toString()).to(exchange);
  }

  private static void error(HttpExchange exchange, int status, String code) throws IOException {
    RegistryDouble.status(
            status, "{\"errors\":[{\"code\":\"%s\",\"message\":\"no\"}]}".formatted(code))
        .to(exchange);
  }
}
