package dev.tidegate.net;

import dev.tidegate.model.PlainText;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is asked of a host.
 *
 * @param method GET, HEAD or POST
 * @param target path and query from the root of the host's endpoint
 * @param headers by name
 * @param body what is sent with POST, as JSON
 * @param scope what the token must allow, for instance {@code repository:shop/web:pull}; empty
 *     where tokens have no scope
 * @param password whether name and password are sent at once, for APIs that never ask for them
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
    int most,
    Duration longest,
    String what) {
  public Request {
    Objects.requireNonNull(method);
    if (!target.startsWith("/") || target.startsWith("//")) {
      throw new IllegalArgumentException("no path from the root: " + target);
    }
    headers = Map.copyOf(headers);
    Objects.requireNonNull(body);
    Objects.requireNonNull(scope);
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
        most,
        Duration.ofSeconds(15),
        what);
  }

  /** The same as HEAD. */
  public Request head() {
    return new Request("HEAD", target, headers, body, scope, password, most, longest, what);
  }

  /** The same, accepting {@code types}. */
  public Request accept(String types) {
    return new Request(
        method, target, Map.of("Accept", types), body, scope, password, most, longest, what);
  }

  /** The same with a token for {@code wanted}. */
  public Request within(String wanted) {
    return new Request(
        method, target, headers, body, Optional.of(wanted), password, most, longest, what);
  }

  /** The same, with name and password sent at once. */
  public Request withPassword() {
    return new Request(method, target, headers, body, scope, true, most, longest, what);
  }
}
