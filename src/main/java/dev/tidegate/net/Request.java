package dev.tidegate.net;

import dev.tidegate.model.PlainText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What is asked of a host.
 *
 * @param method GET, HEAD, POST, PUT or PATCH
 * @param target path and query from the root of the host's endpoint
 * @param headers by name
 * @param body what is sent, as JSON unless a header says otherwise; none with GET and HEAD
 * @param scope what the token must allow, for instance {@code repository:shop/web:pull}; empty
 *     where tokens have no scope
 * @param password whether name and password are sent at once, for APIs that never ask for them
 * @param answers statuses that are answers, too, beside 200 to 299 and 404; with 401 among them the
 *     host is not given what it wants then, so no credentials are tried
 * @param most longest body that is read, in bytes
 * @param longest longest time for it, redirects and token included
 * @param what what is tried, as the end of "tried to", for people
 */
public record Request(
    String method,
    String target,
    Map<String, String> headers,
    Optional<String> body,
    Optional<String> scope,
    boolean password,
    Set<Integer> answers,
    int most,
    Duration longest,
    String what) {
  private static final Duration USUAL = Duration.ofSeconds(15);

  public Request {
    Objects.requireNonNull(method);
    if (!target.startsWith("/") || target.startsWith("//")) {
      throw new IllegalArgumentException("no path from the root: " + target);
    }
    headers = Map.copyOf(headers);
    Objects.requireNonNull(body);
    if (body.isPresent() && (method.equals("GET") || method.equals("HEAD"))) {
      throw new IllegalArgumentException("nothing is sent with " + method);
    }
    Objects.requireNonNull(scope);
    answers = Set.copyOf(answers);
    Objects.requireNonNull(longest);
    what = PlainText.of(what, 300);
  }

  /** Asks for {@code target}. */
  public static Request get(String target, int most, String what) {
    return new Request(
        "GET",
        target,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        false,
        Set.of(),
        most,
        USUAL,
        what);
  }

  /**
   * Sends something to {@code target}.
   *
   * @param method POST, PUT or PATCH
   * @param body JSON, or empty for a request without a body
   */
  public static Request sending(
      String method, String target, Optional<String> body, int most, String what) {
    return new Request(
        method, target, Map.of(), body, Optional.empty(), false, Set.of(), most, USUAL, what);
  }

  /** {@code text} as one step of a path, or as a value of a query. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The same as HEAD. */
  public Request head() {
    return new Request(
        "HEAD", target, headers, body, scope, password, answers, most, longest, what);
  }

  /** The same, with a header more. */
  public Request header(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new Request(method, target, more, body, scope, password, answers, most, longest, what);
  }

  /** The same, accepting {@code types}. */
  public Request accept(String types) {
    return header("Accept", types);
  }

  /** The same with a token for {@code wanted}. */
  public Request within(String wanted) {
    return new Request(
        method, target, headers, body, Optional.of(wanted), password, answers, most, longest, what);
  }

  /** The same, with name and password sent at once. */
  public Request withPassword() {
    return new Request(method, target, headers, body, scope, true, answers, most, longest, what);
  }

  /** The same, for which {@code status} is no trouble, but an answer. */
  public Request answeredBy(int... status) {
    Set<Integer> more = new HashSet<>(answers);
    Arrays.stream(status).forEach(more::add);
    return new Request(method, target, headers, body, scope, password, more, most, longest, what);
  }

  /** Whether it changes nothing, so that it may be sent once more to where it is redirected. */
  boolean reads() {
    return method.equals("GET") || method.equals("HEAD");
  }
}
