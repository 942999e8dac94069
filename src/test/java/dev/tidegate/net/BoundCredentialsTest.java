package dev.tidegate.net;

import static dev.tidegate.testkit.RegistryDouble.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.testkit.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What belongs to one host stays with it: credentials, addresses, and blame. */
class BoundCredentialsTest {
  @TempDir Path directory;

  private final Exchanges exchanges =
      new Exchanges(
          InetAddress::getAllByName,
          InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z")),
          System::nanoTime,
          Calls.NONE);

  @AfterEach
  void stop() {
    exchanges.close();
  }

  private Reply send(Host host, Duration budget) throws Trouble, InterruptedException {
    return exchanges.send(
        host,
        Request.get("/v2/shop/web/blobs/1", 1 << 20, "read something")
            .within("repository:shop/web:pull"),
        Deadline.in(budget, System::nanoTime));
  }

  private Host secure(RegistryDouble server, TestCa ca, Set<Authority> redirects) throws Exception {
    Path file = directory.resolve("ca.crt");
    Files.writeString(file, TestCa.pem(ca.certificate()));
    return new Host(
        server.name(),
        server.host().endpoint(),
        new Host.TlsFiles(Optional.of(file), Optional.empty(), Optional.empty()),
        Optional.empty(),
        Set.of(),
        redirects,
        Optional.empty(),
        4,
        1000);
  }

  /** The neighbours on other ports of a private host are no more its own than other hosts. */
  @Test
  void T23_anotherPortOfThePrivateHostIsAnotherPlace() throws Exception {
    TestCa ca = TestCa.named("registry CA");
    SSLContext tls = ca.server("localhost", Duration.ofDays(1)).context();
    try (RegistryDouble server = RegistryDouble.start(tls);
        RegistryDouble neighbour = RegistryDouble.start(tls)) {
      server.instead(
          asked -> true,
          status(307, "", "Location", "https://localhost:" + neighbour.port() + "/x"));
      neighbour.instead(asked -> true, status(200, "internal"));
      Host host = secure(server, ca, Set.of());
      assertThatThrownBy(() -> send(host, Duration.ofSeconds(10)))
          .hasMessageContaining("not a public address");
      assertThat(neighbour.asked()).isEmpty();
    }
  }

  @Test
  void T23_aListedRedirectCountsForItsPortOnly() throws Exception {
    TestCa ca = TestCa.named("registry CA");
    SSLContext tls = ca.server("localhost", Duration.ofDays(1)).context();
    try (RegistryDouble server = RegistryDouble.start(tls);
        RegistryDouble neighbour = RegistryDouble.start(tls);
        RegistryDouble listed = RegistryDouble.start(tls)) {
      neighbour.instead(asked -> true, status(200, "internal"));
      listed.instead(asked -> true, status(200, "content"));
      Host host = secure(server, ca, Set.of(new Authority("localhost", listed.port())));
      server.instead(
          asked -> true, status(307, "", "Location", "https://localhost:" + listed.port() + "/x"));
      assertThat(send(host, Duration.ofSeconds(10)).status()).isEqualTo(200);
      server.instead(
          asked -> true,
          status(307, "", "Location", "https://localhost:" + neighbour.port() + "/x"));
      assertThatThrownBy(() -> send(host, Duration.ofSeconds(10)))
          .hasMessageContaining("not a public address");
      assertThat(neighbour.asked()).isEmpty();
    }
  }

  /**
   * Whoever the storage is may not choose what the gate reads from the registry in its own name.
   */
  @Test
  void T23_theCredentialDoesNotComeBackAfterARedirectElsewhere() throws Exception {
    try (RegistryDouble server = RegistryDouble.start();
        RegistryDouble elsewhere = RegistryDouble.start()) {
      Path password = directory.resolve("password");
      Files.writeString(password, "secret");
      String basic =
          "Basic "
              + Base64.getEncoder().encodeToString("robot:secret".getBytes(StandardCharsets.UTF_8));
      server.instead(
          asked -> !basic.equals(asked.headers().get("Authorization")),
          status(401, "{}", "WWW-Authenticate", "Basic realm=x"));
      server.instead(
          asked -> asked.path().contains("/blobs/") && asked.headers().containsKey("Authorization"),
          status(307, "", "Location", "http://localhost:" + elsewhere.port() + "/x"));
      elsewhere.instead(
          asked -> true,
          status(307, "", "Location", "http://localhost:" + server.port() + "/chosen"));
      server.instead(asked -> asked.path().equals("/chosen"), status(200, "{}"));
      Host host =
          new Host(
              server.name(),
              server.host().endpoint(),
              Host.TlsFiles.NONE,
              Optional.of(new Credentials.Basic("robot", password)),
              Set.of(),
              Set.of(new Authority("localhost", elsewhere.port())),
              Optional.empty(),
              4,
              1000);
      try {
        send(host, Duration.ofSeconds(10));
      } catch (Trouble trouble) {
        // Refused or answered: what counts is what was sent.
      }
      assertThat(server.asked())
          .filteredOn(asked -> asked.path().equals("/chosen"))
          .allMatch(asked -> !asked.headers().containsKey("Authorization"));
    }
  }

  /** The patience of a caller says nothing about the host. */
  @Test
  void callersWithoutTimeDoNotShutTheHostOut() throws Exception {
    try (RegistryDouble server = RegistryDouble.start()) {
      server.instead(asked -> true, status(200, "{}"));
      Host host = server.host();
      for (int i = 0; i < 12; i++) {
        assertThatThrownBy(() -> send(host, Duration.ZERO)).isInstanceOf(Trouble.class);
      }
      assertThat(send(host, Duration.ofSeconds(10)).status()).isEqualTo(200);
    }
  }

  @Test
  void fiveFailuresInARowAreEnoughAlsoAfterSuccess() throws Exception {
    try (RegistryDouble server = RegistryDouble.start()) {
      Host host = server.host();
      server.instead(asked -> true, status(200, "{}"));
      send(host, Duration.ofSeconds(10));
      server.instead(asked -> true, status(500, ""));
      for (int i = 0; i < 8; i++) {
        assertThatThrownBy(() -> send(host, Duration.ofSeconds(10))).isInstanceOf(Trouble.class);
      }
      assertThat(server.asked()).hasSize(6);
    }
  }

  @Test
  void T19_aHandshakeThatNeverEndsEndsWithTheBudget() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Host host = Host.at("silent.test", URI.create("https://localhost:" + silent.getLocalPort()));
      assertThatThrownBy(() -> send(host, Duration.ofMillis(400)))
          .isInstanceOfSatisfying(
              Trouble.class,
              trouble -> assertThat(trouble.doubt().cause()).isEqualTo(Cause.DEADLINE));
    }
  }

  @Test
  void anIdentityTokenIsExchangedByPost() throws IOException, Trouble, InterruptedException {
    try (RegistryDouble server = RegistryDouble.start()) {
      server.instead(
          asked -> !"Bearer good".equals(asked.headers().get("Authorization")),
          status(
              401,
              "{}",
              "WWW-Authenticate",
              "Bearer realm=\"http://localhost:" + server.port() + "/token\",service=\"s\""));
      server.instead(
          asked -> "Bearer good".equals(asked.headers().get("Authorization")), status(200, "{}"));
      server.instead(
          asked -> asked.path().equals("/token"), status(200, "{\"access_token\":\"good\"}"));
      Path config = directory.resolve("config.json");
      Files.writeString(
          config,
          "{\"auths\":{\""
              + server.name()
              + "\":{\"auth\":\"eDp5\",\"identitytoken\":\"refresh\"}}}");
      Host plain = server.host();
      Host host =
          new Host(
              plain.name(),
              plain.endpoint(),
              Host.TlsFiles.NONE,
              Optional.of(new Credentials.DockerConfig(server.name(), config)),
              Set.of(),
              Set.of(),
              Optional.empty(),
              4,
              1000);
      assertThat(send(host, Duration.ofSeconds(10)).status()).isEqualTo(200);
      RegistryDouble.Asked post = server.asked().get(1);
      assertThat(post.method()).isEqualTo("POST");
      assertThat(post.headers()).doesNotContainKey("Authorization");
      Map<String, String> headers = post.headers();
      assertThat(headers.get("Content-type")).isEqualTo("application/x-www-form-urlencoded");
    }
  }

  @Test
  void aMirrorThatLeavesNoPathIsRefusedWhenItIsRead() throws IOException {
    Path file = directory.resolve("hosts.yaml");
    Files.writeString(
        file,
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: Hosts
        hosts: {harbor.example.com: {}}
        mirrors: [{prefix: docker.io/library/nginx, at: harbor.example.com}]
        """);
    Hosts.Read read = Hosts.read(file);
    assertThat(read.hosts()).isEmpty();
    assertThat(read.problems())
        .singleElement()
        .asString()
        .contains("mirrors[0].at", "names no repository");
  }

  /** A silent host is not blamed by those who had no patience. */
  @Test
  void hastyCallersDoNotShutASilentHostOut() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Host host = Host.at("silent.test", URI.create("http://localhost:" + silent.getLocalPort()));
      for (int i = 0; i < 8; i++) {
        assertThatThrownBy(() -> send(host, Duration.ofMillis(50)))
            .hasMessageContaining("no whole answer in time");
      }
    }
  }

  /** Connections keep threads: those of a rotated CA may not stay for ever. */
  @Test
  void connectionsOfFormerFilesAreClosed() throws Exception {
    ScheduledThreadPoolExecutor later = new ScheduledThreadPoolExecutor(1);
    Path ca = directory.resolve("ca.crt");
    Files.writeString(ca, TestCa.pem(TestCa.named("one").certificate()));
    try (RegistryDouble server = RegistryDouble.start()) {
      Host plain = server.host();
      Host host =
          new Host(
              plain.name(),
              plain.endpoint(),
              new Host.TlsFiles(Optional.of(ca), Optional.empty(), Optional.empty()),
              Optional.empty(),
              Set.of(),
              Set.of(),
              Optional.empty(),
              4,
              1000);
      Request request = Request.get("/x", 100, "read something");
      Deadline deadline = Deadline.in(Duration.ofSeconds(10), System::nanoTime);
      try (Wires wires = new Wires(host, InetAddress::getAllByName, later)) {
        Wire former = wires.of(plain.endpoint(), request);
        assertThat(wires.of(plain.endpoint(), request)).isSameAs(former);
        assertThat(later.getQueue()).isEmpty();

        Files.writeString(ca, TestCa.pem(TestCa.named("the other").certificate()));
        assertThat(wires.of(plain.endpoint(), request)).isNotSameAs(former);
        assertThat(later.getQueue()).hasSize(1);
        ScheduledFuture<?> close = (ScheduledFuture<?>) later.getQueue().element();
        assertThat(close.getDelay(TimeUnit.SECONDS)).isBetween(1L, Wires.FORMER.toSeconds());
        ((Runnable) close).run();
        assertThatThrownBy(
                () -> former.exchange(plain.endpoint(), request, Optional.empty(), deadline))
            .hasMessageContaining("shut down");
      }
    } finally {
      later.shutdownNow();
    }
  }
}
