package dev.tidegate.e2e;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** One replica: the packaged gate in a process of its own. */
final class Gate implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private final Process process;
  private final Path log;
  private final int port;
  private final int management;

  private Gate(Process process, Path log, int port, int management) {
    this.process = process;
    this.log = log;
    this.port = port;
    this.management = management;
  }

  /** Starts it with {@code environment}, on free ports; returns at once. */
  static Gate start(String name, Map<String, String> environment) throws IOException {
    Path jar = ControlPlane.ROOT.resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is not there: run these tests by `make e2e`");
    }
    Files.createDirectories(ControlPlane.LOGS);
    Path log = ControlPlane.LOGS.resolve(name + ".log");
    int port = freePort();
    int management = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-jar",
                jar.toString(),
                "serve")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> with = new HashMap<>(environment);
    with.putIfAbsent("TIDEGATE_WEBHOOK_HOST", "127.0.0.1");
    with.put("TIDEGATE_WEBHOOK_PORT", String.valueOf(port));
    with.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    with.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(management));
    builder.environment().putAll(with);
    return new Gate(builder.start(), log, port, management);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  int port() {
    return port;
  }

  /** Waits until its readiness probe succeeds. */
  Gate awaitReady() {
    Awaitility.await("the gate is ready, see " + log)
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(100))
        .failFast("the gate ended: see " + log, () -> !process.isAlive())
        .until(this::ready);
    return this;
  }

  boolean ready() {
    return status("/q/health/ready") == 200;
  }

  private int status(String path) {
    try {
      return get(path).statusCode();
    } catch (IOException away) {
      return 0;
    }
  }

  /** What its metrics say. */
  String metrics() throws IOException {
    return get("/q/metrics").body();
  }

  /** The metric {@code name}, which may have labels; 0 without one. */
  double metric(String name) throws IOException {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  private HttpResponse<String> get(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }

  /** What it has printed. */
  List<String> log() throws IOException {
    return Files.readAllLines(log);
  }

  /** Asks it to end, as the kubelet does. */
  void terminate() {
    process.destroy();
  }

  boolean alive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
