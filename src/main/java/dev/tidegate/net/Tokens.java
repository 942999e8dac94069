package dev.tidegate.net;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tidegate.document.StrictJson;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Ticker;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is sent to one host as Authorization. Tokens are kept by scope and credential until shortly
 * before they end; those who need the same one at the same time share one request for it.
 */
final class Tokens {
  private static final int MOST = 2000;
  private static final int LONGEST_ANSWER = 64 * 1024;
  private static final int LONGEST_TOKEN = 32 * 1024;

  /** What a token that says nothing is good for (distribution's token specification). */
  private static final Duration USUAL = Duration.ofSeconds(60);

  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private final Host host;
  private final Sender sender;
  private final Ticker ticker;
  private final AtomicReference<Optional<Challenge>> wanted =
      new AtomicReference<>(Optional.empty());
  private final Cache<Key, Token> tokens;
  private final ReentrantLock[] locks = new ReentrantLock[16];

  /** Sends a request to another place than the host's endpoint. */
  @FunctionalInterface
  interface Sender {
    Reply send(URI uri, Request request, Optional<String> authorization, Deadline deadline)
        throws Trouble, InterruptedException;
  }

  private record Key(URI realm, Optional<String> service, Optional<String> scope, String secret) {}

  private record Token(String value, long endNanos) {
    @Override
    public String toString() {
      return "Token"; // secret
    }
  }

  Tokens(Host host, Sender sender, Ticker ticker) {
    this.host = host;
    this.sender = sender;
    this.ticker = ticker;
    this.tokens = Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  /** What to send with {@code request} at first, by what the host has wanted before. */
  Optional<String> before(Request request, Deadline deadline) throws Trouble, InterruptedException {
    if (request.password()) {
      return host.credentials().isEmpty()
          ? Optional.empty()
          : Optional.of(host.credentials().get().read(request.what()))
              .filter(secret -> !secret.identityToken())
              .map(Tokens::basic);
    }
    Optional<Challenge> known = wanted.get();
    return known.isEmpty()
        ? Optional.empty()
        : answer(known.get(), request, Optional.empty(), deadline);
  }

  /**
   * What to send after the host has refused {@code refused}.
   *
   * @throws Trouble if there is nothing else to send
   */
  Optional<String> after(Reply reply, Request request, Optional<String> refused, Deadline deadline)
      throws Trouble, InterruptedException {
    Challenge challenge =
        Challenge.of(reply.all("www-authenticate"))
            .orElseThrow(() ->
                Trouble.of(
                    Cause.UNAUTHENTICATED,
                    request.what(),
                    host.name() + " refuses it and does not say what it wants instead"));
    if (challenge instanceof Challenge.Bearer(URI realm, var service)) {
      checkRealm(realm, request);
    }
    wanted.set(Optional.of(challenge));
    Optional<String> other = answer(challenge, request, refused, deadline);
    if (other.isEmpty() || other.equals(refused)) {
      throw refused(request);
    }
    return other;
  }

  /** The host refuses what we are. */
  Trouble refused(Request request) {
    return Trouble.of(
            Cause.UNAUTHENTICATED,
            request.what(),
            host.credentials().isEmpty()
                ? host.name() + " wants credentials, and none are configured for it"
                : host.name()
                    + " refuses the credentials ("
                    + PlainText.of(host.identity(), 200)
                    + "); they may be wrong, ended or not allow it")
        .about("credentials");
  }

  /** A token is asked of nobody whom the operator did not name. */
  private void checkRealm(URI realm, Request request) throws Trouble {
    String scheme = String.valueOf(realm.getScheme());
    boolean safe = scheme.equals("https") || (scheme.equals("http") && host.plain());
    Authority at = safe ? Authority.of(realm) : null;
    if (at == null || !(at.equals(host.authority()) || host.tokenRealms().contains(at))) {
      throw Trouble.of(
              Cause.UNAUTHENTICATED,
              request.what(),
              host.name()
                  + " wants a token from "
                  + PlainText.of(scheme + "://" + realm.getAuthority(), 200)
                  + ", which is not one of its tokenRealms; the credentials were not sent there")
          .about("tokenRealms");
    }
  }

  private Optional<String> answer(
      Challenge challenge, Request request, Optional<String> refused, Deadline deadline)
      throws Trouble, InterruptedException {
    Optional<Credentials.Secret> secret = Optional.empty();
    if (host.credentials().isPresent()) {
      secret = Optional.of(host.credentials().get().read(request.what()));
    }
    return switch (challenge) {
      case Challenge.Basic basic -> secret.filter(one -> !one.identityToken()).map(Tokens::basic);
      case Challenge.Bearer bearer ->
          Optional.of(token(bearer, secret, request, refused, deadline));
    };
  }

  private static String basic(Credentials.Secret secret) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString(
                (secret.username() + ":" + secret.password()).getBytes(StandardCharsets.UTF_8));
  }

  private String token(
      Challenge.Bearer bearer,
      Optional<Credentials.Secret> secret,
      Request request,
      Optional<String> refused,
      Deadline deadline)
      throws Trouble, InterruptedException {
    Key key =
        new Key(
            bearer.realm(),
            bearer.service(),
            request.scope(),
            secret.map(one -> one.username() + "\0" + one.password()).orElse(""));
    ReentrantLock lock = locks[Math.floorMod(key.hashCode(), locks.length)];
    if (!lock.tryLock(Math.max(0, deadline.remaining().toNanos()), TimeUnit.NANOSECONDS)) {
      throw Trouble.of(
          Cause.DEADLINE, request.what(), "there was no token of " + host.name() + " in time");
    }
    try {
      Token known = tokens.getIfPresent(key);
      if (known != null
          && known.endNanos() - ticker.read() > 0
          && !refused.equals(Optional.of("Bearer " + known.value()))) {
        return "Bearer " + known.value();
      }
      Token fresh = fetch(bearer, secret, request, deadline);
      tokens.put(key, fresh);
      return "Bearer " + fresh.value();
    } finally {
      lock.unlock();
    }
  }

  private Token fetch(
      Challenge.Bearer bearer,
      Optional<Credentials.Secret> secret,
      Request request,
      Deadline deadline)
      throws Trouble, InterruptedException {
    String what = "get a token of " + host.name();
    StringBuilder query = new StringBuilder();
    bearer.service().ifPresent(service -> add(query, "service", service));
    request.scope().ifPresent(scope -> add(query, "scope", scope));
    Optional<Credentials.Secret> refresh = secret.filter(Credentials.Secret::identityToken);
    Reply reply;
    if (refresh.isPresent()) {
      add(query, "grant_type", "refresh_token");
      add(query, "client_id", "tidegate");
      add(query, "refresh_token", refresh.get().password());
      Request post =
          Request.sending("POST", "/", Optional.of(query.toString()), LONGEST_ANSWER, what)
              .header("Content-Type", "application/x-www-form-urlencoded");
      reply = sender.send(bearer.realm(), post, Optional.empty(), deadline);
    } else {
      Request get = Request.get("/", LONGEST_ANSWER, what);
      reply =
          sender.send(
              with(bearer.realm(), query.toString()), get, secret.map(Tokens::basic), deadline);
    }
    return switch (reply.status()) {
      case 200 -> read(reply, what);
      case 400, 401, 403 -> throw refused(request);
      default -> throw Statuses.trouble(reply, what, host.name());
    };
  }

  private static URI with(URI realm, String query) {
    String own = realm.getRawQuery();
    String text = realm.toString();
    return URI.create(
        query.isEmpty() ? text : text + (own == null ? "?" : own.isEmpty() ? "" : "&") + query);
  }

  private static void add(StringBuilder query, String name, String value) {
    query
        .append(query.isEmpty() ? "" : "&")
        .append(name)
        .append('=')
        .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
  }

  private Token read(Reply reply, String what) throws Trouble {
    try {
      JsonNode answer = StrictJson.object(reply.body());
      String token = answer.path("token").asText("");
      if (token.isEmpty()) {
        token = answer.path("access_token").asText("");
      }
      // It is put into a header: nothing else may follow from it there.
      if (!token.isEmpty()
          && token.length() <= LONGEST_TOKEN
          && token.chars().allMatch(c -> c > ' ' && c < 127)) {
        long seconds = answer.path("expires_in").asLong(USUAL.toSeconds());
        Duration good =
            Duration.ofSeconds(Math.clamp(seconds, 0, LONGEST.toSeconds())).minus(MARGIN);
        return new Token(token, ticker.read() + good.toNanos());
      }
    } catch (StrictJson.Broken broken) {
      throw Trouble.of(Cause.MALFORMED, what, "the answer is no token: " + broken.getMessage());
    }
    throw Trouble.of(Cause.MALFORMED, what, "the answer is no token");
  }
}
