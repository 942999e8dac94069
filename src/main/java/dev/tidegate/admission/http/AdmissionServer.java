package dev.tidegate.admission.http;

import dev.tidegate.admission.Admission;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Ticker;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code POST /validate} and {@code POST /mutate} over HTTPS, one listener per event loop.
 *
 * <p>It is a server of its own rather than a resource of the framework's: bodies are bounded while
 * they are read and still answered, client certificates are asked for at run time, and certificates
 * change without a restart.
 */
public final class AdmissionServer {
  /** Longer than the 90 seconds after which the API server's client closes an idle connection. */
  private static final int IDLE_SECONDS = 120;

  /**
   * Connections are counted once they have a session; who opens them and says nothing must not hold
   * them longer than the API server waits for an answer.
   */
  private static final int HANDSHAKE_SECONDS = 5;

  private final Vertx vertx;
  private final String deployment;
  private final int port;
  private final InFlight inFlight;
  private final AtomicBoolean draining;

  private AdmissionServer(
      Vertx vertx, String deployment, int port, InFlight inFlight, AtomicBoolean draining) {
    this.vertx = vertx;
    this.deployment = deployment;
    this.port = port;
    this.inFlight = inFlight;
    this.draining = draining;
  }

  /**
   * Where and how to listen.
   *
   * @param port 0 takes a free one
   * @param keys the serving pair; may change what it answers at any time
   * @param clientCa PEM file of the CA of client certificates, when they are asked for
   * @param listeners how many event loops take connections
   * @param callbacks what is taken in beside admissions
   */
  public record Listen(
      String host,
      int port,
      X509KeyManager keys,
      Optional<Path> clientCa,
      Peers peers,
      int listeners,
      List<Callback.Endpoint> callbacks) {
    public Listen {
      callbacks = List.copyOf(callbacks);
    }
  }

  /** Starts listening; the future fails if the address cannot be had. */
  public static Future<AdmissionServer> start(
      Vertx vertx,
      Listen listen,
      Admission admission,
      Limits limits,
      TimeLimits times,
      Ticker ticker,
      Executor longWork,
      Failures failures) {
    InFlight inFlight = new InFlight(limits);
    AtomicBoolean draining = new AtomicBoolean();
    Connections connections = new Connections(limits);
    AtomicInteger port = new AtomicInteger(listen.port());
    List<CallbackExchange.Place> places =
        listen.callbacks().stream().map(CallbackExchange.Place::of).toList();
    HttpServerOptions options = options(listen);
    Exchange.Gatehouse house =
        new Exchange.Gatehouse(admission, limits, times, longWork, failures, draining::get);
    return vertx
        .deployVerticle(
            () -> new Listener(listen, options, house, inFlight, connections, ticker, port, places),
            new DeploymentOptions().setInstances(listen.listeners()))
        .map(id -> new AdmissionServer(vertx, id, port.get(), inFlight, draining));
  }

  private static HttpServerOptions options(Listen listen) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(listen.host())
            .setPort(listen.port())
            .setSsl(true)
            .setKeyCertOptions(KeyCertOptions.wrap(listen.keys()))
            // The API server speaks HTTP/1.1 to a Service, always.
            .setUseAlpn(false)
            // Nobody speaks WebSocket here: each message need not be looked at for it.
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setTcpNoDelay(true)
            .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
            .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
            .setIdleTimeout(IDLE_SECONDS);
    listen
        .clientCa()
        .ifPresent(ca ->
            options
                .setClientAuth(ClientAuth.REQUEST)
                .setTrustOptions(new PemTrustOptions().addCertPath(ca.toString())));
    return options;
  }

  /** The port that it listens on. */
  public int port() {
    return port;
  }

  /** Requests in work. */
  public int inFlight() {
    return inFlight.total();
  }

  /**
   * From now on each connection ends with the next answer on it, so that callers go elsewhere
   * before it is closed under them.
   */
  public void drain() {
    draining.set(true);
  }

  /** Stops listening and closes connections. */
  public Future<Void> close() {
    return vertx.undeploy(deployment);
  }

  /** One listener on one event loop; the kernel's port is shared between all of them. */
  private static final class Listener extends AbstractVerticle {
    private final Listen listen;
    private final HttpServerOptions options;
    private final Exchange.Gatehouse house;
    private final InFlight inFlight;
    private final Connections connections;
    private final Ticker ticker;
    private final AtomicInteger port;
    private final List<CallbackExchange.Place> places;
    private final Overdue overdue;
    private @Nullable CallbackExchange callbacks;
    private @Nullable String lastQuery;
    private TimeLimits.@Nullable OfCall timesOfQuery;

    Listener(
        Listen listen,
        HttpServerOptions options,
        Exchange.Gatehouse house,
        InFlight inFlight,
        Connections connections,
        Ticker ticker,
        AtomicInteger port,
        List<CallbackExchange.Place> places) {
      this.listen = listen;
      this.options = options;
      this.house = house;
      this.inFlight = inFlight;
      this.connections = connections;
      this.ticker = ticker;
      this.port = port;
      this.places = places;
      this.overdue = new Overdue(ticker, house.failures());
    }

    @Override
    public void start(Promise<Void> started) {
      callbacks = new CallbackExchange(vertx, places);
      vertx
          .createHttpServer(new HttpServerOptions(options))
          .connectionHandler(this::connected)
          .requestHandler(this::requested)
          .exceptionHandler(house.failures()::connection)
          .listen()
          .onSuccess(this::listening)
          .<Void>mapEmpty()
          .onComplete(started);
    }

    private void listening(HttpServer server) {
      port.set(server.actualPort());
    }

    private void connected(HttpConnection connection) {
      String peer = connection.remoteAddress().hostAddress();
      if (connections.enter(peer)) {
        connection.closeHandler(closed -> connections.leave(peer));
      } else {
        connection.close();
      }
    }

    private void requested(HttpServerRequest request) {
      if (callbacks != null && callbacks.handles(request)) {
        return;
      }
      boolean mutating = "/mutate".equals(request.path());
      if (!mutating && !"/validate".equals(request.path())) {
        refuse(request, 404, "there is /validate and /mutate\n");
        return;
      }
      if (!request.method().equals(HttpMethod.POST)) {
        request.response().putHeader("Allow", "POST");
        refuse(request, 405, "send an AdmissionReview by POST\n");
        return;
      }
      if (!listen.peers().allow(request.sslSession())) {
        refuse(request, 403, "the client certificate is not one that may call\n");
        return;
      }
      TimeLimits.OfCall times = times(request);
      new Exchange(
              house,
              request,
              vertx.getOrCreateContext(),
              Deadline.in(times.judging(), ticker),
              overdue,
              mutating,
              inFlight.enter(request.remoteAddress().hostAddress()))
          .start(times.answer());
    }

    /** The API server sends the same query with each call. */
    private TimeLimits.OfCall times(HttpServerRequest request) {
      String query = request.query();
      if (timesOfQuery == null || !Objects.equals(query, lastQuery)) {
        timesOfQuery = house.times().of(request.getParam("timeout"));
        lastQuery = query;
      }
      return timesOfQuery;
    }

    /**
     * Refuses. What is sent is read and thrown away first, or the caller would see a broken
     * connection instead of the answer; nothing of it is kept.
     */
    private static void refuse(HttpServerRequest request, int code, String text) {
      request.endHandler(end -> {
        HttpServerResponse response = request.response();
        response.setStatusCode(code);
        response.putHeader("Content-Type", "text/plain; charset=utf-8");
        response.putHeader("Connection", "close");
        response.end(text);
      });
    }
  }
}
