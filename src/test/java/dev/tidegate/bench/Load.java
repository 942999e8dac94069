package dev.tidegate.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends one request over and over to a server on loopback: closed loop for throughput, open loop
 * for latency.
 */
final class Load implements AutoCloseable {
  private static final int CONNECTIONS = 8;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client;
  private final int port;
  private final Buffer body;

  Load(int port, byte[] body) {
    this.port = port;
    this.body = Buffer.buffer(body);
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setMaxPoolSize(CONNECTIONS));
  }

  private Future<Buffer> once() {
    return client
        .request(HttpMethod.POST, port, "127.0.0.1", "/validate?timeout=5s")
        .compose(request -> request.putHeader("Content-Type", "application/json").send(body))
        .compose(response ->
            response.statusCode() == 200
                ? response.body()
                : Future.failedFuture("HTTP " + response.statusCode()));
  }

  /**
   * Sends {@code requests} from {@value #CONNECTIONS} connections, each as soon as its last is
   * answered; the time.
   */
  Duration closedLoop(int requests) throws InterruptedException {
    AtomicInteger left = new AtomicInteger(requests);
    CountDownLatch done = new CountDownLatch(CONNECTIONS);
    AtomicInteger failed = new AtomicInteger();
    long started = System.nanoTime();
    for (int i = 0; i < CONNECTIONS; i++) {
      // On an event loop from the start: asked from another thread the client loses an answer that
      // comes before its body is asked for.
      vertx.runOnContext(start -> next(left, done, failed));
    }
    if (!done.await(5, TimeUnit.MINUTES) || failed.get() > 0) {
      throw new IllegalStateException(
          failed.get() + " requests failed, " + left.get() + " were not sent");
    }
    return Duration.ofNanos(System.nanoTime() - started);
  }

  private void next(AtomicInteger left, CountDownLatch done, AtomicInteger failed) {
    if (left.getAndDecrement() <= 0) {
      done.countDown();
      return;
    }
    once()
        .onComplete(answer -> {
          if (answer.failed()) {
            failed.incrementAndGet();
          }
          next(left, done, failed);
        });
  }

  /**
   * Sends at {@code perSecond} whatever comes back, for {@code requests}; latencies in nanoseconds,
   * sorted.
   */
  long[] openLoop(int perSecond, int requests) throws InterruptedException {
    long[] latencies = new long[requests];
    CountDownLatch done = new CountDownLatch(requests);
    AtomicInteger next = new AtomicInteger();
    long started = System.nanoTime();
    long every = TimeUnit.SECONDS.toNanos(1) / perSecond;
    vertx.setPeriodic(
        1,
        timer -> {
          while (next.get() < requests && System.nanoTime() - started >= next.get() * every) {
            int number = next.getAndIncrement();
            long due =
                started + number * every; // from when it should have gone: no coordinated omission
            once()
                .onComplete(answer -> {
                  latencies[number] = answer.succeeded() ? System.nanoTime() - due : Long.MAX_VALUE;
                  done.countDown();
                });
          }
          if (next.get() >= requests) {
            vertx.cancelTimer(timer);
          }
        });
    if (!done.await(5, TimeUnit.MINUTES)) {
      throw new IllegalStateException("requests were not answered");
    }
    Arrays.sort(latencies);
    return latencies;
  }

  /** Gets a number from {@code path}. */
  long number(String path) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    long[] number = {-1};
    vertx.runOnContext(
        start -> // as above
        client
                .request(HttpMethod.GET, port, "127.0.0.1", path)
                .compose(request -> request.send())
                .compose(HttpClientResponse::body)
                .onSuccess(text -> number[0] = Long.parseLong(text.toString()))
                .onComplete(any -> done.countDown()));
    done.await(10, TimeUnit.SECONDS);
    return number[0];
  }

  @Override
  public void close() {
    client.close();
    vertx.close();
  }
}
