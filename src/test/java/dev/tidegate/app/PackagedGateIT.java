package dev.tidegate.app;

import static dev.tidegate.admission.GateFixture.GOOD_POD;
import static dev.tidegate.admission.GateFixture.NON_ROOT;
import static dev.tidegate.admission.GateFixture.ROOT_POD;
import static dev.tidegate.admission.GateFixture.bytes;
import static dev.tidegate.admission.GateFixture.response;
import static dev.tidegate.admission.GateFixture.review;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.testkit.GateProcess;
import dev.tidegate.testkit.TestCa;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The built program in a process of its own, set by its environment only: who may ask it, and what
 * changes while it runs.
 */
class PackagedGateIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final TestCa CA = TestCa.named("serving");
  private static final TestCa CLUSTER = TestCa.named("kubernetes");

  @TempDir static Path directory;

  private static Path mode;
  private static GateProcess gate;
  private static HttpClient apiServer;

  @BeforeAll
  static void start() throws IOException {
    Path policies = Files.createDirectory(directory.resolve("policies"));
    Files.writeString(policies.resolve("policy.yaml"), NON_ROOT);
    mode = Files.writeString(directory.resolve("mode"), "enforce\n");
    CA.server("localhost", Duration.ofDays(1)).write(directory, "tls");
    Files.writeString(directory.resolve("client-ca.crt"), TestCa.pem(CLUSTER.certificate()));
    gate =
        GateProcess.start(
            Path.of(Objects.requireNonNull(System.getProperty("tidegate.launcher"))),
            CA.certificate(),
            directory,
            List.of(),
            Map.of(
                "TIDEGATE_CLUSTER_ENABLED", "false",
                "TIDEGATE_POLICY_DIRECTORY", policies.toString(),
                "TIDEGATE_POLICY_POLL", "PT0.2S",
                "TIDEGATE_SWITCH_FILE", mode.toString(),
                "TIDEGATE_TLS_POLL", "PT0.2S",
                "TIDEGATE_TLS_CLIENT_CA", directory.resolve("client-ca.crt").toString(),
                "TIDEGATE_TLS_CLIENT_SUBJECTS",
                    "CN=kube-apiserver-admission,CN=api-2\\,O=platform"));
    apiServer = client(CLUSTER.client("CN=kube-apiserver-admission"));
  }

  @AfterAll
  static void stop() {
    gate.close();
  }

  private static HttpClient client(TestCa.@Nullable Pair own) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(SOON)
        .sslContext(CA.trusting(own))
        .build();
  }

  private static HttpResponse<String> validate(HttpClient client, String pod)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(
                URI.create("https://127.0.0.1:" + gate.port() + "/validate?timeout=20s"))
            .timeout(SOON)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes(review(pod))))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode answer(String pod) throws IOException, InterruptedException {
    HttpResponse<String> answer = validate(apiServer, pod);
    assertThat(answer.statusCode()).isEqualTo(200);
    return response(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  private static boolean allowed(String pod) throws IOException, InterruptedException {
    return answer(pod).path("allowed").asBoolean();
  }

  @Test
  void T32_onlyTheExactSubjectsAreAnswered() throws Exception {
    assertThat(validate(apiServer, GOOD_POD).statusCode()).isEqualTo(200);
    // In a certificate the general comes first, in its text the special does.
    assertThat(validate(client(CLUSTER.client("O=platform,CN=api-2")), GOOD_POD).statusCode())
        .as("a subject of two parts, its comma escaped in the setting")
        .isEqualTo(200);
    for (String subject :
        List.of(
            "O=system:nodes,CN=system:node:worker-1",
            "O=system:masters,CN=kube-apiserver-admission",
            "CN=kube-apiserver-admission,O=platform",
            "CN=api-2",
            "CN=api-2,O=platform",
            "CN=kube-apiserver-admission-2")) {
      assertThat(validate(client(CLUSTER.client(subject)), GOOD_POD).statusCode())
          .as(subject)
          .isEqualTo(403);
    }
    assertThat(validate(client(null), GOOD_POD).statusCode()).as("nobody").isEqualTo(403);
    TestCa stranger = TestCa.named("kubernetes");
    assertThatThrownBy(
            () -> validate(client(stranger.client("CN=kube-apiserver-admission")), GOOD_POD))
        .as("the subject, signed by somebody who calls itself the same")
        .isInstanceOf(IOException.class);
  }

  /** The serial number of what new connections are shown. */
  private static BigInteger served() throws IOException {
    try (SSLSocket socket =
        (SSLSocket) CA.trusting(null).getSocketFactory().createSocket("127.0.0.1", gate.port())) {
      socket.setSoTimeout((int) SOON.toMillis());
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  private static void awaitLog(String text) {
    await(text).atMost(SOON).until(() -> gate.log().contains(text));
  }

  private static void awaitServed(TestCa.Pair pair) {
    await().atMost(SOON).until(() -> served().equals(pair.certificate().getSerialNumber()));
  }

  @Test
  void aNewPairIsServedAndOneThatMayNotBeIsNot() throws Exception {
    BigInteger first = served();
    TestCa.Pair second = CA.server("localhost", Duration.ofDays(1));
    assertThat(allowed(GOOD_POD)).isTrue();
    Files.writeString(directory.resolve("tls.crt"), TestCa.pem(second.certificate()));
    awaitLog("the private key does not belong to the certificate");
    assertThat(served()).isEqualTo(first);
    second.write(directory, "tls");
    awaitServed(second);
    assertThat(allowed(GOOD_POD)).as("over the connection from before").isTrue();
    assertThat(
            validate(client(CLUSTER.client("CN=kube-apiserver-admission")), GOOD_POD).statusCode())
        .as("over a new one")
        .isEqualTo(200);

    CA.server("localhost", Duration.ofDays(-1)).write(directory, "tls");
    awaitLog("the certificate expired at");
    Files.writeString(directory.resolve("tls.key"), "");
    awaitLog("is not a PEM private key");
    assertThat(served()).isEqualTo(second.certificate().getSerialNumber());
    assertThat(gate.ready()).isTrue();

    TestCa.Pair third = CA.server("localhost", Duration.ofDays(1));
    third.write(directory, "tls");
    awaitServed(third);
  }

  private static void turn(String word) throws IOException {
    Path next = Files.writeString(directory.resolve("mode.next"), word);
    Files.move(next, mode, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean auditOnly() throws IOException {
    return gate.management("/q/metrics")
        .body()
        .lines()
        .anyMatch("tidegate_global_audit 1.0"::equals);
  }

  @Test
  void theSwitchTurnsAllToAuditAndBackWhateverThePoliciesAre() throws Exception {
    Path policy = directory.resolve("policies/policy.yaml");
    assertThat(answer(ROOT_POD).at("/status/code").asInt()).isEqualTo(403);
    assertThat(auditOnly()).isFalse();
    try {
      Files.writeString(policy, "kind: Nothing\n");
      awaitLog("policies cannot be used");
      assertThat(allowed(ROOT_POD)).as("the last good policies").isFalse();

      turn("audit\n");
      await().atMost(SOON).until(() -> allowed(ROOT_POD));
      JsonNode admitted = answer(ROOT_POD);
      assertThat(admitted.path("warnings").toString())
          .contains("switched to audit for all policies", "nonRoot");
      assertThat(admitted.path("auditAnnotations").path("would-deny").asText()).isEqualTo("true");
      assertThat(auditOnly()).isTrue();
      assertThat(answer(GOOD_POD).path("warnings").toString())
          .as("it is loud in every answer")
          .contains("switched to audit");

      turn("off\n");
      awaitLog("is not a mode");
      assertThat(allowed(ROOT_POD)).as("what is no mode changes nothing").isTrue();
      Files.delete(mode);
      awaitLog("the file is gone");
      assertThat(allowed(ROOT_POD)).isTrue();
    } finally {
      turn("enforce\n");
      Files.writeString(policy, NON_ROOT);
    }
    await().atMost(SOON).until(() -> !allowed(ROOT_POD));
    assertThat(auditOnly()).isFalse();
  }
}
