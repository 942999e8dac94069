package dev.tidegate.admission.http;

import static dev.tidegate.admission.GateFixture.GOOD_POD;
import static dev.tidegate.admission.GateFixture.NON_ROOT;
import static dev.tidegate.admission.GateFixture.NON_ROOT_BY_LABEL;
import static dev.tidegate.admission.GateFixture.ROOT_POD;
import static dev.tidegate.admission.GateFixture.bytes;
import static dev.tidegate.admission.GateFixture.response;
import static dev.tidegate.admission.GateFixture.review;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.admission.GateFixture;
import dev.tidegate.admission.Recorder;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.NamespaceLabels;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.testkit.TestCa;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509KeyManager;
import javax.security.auth.x500.X500Principal;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The server over real TLS on loopback. */
class AdmissionServerIT {
  private static final int BODY = 8 * 1024 * 1024;
  private static final char[] PASSWORD = "test".toCharArray();

  private final TestCa ca = TestCa.named("serving");
  private final List<Throwable> unexpected = new ArrayList<>();
  private final List<CountDownLatch> latches = new ArrayList<>();
  @TempDir private Path directory;
  private Vertx vertx;
  private ExecutorService longWork;
  private @Nullable AdmissionServer server;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    longWork = Executors.newFixedThreadPool(2);
  }

  @AfterEach
  void stop() {
    latches.forEach(CountDownLatch::countDown);
    if (server != null) {
      server.close().toCompletionStage().toCompletableFuture().join();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
    longWork.shutdownNow();
    assertThat(unexpected).isEmpty();
  }

  private void serve(GateFixture gate, Limits limits, Optional<Path> clientCa, Peers peers)
      throws Exception {
    server =
        AdmissionServer.start(
                vertx,
                new AdmissionServer.Listen(
                    "127.0.0.1",
                    0,
                    keys(ca.server("localhost", Duration.ofDays(1))),
                    clientCa,
                    peers,
                    1,
                    List.of()),
                gate.admission,
                limits,
                new TimeLimits(Duration.ofSeconds(5), Duration.ofSeconds(1)),
                System::nanoTime,
                longWork,
                new Failures() {
                  @Override
                  public void unexpected(Throwable failure) {
                    unexpected.add(failure);
                  }

                  @Override
                  public void connection(Throwable failure) {}
                })
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
  }

  private void serve(GateFixture gate) throws Exception {
    serve(gate, limits(512, 128), Optional.empty(), Peers.anybody());
  }

  private static Limits limits(int inFlight, int perPeer) {
    return new Limits(BODY, inFlight, perPeer, 64L << 20, 1000);
  }

  private static X509KeyManager keys(TestCa.Pair pair) throws Exception {
    for (KeyManager manager : managers(pair)) {
      if (manager instanceof X509KeyManager keys) {
        return keys;
      }
    }
    throw new AssertionError("every JDK has one");
  }

  private static KeyManager[] managers(TestCa.Pair pair) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "pair", pair.keys().getPrivate(), PASSWORD, new Certificate[] {pair.certificate()});
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, PASSWORD);
    return factory.getKeyManagers();
  }

  private HttpClient client(TestCa.@Nullable Pair own) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(ca.trusting(own))
        .build();
  }

  private AdmissionServer running() {
    return Objects.requireNonNull(server);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + running().port() + path))
        .timeout(Duration.ofSeconds(60));
  }

  private HttpResponse<byte[]> post(HttpClient client, String path, byte[] body)
      throws IOException, InterruptedException {
    return client.send(
        request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void fill(ObjectNode review, int characters) {
    ((ObjectNode) review.at("/request/object/metadata"))
        .putObject("annotations")
        .put("filler", "x".repeat(characters));
  }

  private static byte[] oversized(ObjectNode review) {
    fill(review, BODY);
    return bytes(review);
  }

  private static void assertUndecided(HttpResponse<byte[]> answer, JsonNode review) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
    JsonNode response = response(answer.body());
    assertThat(response.get("uid")).isEqualTo(review.at("/request/uid"));
    assertThat(response.get("allowed").asBoolean()).isFalse();
    assertThat(response.at("/status/code").asInt()).isEqualTo(503);
  }

  @Test
  void answersOverKeptAliveConnections() throws Exception {
    serve(GateFixture.of(NON_ROOT));
    HttpClient client = client(null);

    for (int i = 0; i < 20; i++) {
      assertThat(
              response(post(client, "/validate?timeout=5s", bytes(review(GOOD_POD))).body())
                  .get("allowed")
                  .asBoolean())
          .isTrue();
      assertThat(
              response(post(client, "/validate?timeout=5s", bytes(review(ROOT_POD))).body())
                  .at("/status/code")
                  .asInt())
          .isEqualTo(403);
      assertThat(post(client, "/mutate?timeout=5s", bytes(review(ROOT_POD))).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void T33_anOversizedReviewIsRefusedWithItsUid() throws Exception {
    serve(GateFixture.of(NON_ROOT));
    ObjectNode review = review(GOOD_POD);
    byte[] body = oversized(review);

    assertUndecided(post(client(null), "/validate", body), review);
  }

  @Test
  void T33_anOversizedReviewOfUnknownLengthIsRefusedWithItsUid() throws Exception {
    serve(GateFixture.of(NON_ROOT));
    ObjectNode review = review(GOOD_POD);
    byte[] body = oversized(review);

    HttpResponse<byte[]> answer =
        client(null)
            .send(
                request("/validate")
                    .POST(
                        HttpRequest.BodyPublishers.ofInputStream(
                            () -> new ByteArrayInputStream(body)))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());

    assertUndecided(answer, review);
  }

  @Test
  void aLongReviewWithinTheBoundIsJudged() throws Exception {
    serve(GateFixture.of(NON_ROOT));
    ObjectNode review = review(ROOT_POD);
    fill(review, 2 * 1024 * 1024);

    HttpResponse<byte[]> answer = post(client(null), "/validate", bytes(review));

    assertThat(response(answer.body()).at("/status/code").asInt()).isEqualTo(403);
  }

  @Test
  void whatHasNoUidIsABadRequest() throws Exception {
    serve(GateFixture.of(NON_ROOT));

    HttpResponse<byte[]> answer =
        post(client(null), "/validate", "not json".getBytes(StandardCharsets.UTF_8));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("request.uid");
  }

  @Test
  void otherPathsAndMethodsAreRefused() throws Exception {
    serve(GateFixture.of(NON_ROOT));

    assertThat(post(client(null), "/other", new byte[0]).statusCode()).isEqualTo(404);
    assertThat(
            client(null)
                .send(request("/validate").GET().build(), HttpResponse.BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(405);
  }

  /** Answers only when the test lets it. */
  private final class Silent implements EvidenceSource<NamespaceLabels, Map<String, String>> {
    private final CountDownLatch latch = new CountDownLatch(1);

    Silent() {
      latches.add(latch);
    }

    @Override
    public Class<NamespaceLabels> serves() {
      return NamespaceLabels.class;
    }

    @Override
    public Evidence<Map<String, String>> obtain(NamespaceLabels key, Errand errand)
        throws InterruptedException {
      latch.await();
      return new Evidence.Present<>(Map.of("env", "production"), Instant.EPOCH);
    }
  }

  @Test
  void aSourceThatNeverAnswersDoesNotKeepTheAnswer() throws Exception {
    serve(GateFixture.of(NON_ROOT_BY_LABEL, Recorder.NONE, List.of(new Silent())));
    ObjectNode review = review(GOOD_POD);

    HttpResponse<byte[]> answer = post(client(null), "/validate?timeout=1s", bytes(review));

    assertUndecided(answer, review);
    assertThat(response(answer.body()).at("/status/message").asText()).contains("scope");
  }

  @Test
  void whatIsNotJudgedInTimeIsAnsweredAllTheSame() throws Exception {
    serve(GateFixture.of(NON_ROOT));
    CountDownLatch busy = new CountDownLatch(1);
    latches.add(busy);
    for (int i = 0; i < 2; i++) {
      longWork.execute(() -> {
        try {
          busy.await();
        } catch (InterruptedException stopping) {
          Thread.currentThread().interrupt();
        }
      });
    }
    ObjectNode review = review(GOOD_POD);
    fill(review, 1024 * 1024);

    HttpResponse<byte[]> answer = post(client(null), "/validate?timeout=1s", bytes(review));

    assertUndecided(answer, review);
    assertThat(response(answer.body()).at("/status/message").asText())
        .contains("the time for an answer was over before it was judged");
    assertThat(
            response(post(client(null), "/validate?timeout=1s", bytes(review(GOOD_POD))).body())
                .get("allowed")
                .asBoolean())
        .as("the next request")
        .isTrue();
  }

  @Test
  void T32_bodiesThatDoNotEndAreAnsweredInTimeAndTheirConnectionsClosed() throws Exception {
    serve(GateFixture.of(NON_ROOT));
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        Socket socket =
            ca.trusting(null)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), running().port());
        slow.add(socket);
        socket.setSoTimeout(60_000);
        byte[] body = bytes(review(GOOD_POD));
        OutputStream out = socket.getOutputStream();
        out.write(
            ("POST /validate?timeout=1s HTTP/1.1\r\nHost: gate\r\nContent-Length: "
                    + (body.length + 1)
                    + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
      }
      for (Socket socket : slow) {
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answer)
            .startsWith("HTTP/1.1 200")
            .contains("\"allowed\":false")
            .contains("the request was not sent in time");
      }
      // The end of a connection may be seen here before its place is given back there.
      Awaitility.await().until(() -> running().inFlight() == 0);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void moreThanThePlacesThereAreIsUndecided() throws Exception {
    Silent silent = new Silent();
    serve(
        GateFixture.of(NON_ROOT_BY_LABEL, Recorder.NONE, List.of(silent)),
        limits(1, 1),
        Optional.empty(),
        Peers.anybody());
    AdmissionServer running = running();
    CompletableFuture<HttpResponse<byte[]>> first =
        client(null)
            .sendAsync(
                request("/validate?timeout=30s")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(bytes(review(GOOD_POD))))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    Awaitility.await().until(() -> running.inFlight() == 1);

    ObjectNode second = review(ROOT_POD);
    assertUndecided(post(client(null), "/validate?timeout=30s", bytes(second)), second);

    silent.latch.countDown();
    assertThat(response(first.join().body()).get("allowed").asBoolean()).isTrue();
  }

  @Test
  void T32_aFloodOfOnePeerLeavesPlacesForOthers() {
    InFlight places = new InFlight(limits(8, 4));
    for (int i = 0; i < 100; i++) {
      places.enter("10.0.0.66");
    }

    assertThat(places.total()).isEqualTo(4);
    assertThat(places.enter("10.0.0.1")).isPresent();
  }

  @Test
  void T32_longBodiesOfOnePeerLeaveRoomForOthers() {
    InFlight places = new InFlight(limits(512, 128));
    int held = 0;
    for (int i = 0; i < 128; i++) {
      held += places.enter("10.0.0.66").orElseThrow().hold(1 << 20) ? 1 : 0;
    }

    assertThat(held).as("MiB of 64").isEqualTo(32);
    assertThat(places.enter("10.0.0.1").orElseThrow().hold(BODY)).isTrue();
  }

  /** They have no session, so they are not counted, but are soon closed. */
  @Test
  void T32_connectionsThatSayNothingAreClosedAndHoldNobodyUp() throws Exception {
    serve(GateFixture.of(NON_ROOT));
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), running().port());
        silent.add(socket);
        socket.setSoTimeout(60_000);
      }
      assertThat(
              response(post(client(null), "/validate?timeout=5s", bytes(review(GOOD_POD))).body())
                  .get("allowed")
                  .asBoolean())
          .isTrue();
      for (Socket socket : silent) {
        assertThat(socket.getInputStream().read()).as("the end of the connection").isEqualTo(-1);
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  /** Connections without a request, of one address, against the API server's, of another. */
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere loopback has one address only")
  void T32_idleConnectionsOfOnePeerLeaveSomeForOthers() throws Exception {
    serve(
        GateFixture.of(NON_ROOT),
        new Limits(BODY, 8, 2, 64L << 20, 8),
        Optional.empty(),
        Peers.anybody());
    List<Socket> flood = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        SSLSocket socket =
            (SSLSocket)
                ca.trusting(null)
                    .getSocketFactory()
                    .createSocket(
                        InetAddress.getLoopbackAddress(),
                        running().port(),
                        InetAddress.getByAddress(new byte[] {127, 0, 0, 66}),
                        0);
        flood.add(socket);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
      }
      assertThat(
              response(post(client(null), "/validate?timeout=5s", bytes(review(GOOD_POD))).body())
                  .get("allowed")
                  .asBoolean())
          .isTrue();
    } finally {
      for (Socket socket : flood) {
        socket.close();
      }
    }
  }

  @Test
  void placesAndBytesAreGivenBackOnce() {
    InFlight places = new InFlight(limits(1, 1));
    InFlight.Place place = places.enter("a").orElseThrow();
    assertThat(place.hold(30 << 20)).isTrue();
    assertThat(place.hold(30 << 20)).isFalse();

    place.leave();
    place.leave();

    assertThat(places.total()).isZero();
    assertThat(places.enter("a").orElseThrow().hold(30 << 20)).isTrue();

    Connections connections = new Connections(new Limits(BODY, 1, 1, 64L << 20, 1));
    assertThat(connections.enter("a")).isTrue();
    assertThat(connections.enter("a")).isFalse();
    assertThat(connections.enter("b")).isFalse();
    connections.leave("a");
    assertThat(connections.enter("b")).isTrue();
  }

  @Test
  void callersAreToldApartByExactSubjectNotByChain() throws Exception {
    TestCa cluster = TestCa.named("kubernetes");
    Path clientCa = directory.resolve("client-ca.crt");
    Files.writeString(clientCa, TestCa.pem(cluster.certificate()));
    serve(
        GateFixture.of(NON_ROOT),
        limits(10, 10),
        Optional.of(clientCa),
        Peers.only(Set.of(new X500Principal("CN=kube-apiserver-admission"))));
    byte[] body = bytes(review(GOOD_POD));

    HttpClient apiServer = client(cluster.client("CN=kube-apiserver-admission"));
    HttpClient kubelet = client(cluster.client("CN=system:node:node-1,O=system:nodes"));
    HttpClient longer = client(cluster.client("CN=kube-apiserver-admission,O=system:nodes"));

    assertThat(post(apiServer, "/validate", body).statusCode()).isEqualTo(200);
    assertThat(post(apiServer, "/mutate", body).statusCode()).isEqualTo(200);
    for (HttpClient other : List.of(kubelet, longer, client(null))) {
      assertThat(post(other, "/validate", body).statusCode()).isEqualTo(403);
      assertThat(post(other, "/mutate", body).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void drainingEndsConnectionsWithTheirNextAnswer() throws Exception {
    serve(GateFixture.of(NON_ROOT));
    AdmissionServer running = running();
    HttpClient client = client(null);
    assertThat(
            post(client, "/validate", bytes(review(GOOD_POD))).headers().firstValue("Connection"))
        .isEmpty();

    running.drain();

    HttpResponse<byte[]> answer = post(client, "/validate", bytes(review(GOOD_POD)));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Connection")).hasValue("close");
  }
}
