package dev.tidegate.admission.http;

import static dev.tidegate.admission.GateFixture.NON_ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.admission.GateFixture;
import dev.tidegate.testkit.TestCa;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callbacks over real connections: bounds of size, time and number, and how refusals are told. */
class CallbackListenerIT {
  private static final int MOST = 1000;
  private static final char[] PASSWORD = "test".toCharArray();

  private record Took(Map<String, String> headers, String body) {}

  private final TestCa ca = TestCa.named("serving");
  private final ConcurrentLinkedQueue<Took> took = new ConcurrentLinkedQueue<>();
  private final List<SSLSocket> sockets = new ArrayList<>();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private Vertx vertx;
  private ExecutorService longWork;
  private AdmissionServer server;
  private SSLContext trusting;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    longWork = Executors.newFixedThreadPool(2);
    TestCa.Pair pair = ca.server("localhost", Duration.ofDays(1));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "pair", pair.keys().getPrivate(), PASSWORD, new Certificate[] {pair.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", ca.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    trusting = SSLContext.getInstance("TLS");
    trusting.init(null, trust.getTrustManagers(), new SecureRandom());
    server =
        AdmissionServer.start(
                vertx,
                new AdmissionServer.Listen(
                    "127.0.0.1",
                    0,
                    (X509KeyManager) keys.getKeyManagers()[0],
                    Optional.empty(),
                    Peers.anybody(),
                    1,
                    List.of(
                        endpoint("/quick", Duration.ofMillis(200)),
                        endpoint("/patient", Duration.ofMinutes(5)),
                        new Callback.Endpoint(
                            "/broken",
                            MOST,
                            Duration.ofMinutes(5),
                            (headers, body) -> {
                              throw new IllegalStateException("a defect");
                            }))),
                GateFixture.of(NON_ROOT).admission,
                new Limits(8 << 20, 512, 128, 64L << 20, 1000),
                new TimeLimits(Duration.ofSeconds(5), Duration.ofSeconds(1)),
                System::nanoTime,
                longWork,
                new Failures() {
                  @Override
                  public void unexpected(Throwable failure) {}

                  @Override
                  public void connection(Throwable failure) {}
                })
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  private Callback.Endpoint endpoint(String path, Duration longest) {
    return new Callback.Endpoint(
        path,
        MOST,
        longest,
        (headers, body) -> {
          took.add(new Took(headers, new String(body, StandardCharsets.UTF_8)));
          try {
            gate.await();
          } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
          }
          return new Callback.Answer(200, "received");
        });
  }

  @AfterEach
  void stop() throws IOException {
    gate.countDown();
    for (SSLSocket socket : sockets) {
      socket.close();
    }
    server.close().toCompletionStage().toCompletableFuture().join();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    longWork.shutdownNow();
  }

  private SSLSocket connect() throws IOException {
    SSLSocket socket =
        (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", server.port());
    socket.setSoTimeout(60_000);
    sockets.add(socket);
    return socket;
  }

  private static void send(SSLSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private static String post(String path, int length, String body, String... headers) {
    StringBuilder text = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: gate\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return text.append("Content-Length: ")
        .append(length)
        .append("\r\n\r\n")
        .append(body)
        .toString();
  }

  /** Head and body of one answer. */
  private static String answer(SSLSocket socket) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int one = in.read();
      if (one < 0) {
        return head.toString(StandardCharsets.US_ASCII);
      }
      head.write(one);
    }
    String text = head.toString(StandardCharsets.US_ASCII);
    java.util.regex.Matcher length =
        java.util.regex.Pattern.compile("(?i)content-length: (\\d+)").matcher(text);
    int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
    return text + new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
  }

  private static boolean ended(SSLSocket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException open) {
      throw open;
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void manyCallbacksComeOverOneConnection() throws IOException {
    SSLSocket socket = connect();
    for (int i = 0; i < 20; i++) {
      String body = "{\"number\":" + i + "}";
      send(socket, post("/quick", body.length(), body, "AUTHORIZATION: one", "authorization: two"));
      assertThat(answer(socket)).startsWith("HTTP/1.1 200 ").endsWith("received\n");
    }
    assertThat(took).hasSize(20).extracting(Took::body).endsWith("{\"number\":19}");
    assertThat(took)
        .as("of several the first")
        .allSatisfy(one -> assertThat(one.headers()).containsEntry("authorization", "one"));
  }

  @Test
  void otherMethodsAndPathsAreToldWhatIsThere() throws IOException {
    for (String method : List.of("GET", "PUT", "DELETE")) {
      SSLSocket socket = connect();
      send(socket, method + " /quick HTTP/1.1\r\nHost: gate\r\nContent-Length: 0\r\n\r\n");
      assertThat(answer(socket).toLowerCase(java.util.Locale.ROOT))
          .startsWith("http/1.1 405 ")
          .contains("allow: post");
    }
    SSLSocket socket = connect();
    send(socket, post("/quick/", 2, "{}"));
    assertThat(answer(socket)).startsWith("HTTP/1.1 404 ");
    assertThat(took).isEmpty();
  }

  @Test
  void whatIsTooLongIsRefusedWithAnAnswerAndItsConnectionEnds() throws IOException {
    SSLSocket exact = connect();
    send(exact, post("/patient", MOST, "x".repeat(MOST)));
    assertThat(answer(exact)).startsWith("HTTP/1.1 200 ");

    SSLSocket longer = connect();
    send(longer, post("/patient", MOST + 1, "x".repeat(MOST + 1)));
    assertThat(answer(longer)).startsWith("HTTP/1.1 413 ").contains("at most 1000 bytes");
    assertThat(ended(longer)).isTrue();

    SSLSocket chunked = connect();
    send(chunked, "POST /patient HTTP/1.1\r\nHost: gate\r\nTransfer-Encoding: chunked\r\n\r\n");
    send(chunked, "7d0\r\n" + "x".repeat(2000) + "\r\n0\r\n\r\n");
    assertThat(answer(chunked)).as("no length is said").startsWith("HTTP/1.1 413 ");
    assertThat(took).hasSize(1);
  }

  @Test
  void whoeverSendsWithoutEndIsCutOff() throws IOException {
    SSLSocket endless = connect();
    send(endless, post("/patient", Integer.MAX_VALUE, "x".repeat(MOST * 9)));
    assertThat(ended(endless)).isTrue();
    assertThat(took).isEmpty();
  }

  @Test
  void aBodyThatDoesNotComeInTimeGivesItsPlaceBack() throws IOException {
    for (int i = 0; i < 2 * CallbackExchange.MOST; i++) {
      SSLSocket slow = connect();
      send(slow, post("/quick", 100, "x"));
      if (i % CallbackExchange.MOST == CallbackExchange.MOST - 1) {
        assertThat(answer(slow)).startsWith("HTTP/1.1 408 ");
        assertThat(ended(slow)).isTrue();
      }
    }
    await()
        .untilAsserted(() -> {
          SSLSocket next = connect();
          send(next, post("/quick", 2, "{}"));
          assertThat(answer(next)).startsWith("HTTP/1.1 200 ");
        });
  }

  @Test
  void whoeverBreaksOffGivesItsPlaceBack() throws IOException {
    for (int i = 0; i < CallbackExchange.MOST; i++) {
      SSLSocket broken = connect();
      send(broken, post("/patient", 100, "x"));
      broken.close();
    }
    await()
        .untilAsserted(() -> {
          SSLSocket next = connect();
          send(next, post("/patient", 2, "{}"));
          assertThat(answer(next)).startsWith("HTTP/1.1 200 ");
        });
  }

  /** A flood at one place is refused there, and neither another place nor admissions notice. */
  @Test
  void soManyAtOnceAndNoMore() throws IOException {
    gate = new CountDownLatch(1);
    List<SSLSocket> working = new ArrayList<>();
    for (int i = 0; i < CallbackExchange.MOST; i++) {
      SSLSocket socket = connect();
      send(socket, post("/patient", 100, "x"));
      working.add(socket);
    }
    await()
        .untilAsserted(() -> {
          SSLSocket more = connect();
          send(more, post("/patient", 2, "{}"));
          assertThat(answer(more)).startsWith("HTTP/1.1 429 ");
        });
    gate.countDown();
    SSLSocket elsewhere = connect();
    send(elsewhere, post("/quick", 2, "{}"));
    assertThat(answer(elsewhere)).startsWith("HTTP/1.1 200 ");
    for (SSLSocket socket : working) {
      send(socket, "x".repeat(99));
      assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void aDefectIsAnAnswer() throws IOException {
    SSLSocket socket = connect();
    for (int i = 0; i < 2 * CallbackExchange.MOST; i++) {
      send(socket, post("/broken", 2, "{}"));
      assertThat(answer(socket)).startsWith("HTTP/1.1 500 ");
    }
  }
}
