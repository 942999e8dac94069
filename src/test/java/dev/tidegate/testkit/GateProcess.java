package dev.tidegate.testkit;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/**
 * The built gate as a user starts it: a process of its own, on free ports, ended and cleaned up by
 * {@link #close}.
 */
public final class GateProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);

  private final Process process;
  private final Path log;
  private final int port;
  private final int managementPort;
  private final HttpClient client;

  private GateProcess(Process process, Path log, int port, int managementPort, HttpClient client) {
    this.process = process;
    this.log = log;
    this.port = port;
    this.managementPort = managementPort;
    this.client = client;
  }

  /**
   * Starts the gate and waits until it is ready.
   *
   * @param launcher {@code target/tidegate}
   * @param ca the authority that the serving pair is from
   * @param directory where {@code tls.crt} and {@code tls.key} are and the log goes
   * @param arguments after {@code serve}
   * @param environment settings besides ports and pair, as environment variables
   */
  public static GateProcess start(
      Path launcher,
      X509Certificate ca,
      Path directory,
      List<String> arguments,
      Map<String, String> environment)
      throws IOException {
    int port = freePort();
    int management = freePort();
    Path log = directory.resolve("gate.log");
    List<String> command = new ArrayList<>(List.of(launcher.toString(), "serve"));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    Map<String, String> settings = builder.environment();
    settings.put("TIDEGATE_WEBHOOK_HOST", "127.0.0.1");
    settings.put("TIDEGATE_WEBHOOK_PORT", String.valueOf(port));
    settings.put("TIDEGATE_TLS_CERTIFICATE", directory.resolve("tls.crt").toString());
    settings.put("TIDEGATE_TLS_KEY", directory.resolve("tls.key").toString());
    settings.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    settings.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(management));
    settings.putAll(environment);
    Process process = builder.start();
    // Whatever ends this JVM ends the gate: Ctrl-C does not come by close().
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    GateProcess gate =
        new GateProcess(
            process,
            log,
            port,
            management,
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(30))
                .sslContext(trusting(ca))
                .build());
    try {
      Awaitility.await()
          .atMost(START)
          .pollInterval(Duration.ofMillis(50))
          .failFast("the gate ended: " + log, () -> !gate.process.isAlive())
          .until(gate::ready);
    } catch (ConditionTimeoutException | TerminalFailureException failed) {
      gate.close();
      throw new IllegalStateException(
          "the gate did not become ready; its log:\n" + gate.log(), failed);
    }
    return gate;
  }

  private static SSLContext trusting(X509Certificate ca) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("ca", ca);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has TLS", impossible);
    }
  }

  /** A port that nobody listens on. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Whether it says that it is ready. */
  public boolean ready() {
    try {
      return management("/q/health/ready").statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Gets {@code path} from the port for health and metrics. */
  public HttpResponse<String> management(String path) throws IOException {
    return send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
            .timeout(Duration.ofSeconds(10))
            .build());
  }

  /** Posts {@code body} to {@code path}. */
  public HttpResponse<String> post(String path, byte[] body) throws IOException {
    return post(path, body, Map.of());
  }

  /** The same with headers. */
  public HttpResponse<String> post(String path, byte[] body, Map<String, String> headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return send(request.build());
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }

  /** The HTTPS port. */
  public int port() {
    return port;
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** What it has printed so far. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException gone) {
      return "(no log: " + gone.getMessage() + ")";
    }
  }

  /** Waits until the process ends by itself. */
  public int waitFor() throws InterruptedException {
    return process.waitFor();
  }

  /** Ends it as the kernel does: without a word, in the middle of whatever it does. */
  public void kill() throws IOException {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
