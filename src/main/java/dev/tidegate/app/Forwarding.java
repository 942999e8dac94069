package dev.tidegate.app;

import dev.tidegate.harbor.Receiver;
import dev.tidegate.kubernetes.Replica;
import dev.tidegate.store.Seals;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Passes callbacks on to the other replicas, since a Service gives each to one of them only.
 * Bounded in number and bytes; what does not reach a replica is made up for by telling it, as soon
 * as it can be told, to look at everything.
 */
final class Forwarding implements Receiver.Onward, AutoCloseable {
  /** Most that is on its way, over all replicas. */
  static final int MOST = 512;

  /** Most bytes that are on their way, over all replicas. */
  static final long MOST_BYTES = 16L << 20;

  private static final int AT_ONCE_PER_REPLICA = 4;
  private static final int ATTEMPTS = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration CONNECTING = Duration.ofSeconds(2);
  private static final Duration ANSWERING = Duration.ofSeconds(3);
  private static final Duration SETTLE_EVERY = Duration.ofSeconds(10);
  private static final byte[] NOTHING = {};

  private final Supplier<List<Replica>> others;
  private final Supplier<Seals> seals;
  private final String serverName;
  private final InstantSource clock;
  private final Consumer<Sent> watcher;
  private final HttpClient client;
  private final Retry retry;
  private final SecureRandom random = new SecureRandom();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final Set<String> owed = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer;

  /** What became of one, for metrics and log. */
  enum Result {
    SENT,
    FAILED,
    DROPPED,
    /** The replica was not ready; it is told later. */
    PUT_OFF
  }

  /**
   * One that was, or was not, passed on.
   *
   * @param detail for people; empty when it was
   */
  record Sent(Replica to, Result result, String detail) {}

  /**
   * @param others the other replicas, as they are known now
   * @param trust of their certificates
   * @param serverName that their certificates must have
   * @param pause before the first further attempt; each further one is three times as long
   */
  Forwarding(
      Vertx vertx,
      Supplier<List<Replica>> others,
      Supplier<Seals> seals,
      X509ExtendedTrustManager trust,
      String serverName,
      Duration pause,
      InstantSource clock,
      Consumer<Sent> watcher) {
    this.others = others;
    this.seals = seals;
    this.serverName = serverName;
    this.clock = clock;
    this.watcher = watcher;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setVerifyHost(true)
                .setTrustOptions(TrustOptions.wrap(trust))
                .setUseAlpn(false)
                .setMaxPoolSize(AT_ONCE_PER_REPLICA)
                .setMaxWaitQueueSize(MOST)
                .setConnectTimeout((int) CONNECTING.toMillis())
                .setIdleTimeout(30));
    this.retry =
        Retry.of(
            "forward",
            RetryConfig.<Integer>custom()
                .maxAttempts(ATTEMPTS)
                .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(pause, 3.0, 0.5))
                .retryOnResult(status -> status == 429 || status >= 500)
                .build());
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("tidegate-forward").daemon(true).factory());
    var _ =
        timer.scheduleWithFixedDelay(
            this::settle, SETTLE_EVERY.toMillis(), SETTLE_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The usual first pause between attempts. */
  static Duration usualPause() {
    return FIRST_PAUSE;
  }

  @Override
  public void pass(String host, byte[] body) {
    for (Replica replica : others.get()) {
      if (replica.ready()) {
        send(replica, Forward.What.CALLBACK, host, body);
      } else {
        missed(replica, Result.PUT_OFF, "it is not ready");
      }
    }
  }

  /** How many are on their way. */
  int waiting() {
    return waiting.get();
  }

  /** How many replicas missed something and were not told yet. */
  int owed() {
    return owed.size();
  }

  /** Tells replicas that missed something to look at everything. */
  void settle() {
    List<Replica> known = others.get();
    owed.retainAll(known.stream().map(Forwarding::name).toList());
    for (Replica replica : known) {
      if (replica.ready() && owed.remove(name(replica))) {
        send(replica, Forward.What.MISSED, "", NOTHING);
      }
    }
  }

  private void send(Replica replica, Forward.What what, String host, byte[] body) {
    int number = waiting.incrementAndGet();
    long bytes = waitingBytes.addAndGet(body.length);
    if (number > MOST || bytes > MOST_BYTES) {
      done(body);
      missed(replica, Result.DROPPED, "too much is on its way already");
      return;
    }
    var _ =
        retry
            .executeCompletionStage(
                timer, () -> once(replica, what, host, body).toCompletionStage())
            .whenComplete((status, failure) -> {
              done(body);
              if (failure != null) {
                missed(replica, Result.FAILED, String.valueOf(failure.getMessage()));
              } else if (status != HttpURLConnection.HTTP_OK) {
                missed(replica, Result.FAILED, "it answered " + status);
              } else {
                watcher.accept(new Sent(replica, Result.SENT, ""));
              }
            });
  }

  private void done(byte[] body) {
    waiting.decrementAndGet();
    waitingBytes.addAndGet(-body.length);
  }

  private Future<Integer> once(Replica replica, Forward.What what, String host, byte[] body) {
    Forward forward = Forward.of(replica.address(), what, host, body, clock.instant(), random);
    RequestOptions to =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            // The address is connected to; the name is what the certificate must have.
            .setServer(SocketAddress.inetSocketAddress(replica.port(), replica.address()))
            .setHost(serverName)
            .setPort(replica.port())
            .setURI(Forward.PATH)
            .setTimeout(ANSWERING.toMillis());
    forward.headers(seals.get()).forEach(to::putHeader);
    return client.request(to).compose(request -> answered(request, body));
  }

  private static Future<Integer> answered(HttpClientRequest request, byte[] body) {
    return request
        .send(Buffer.buffer(body))
        .compose(response -> response.end().map(response.statusCode()));
  }

  private void missed(Replica replica, Result result, String detail) {
    owed.add(name(replica));
    watcher.accept(new Sent(replica, result, detail));
  }

  private static String name(Replica replica) {
    return replica.uid().isEmpty() ? replica.address() : replica.uid();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    var _ = client.close();
  }
}
