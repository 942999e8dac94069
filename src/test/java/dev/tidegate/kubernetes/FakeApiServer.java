package dev.tidegate.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An HTTP server that answers what a test tells it: lists and discovery by path, watches by events
 * that the test sends. What a real API server does is shown by the end-to-end tests; this one can
 * fail on demand.
 */
public final class FakeApiServer implements AutoCloseable {
  /** An answer; {@code code} 0 never answers. */
  record Reply(int code, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Reply> replies = new ConcurrentHashMap<>();
  private final Map<String, List<BlockingQueue<String>>> watchers = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** Starts it on a free port. */
  public FakeApiServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException noPort) {
      throw new UncheckedIOException(noPort);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    list("/api/v1/namespaces");
    list("/apis/networking.k8s.io/v1/networkpolicies");
  }

  /** A client as the gate has it. */
  public KubernetesClient client() {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .withRequestRetryBackoffLimit(0)
            .withWatchReconnectInterval(20)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** From now on {@code path} answers {@code code} and {@code body}. */
  public void reply(String path, int code, String body) {
    replies.put(path, new Reply(code, body));
  }

  /** From now on {@code path} lists {@code items}. */
  public void list(String path, String... items) {
    reply(
        path,
        200,
        "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"10\"},\"items\":["
            + String.join(",", items)
            + "]}");
  }

  /** Serves the kinds {@code plurals} in {@code group} and {@code version}. */
  void serve(String group, String version, String... plurals) {
    reply(
        "/apis/" + group,
        200,
        "{\"preferredVersion\":{\"version\":\"%s\"},\"versions\":[{\"version\":\"%s\"}]}"
            .formatted(version, version));
    reply(
        "/apis/" + group + "/" + version,
        200,
        "{\"resources\":["
            + String.join(
                ",", List.of(plurals).stream().map(p -> "{\"name\":\"" + p + "\"}").toList())
            + "]}");
  }

  /** How many watch {@code path} now. */
  public int watching(String path) {
    return watchers.getOrDefault(path, List.of()).size();
  }

  /** Tells all who watch {@code path}. */
  public void event(String path, String type, String object) {
    watchers
        .getOrDefault(path, List.of())
        .forEach(
            watcher -> watcher.add("{\"type\":\"%s\",\"object\":%s}\n".formatted(type, object)));
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    asked.add(path + "?" + query);
    try (exchange) {
      if (query.contains("watch=true")) {
        watch(path, exchange);
        return;
      }
      Reply reply = replies.getOrDefault(path, new Reply(404, "{}"));
      if (reply.code() == 0) {
        closing.await();
        return;
      }
      byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(reply.code(), body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(String path, HttpExchange exchange) throws IOException, InterruptedException {
    if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
      exchange.sendResponseHeaders(200, -1); // no websocket here: the client falls back to HTTP
      return;
    }
    List<BlockingQueue<String>> watching =
        watchers.computeIfAbsent(path, none -> new CopyOnWriteArrayList<>());
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      out.flush();
      watching.add(events);
      while (true) {
        out.write(events.take().getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } finally {
      watching.remove(events);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
