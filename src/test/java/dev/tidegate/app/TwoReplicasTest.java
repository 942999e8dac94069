package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.admission.GateFixture;
import dev.tidegate.kubernetes.FakeApiServer;
import dev.tidegate.kubernetes.Replicas;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.policy.PolicyFile;
import dev.tidegate.store.Seals;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.testkit.TestCa;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two whole gates over real TLS that know each other from EndpointSlices: a callback that one gets
 * is known to both, and what somebody else says to a replica is not.
 */
class TwoReplicasTest {
  private static final String SECRET = "0123456789abcdef-secret";
  private static final String KEY = "k".repeat(40);
  private static final String SLICES =
      "/apis/discovery.k8s.io/v1/namespaces/tidegate-system/endpointslices";

  @TempDir Path directory;

  private final RegistryDouble harbor = RegistryDouble.start();
  private final CosignSigner release = CosignSigner.create();
  private final TestCa ca = TestCa.named("serving");
  private final FakeApiServer api = new FakeApiServer();
  private final KubernetesClient kubernetes = api.client();
  private final Vertx vertx = Vertx.vertx();
  private PinnedImage web;
  private Running a;
  private Running b;
  private HttpClient client;

  /** One gate, its numbers, and how it follows the others. */
  private record Running(Serving serving, SimpleMeterRegistry meters, Replicas replicas) {
    double count(String counter, String tag, String value) {
      Counter found = meters.find(counter).tag(tag, value).counter();
      return found == null ? 0 : found.count();
    }

    double gauge(String name) {
      Gauge found = meters.find(name).gauge();
      return found == null ? Double.NaN : found.value();
    }
  }

  @BeforeEach
  void start() throws Exception {
    web = harbor.image("shop/web", "1", "1000", "first");
    harbor.signature(web, release);
    Files.writeString(directory.resolve("secrets"), SECRET);
    Files.writeString(directory.resolve("replicas"), KEY);
    Files.writeString(directory.resolve("ca.crt"), TestCa.pem(ca.certificate()));
    ca.server("tidegate.tidegate-system.svc", Duration.ofDays(1)).write(directory, "tls");
    Files.writeString(
        directory.resolve("hosts.yaml"),
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: Hosts
        hosts:
          "%s": {endpoint: "http://%s", plainHttp: true, callbackSecrets: secrets}
        """
            .formatted(harbor.name(), harbor.name()));
    Path policies = Files.createDirectory(directory.resolve("policies"));
    for (PolicyFile file : ImagesFixture.signedBy(release, harbor.name())) {
      Files.writeString(policies.resolve(file.name()), file.text());
    }
    api.list(SLICES);
    a = gate("127.0.0.1", "uid-a");
    b = gate("127.0.0.2", "uid-b");
    client = client();
  }

  private Running gate(String address, String uid) throws Exception {
    Map<String, String> properties = new HashMap<>();
    properties.put("tidegate.policy.directory", directory.resolve("policies").toString());
    properties.put("tidegate.hosts.file", directory.resolve("hosts.yaml").toString());
    properties.put("tidegate.tls.certificate", directory.resolve("tls.crt").toString());
    properties.put("tidegate.tls.key", directory.resolve("tls.key").toString());
    properties.put("tidegate.webhook.port", "0");
    properties.put("tidegate.evidence.tag-age", "PT10M");
    properties.put("tidegate.replicas.key-file", directory.resolve("replicas").toString());
    properties.put("tidegate.replicas.ca", directory.resolve("ca.crt").toString());
    properties.put("tidegate.replicas.pod-ips", address);
    properties.put("tidegate.replicas.pod-uid", uid);
    ServeConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(ServeConfig.class)
            .withSources(new PropertiesConfigSource(properties, "test", 100))
            .build()
            .getConfigMapping(ServeConfig.class);
    assertThat(Settings.problems(config)).isEmpty();
    Replicas replicas = Replication.follow(config.replicas(), kubernetes, new Log()).orElseThrow();
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Serving serving =
        Serving.start(
            config,
            new Serving.World(
                vertx,
                meters,
                Clock.systemUTC(),
                System::nanoTime,
                OutputStream.nullOutputStream(),
                new Surroundings(
                    List.of(), List.of(), () -> true, () -> {}, Optional.of(replicas::others))));
    return new Running(serving, meters, replicas);
  }

  private HttpClient client() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", ca.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), new SecureRandom());
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context).build();
  }

  @AfterEach
  void stop() {
    for (Running gate : List.of(a, b)) {
      gate.replicas().close();
      gate.serving().close();
      assertThat(gate.gauge("tidegate.defects")).isNaN();
    }
    kubernetes.close();
    api.close();
    harbor.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static String slice(String address, String uid, int port, boolean ready) {
    return """
    {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
     "metadata": {"name": "tidegate-%s", "namespace": "tidegate-system", "uid": "slice-%s",
       "resourceVersion": "11", "labels": {"kubernetes.io/service-name": "tidegate"}},
     "ports": [{"name": "webhook", "port": %d, "protocol": "TCP"}],
     "endpoints": [{"addresses": ["%s"], "conditions": {"ready": %s, "serving": %s,
       "terminating": false}, "targetRef": {"kind": "Pod", "uid": "%s"}}]}
    """
        .formatted(uid, uid, port, address, ready, ready, uid)
        .replace("\n", " ");
  }

  private void tell(String type, boolean bIsReady) {
    await().until(() -> api.watching(SLICES) == 2);
    api.event(SLICES, type, slice("127.0.0.1", "uid-a", a.serving().port(), true));
    api.event(SLICES, type, slice("127.0.0.2", "uid-b", b.serving().port(), bIsReady));
  }

  private void knowEachOther() {
    tell("ADDED", true);
    await().until(() -> ready(a) == 1 && ready(b) == 1);
  }

  private static long ready(Running gate) {
    return gate.replicas().others().stream().filter(replica -> replica.ready()).count();
  }

  private HttpResponse<String> post(
      Running to, String path, Map<String, String> headers, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + to.serving().port() + path))
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private byte[] pushed() {
    return """
    {"type": "PUSH_ARTIFACT", "occur_at": 1764072000, "operator": "robot$ci",
     "event_data": {
       "resources": [{"digest": "%s", "tag": "1", "resource_url": "x/shop/web:1"}],
       "repository": {"date_created": 1764072000, "name": "web", "namespace": "shop",
                      "repo_full_name": "shop/web", "repo_type": "private"}}}
    """
        .formatted(web.digest())
        .getBytes(StandardCharsets.UTF_8);
  }

  private boolean allows(Running gate) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        post(
            gate,
            "/validate?timeout=20s",
            Map.of("Content-Type", "application/json"),
            GateFixture.bytes(ImagesFixture.pod(web.toString())));
    JsonNode response = GateFixture.response(answer.body().getBytes(StandardCharsets.UTF_8));
    return response.get("allowed").asBoolean();
  }

  @Test
  void aCallbackToOneReplicaIsKnownToBoth() throws Exception {
    knowEachOther();

    assertThat(post(a, "/harbor/events", Map.of("Authorization", SECRET), pushed()).statusCode())
        .isEqualTo(200);
    for (Running gate : List.of(a, b)) {
      await()
          .until(() ->
              gate.gauge("tidegate.store.entries") >= 3
                  && gate.gauge("tidegate.harbor.callbacks.waiting") == 0
                  && gate.gauge("tidegate.store.flights") == 0);
    }
    assertThat(a.count("tidegate.harbor.forwards", "result", "sent")).isEqualTo(1);
    assertThat(b.count("tidegate.harbor.passed.on", "result", "taken")).isEqualTo(1);
    assertThat(b.meters().find("tidegate.harbor.forwards").counters())
        .as("what was passed on is not passed on again")
        .isEmpty();

    harbor.forget();
    assertThat(allows(a)).isTrue();
    assertThat(allows(b)).isTrue();
    assertThat(askedOfImages()).isEmpty();
  }

  @Test
  void aReplicaThatWasNotReadyIsToldAfterwards() throws Exception {
    tell("ADDED", false);
    await().until(() -> a.replicas().others().size() == 1 && ready(b) == 1);

    post(a, "/harbor/events", Map.of("Authorization", SECRET), pushed());
    await().until(() -> a.gauge("tidegate.harbor.forwards.owed") == 1);
    assertThat(b.meters().find("tidegate.harbor.passed.on").counters()).isEmpty();

    api.event(
        SLICES,
        "MODIFIED",
        slice("127.0.0.2", "uid-b", b.serving().port(), true).replace("\"11\"", "\"12\""));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> b.count("tidegate.harbor.passed.on", "result", "missed") == 1);
    await().until(() -> a.gauge("tidegate.harbor.forwards.owed") == 0);
  }

  /** Only who has the key may speak as a replica, to the one it means, now, and once. */
  @Test
  void T29_aForgedForwardIsRefused() throws Exception {
    Seals ours = Seals.parse(KEY);
    Seals others = Seals.parse("o".repeat(40));
    SecureRandom random = new SecureRandom();
    Instant now = Instant.now();
    byte[] body = pushed();
    Forward good = Forward.of("127.0.0.2", Forward.What.CALLBACK, harbor.name(), body, now, random);

    refused("forged", Map.of(), body);
    refused("forged", Map.of("Authorization", SECRET), body);
    refused("forged", good.headers(others), body);
    refused("forged", good.headers(ours), "{}".getBytes(StandardCharsets.UTF_8));
    for (String header : good.headers(ours).keySet()) {
      Map<String, String> changed = new HashMap<>(good.headers(ours));
      changed.merge(header, "1", String::concat);
      refused("forged", changed, body);
    }
    refused(
        "misdirected",
        Forward.of("127.0.0.1", Forward.What.CALLBACK, harbor.name(), body, now, random)
            .headers(ours),
        body);
    for (Duration off : List.of(Duration.ofMinutes(-5), Duration.ofMinutes(5))) {
      refused(
          "stale",
          Forward.of("127.0.0.2", Forward.What.CALLBACK, harbor.name(), body, now.plus(off), random)
              .headers(ours),
          body);
    }
    assertThat(b.meters().find("tidegate.harbor.callbacks").counters())
        .as("nothing of it was even read")
        .isEmpty();
    assertThat(askedOfImages()).isEmpty();

    assertThat(post(b, Forward.PATH, good.headers(ours), body).statusCode()).isEqualTo(200);
    refused("replayed", good.headers(ours), body);
    assertThat(
            post(
                    b,
                    Forward.PATH,
                    Forward.of(
                            "127.0.0.2",
                            Forward.What.CALLBACK,
                            "evil.example",
                            body,
                            Instant.now(),
                            random)
                        .headers(ours),
                    body)
                .statusCode())
        .as("of a Harbor that is not configured")
        .isEqualTo(404);
  }

  private void refused(String why, Map<String, String> headers, byte[] body) throws Exception {
    double before = b.count("tidegate.harbor.passed.on", "result", why);
    HttpResponse<String> answer = post(b, Forward.PATH, headers, body);
    assertThat(answer.statusCode()).as(why).isEqualTo(401);
    assertThat(answer.body()).isEqualTo("this is for replicas of the gate\n");
    assertThat(b.count("tidegate.harbor.passed.on", "result", why)).isEqualTo(before + 1);
  }

  /** Callbacks go to nobody who only sits at the address of a replica. */
  @Test
  void T29_aReplicaWithoutACertificateOfOursIsToldNothing() throws Exception {
    TestCa stranger = TestCa.named("stranger");
    Path theirs = Files.createDirectory(directory.resolve("theirs"));
    stranger.server("tidegate.tidegate-system.svc", Duration.ofDays(1)).write(theirs, "tls");
    Files.copy(
        theirs.resolve("tls.crt"),
        directory.resolve("tls.crt"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.copy(
        theirs.resolve("tls.key"),
        directory.resolve("tls.key"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Running impostor = gate("127.0.0.3", "uid-c");
    try {
      await().until(() -> api.watching(SLICES) == 3);
      api.event(SLICES, "ADDED", slice("127.0.0.3", "uid-c", impostor.serving().port(), true));
      await().until(() -> ready(a) == 1);

      post(a, "/harbor/events", Map.of("Authorization", SECRET), pushed());
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> a.count("tidegate.harbor.forwards", "result", "failed") == 1);
      assertThat(impostor.meters().find("tidegate.harbor.passed.on").counters()).isEmpty();
    } finally {
      impostor.replicas().close();
      impostor.serving().close();
    }
  }

  /** What was asked, but for the lists that each replica compares with what it remembers. */
  private List<String> askedOfImages() {
    return harbor.lines().stream()
        .filter(line -> !line.startsWith("GET /api/v2.0/projects?"))
        .toList();
  }
}
