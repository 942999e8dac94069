package dev.tidegate.net;

import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Ticker;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Asks configured hosts: authenticates where they want it, follows redirects without credentials,
 * keeps within the limits of each host, and ends in time. Blocking; for virtual threads.
 */
public final class Exchanges implements AutoCloseable {
  private static final int MOST_REDIRECTS = 3;

  /** A host that had less time than this is not blamed for not having answered. */
  private static final Duration FAIR = Duration.ofSeconds(2);

  private final Resolver resolver;
  private final InstantSource clock;
  private final Ticker ticker;
  private final Calls calls;
  private final ScheduledThreadPoolExecutor deadlines;
  private final Map<Host, Line> lines = new ConcurrentHashMap<>();

  /**
   * @param resolver names to addresses; {@code InetAddress::getAllByName} in production
   * @param calls is told of every call
   */
  public Exchanges(Resolver resolver, InstantSource clock, Ticker ticker, Calls calls) {
    this.resolver = resolver;
    this.clock = clock;
    this.ticker = ticker;
    this.calls = calls;
    this.deadlines =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("tidegate-net-deadlines").daemon(true).factory());
    deadlines.setRemoveOnCancelPolicy(true);
  }

  /**
   * Asks {@code host}. Statuses 200 to 299, 404 and those that the request names are answers;
   * everything else is trouble.
   *
   * @throws Trouble if there is no answer
   */
  public Reply send(Host host, Request request, Deadline deadline)
      throws Trouble, InterruptedException {
    return lines.computeIfAbsent(host, Line::new).send(request, deadline.atMost(request.longest()));
  }

  /** {@code host} alone. */
  public Endpoint to(Host host) {
    return (request, deadline) -> send(host, request, deadline);
  }

  @Override
  public void close() {
    deadlines.shutdownNow();
    lines.values().forEach(line -> line.wires.close());
  }

  /** All that belongs to one host. */
  private final class Line {
    private final Host host;
    private final Throttle throttle;
    private final Tokens tokens;
    private final Wires wires;

    private Line(Host host) {
      this.host = host;
      this.throttle = new Throttle(host, clock, ticker);
      this.wires = new Wires(host, resolver, deadlines);
      this.tokens = new Tokens(host, this::once, ticker);
    }

    private Reply send(Request request, Deadline deadline) throws Trouble, InterruptedException {
      URI uri = URI.create(host.endpoint() + request.target());
      Optional<String> authorization = tokens.before(request, deadline);
      Reply reply = once(uri, request, authorization, deadline);
      boolean refused = reply.status() == 401 && !request.answers().contains(401);
      if (refused && request.password()) {
        throw tokens.refused(request);
      }
      if (refused) {
        authorization = tokens.after(reply, request, authorization, deadline);
        reply = once(uri, request, authorization, deadline);
        if (reply.status() == 401) {
          throw tokens.refused(request);
        }
      }
      return answer(followed(uri, reply, request, authorization, deadline), request);
    }

    private Reply followed(
        URI from, Reply first, Request request, Optional<String> authorization, Deadline deadline)
        throws Trouble, InterruptedException {
      URI at = from;
      Reply reply = first;
      Optional<String> carried = authorization;
      for (int hops = 0; isRedirect(reply); hops++) {
        if (hops == MOST_REDIRECTS || !request.reads()) {
          throw Trouble.of(Cause.MALFORMED, request.what(), host.name() + " redirects too often");
        }
        at = target(at, reply, request);
        boolean same =
            Authority.of(at).equals(host.authority()) && at.getScheme().equals(from.getScheme());
        if (!same) {
          carried = Optional.empty(); // for good: nobody else chooses what is read in our name
        }
        reply = once(at, request, carried, deadline);
      }
      return reply;
    }

    private URI target(URI at, Reply reply, Request request) throws Trouble {
      String location = reply.header("location").orElse("");
      if (location.isBlank()) {
        // Resolved, it would be the folder of what was asked for: an answer to another question.
        throw Trouble.of(
            Cause.MALFORMED, request.what(), host.name() + " redirects, but does not say where to");
      }
      try {
        URI target = at.resolve(new URI(location));
        boolean known =
            target.getHost() != null
                && (Authority.of(target).equals(host.authority())
                    || host.redirects().contains(Authority.of(target)));
        boolean safe =
            "https".equals(target.getScheme())
                || ("http".equals(target.getScheme()) && host.plain() && known);
        if (target.getHost() != null && target.getRawUserInfo() == null && safe) {
          return target;
        }
      } catch (URISyntaxException | IllegalArgumentException none) {
        // Said below, with all other places that nobody is sent to.
      }
      throw Trouble.of(
              Cause.FORBIDDEN,
              request.what(),
              host.name()
                  + " redirects to "
                  + PlainText.quote(PlainText.of(location, 120))
                  + ", where it is not followed; list its host under redirects if that is right")
          .about("redirects");
    }

    private static boolean isRedirect(Reply reply) {
      return switch (reply.status()) {
        case 301, 302, 303, 307, 308 -> true;
        default -> false;
      };
    }

    private Reply answer(Reply reply, Request request) throws Trouble {
      if ((reply.status() >= 200 && reply.status() < 300)
          || reply.none()
          || request.answers().contains(reply.status())) {
        return reply;
      }
      Trouble trouble = Statuses.trouble(reply, request.what(), host.name());
      boolean later = reply.status() == 429 || reply.status() == 503;
      Optional<Duration> wanted = later ? retryAfter(reply) : Optional.empty();
      if (wanted.isEmpty()) {
        throw trouble;
      }
      throw Trouble.until(
          Cause.THROTTLED,
          request.what(),
          host.name() + " asks to be left alone for a moment (" + reply.status() + ")",
          throttle.leaveAlone(wanted.get()));
    }

    private Optional<Duration> retryAfter(Reply reply) {
      String value = reply.header("retry-after").orElse("").strip();
      if (value.matches("[0-9]{1,6}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
      }
      try {
        Duration left =
            Duration.between(
                clock.instant(),
                ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        return left.isNegative() ? Optional.empty() : Optional.of(left);
      } catch (DateTimeException none) {
        return Optional.empty(); // absent, or nothing that is known
      }
    }

    /** One exchange within the limits of the host, told of. */
    private Reply once(URI uri, Request request, Optional<String> authorization, Deadline deadline)
        throws Trouble, InterruptedException {
      try (Throttle.Permit permit = throttle.enter(request, deadline)) {
        long start = ticker.read();
        String result = "interrupted";
        try {
          Reply reply = wires.of(uri, request).exchange(uri, request, authorization, deadline);
          result = String.valueOf(reply.status());
          permit.ended(reply.status() >= 500);
          return reply;
        } catch (Trouble trouble) {
          Cause cause = trouble.doubt().cause();
          result = String.valueOf(cause);
          boolean late = cause == Cause.DEADLINE;
          if (!late || ticker.read() - start >= FAIR.toNanos()) {
            permit.ended(late || cause == Cause.UNREACHABLE);
          }
          throw trouble;
        } finally {
          tell(uri, request, result, Duration.ofNanos(ticker.read() - start));
        }
      }
    }

    private void tell(URI uri, Request request, String result, Duration took) {
      boolean own = Authority.of(uri).equals(host.authority());
      calls.made(
          new Calls.Call(
              host.name(),
              request.method(),
              (own ? "" : uri.getHost()) + uri.getRawPath(),
              result,
              took));
    }
  }
}
