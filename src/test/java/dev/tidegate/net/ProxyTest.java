package dev.tidegate.net;

import static dev.tidegate.testkit.RegistryDouble.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.testkit.ProxyDouble;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.testkit.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that are reached by a proxy, which alone knows where their names lead. */
class ProxyTest {
  @TempDir Path directory;

  private final TestCa ca = TestCa.named("registry CA");
  private final ProxyDouble proxy = ProxyDouble.start();
  private RegistryDouble registry;
  private Exchanges exchanges;

  @BeforeEach
  void start() throws Exception {
    registry =
        RegistryDouble.start(ExchangesTest.context(ca.server("registry.test", Duration.ofDays(1))));
    registry.instead(asked -> true, status(200, "{}"));
    Files.writeString(directory.resolve("ca.crt"), TestCa.pem(ca.certificate()));
    exchanges =
        new Exchanges(
            name -> {
              if (name.equals("localhost")) {
                return InetAddress.getAllByName(name);
              }
              throw new UnknownHostException(name);
            },
            InstantSource.system(),
            System::nanoTime,
            call -> {});
  }

  @AfterEach
  void stop() {
    exchanges.close();
    registry.close();
    proxy.close();
  }

  private Host host(Optional<Credentials> toProxy, Set<Authority> redirects) {
    return new Host(
        "registry.test",
        URI.create("https://registry.test:" + registry.port()),
        new Host.TlsFiles(
            Optional.of(directory.resolve("ca.crt")), Optional.empty(), Optional.empty()),
        Optional.empty(),
        Set.of(),
        redirects,
        Optional.empty(),
        Optional.empty(),
        Optional.of(new Proxy(proxy.url(), toProxy)),
        4,
        1000);
  }

  private Host host() {
    return host(Optional.empty(), Set.of());
  }

  private Reply send(Host host) throws Trouble, InterruptedException {
    return exchanges.send(
        host,
        Request.get("/v2/shop/web/manifests/1", 1 << 20, "read something"),
        Deadline.in(Duration.ofSeconds(10), System::nanoTime));
  }

  private Cause cause(Host host) throws InterruptedException {
    try {
      throw new AssertionError("answered " + send(host).status());
    } catch (Trouble trouble) {
      return trouble.doubt().cause();
    }
  }

  @Test
  void aHostIsReachedThroughATunnelThatVerifiesTheHostItself() throws Exception {
    assertThat(send(host()).status()).isEqualTo(200);
    assertThat(proxy.asked())
        .containsExactly("CONNECT registry.test:" + registry.port() + " HTTP/1.1");
    assertThat(send(host()).status()).isEqualTo(200);

    Files.writeString(
        directory.resolve("ca.crt"), TestCa.pem(TestCa.named("another").certificate()) + "\n");
    assertThatThrownBy(() -> send(host())).hasMessageContaining("TLS with");
  }

  @Test
  void whatTheProxyAnswersIsNoAnswerOfTheHost() throws Exception {
    // 404 of the registry would mean that there is no such thing.
    for (int status : new int[] {404, 403, 502}) {
      proxy.refuse(status);
      assertThat(cause(host())).as("status %d", status).isEqualTo(Cause.UNREACHABLE);
    }
    assertThat(registry.asked()).isEmpty();
  }

  @Test
  void theProxysPasswordIsTheProxysOnlyAndReadForEveryUse() throws Exception {
    proxy.demand("gate", "right");
    assertThat(cause(host())).isEqualTo(Cause.UNAUTHENTICATED);
    Path password = directory.resolve("password");
    Files.writeString(password, "wrong");
    Host knowing = host(Optional.of(new Credentials.Basic("gate", password)), Set.of());
    assertThat(cause(knowing)).isEqualTo(Cause.UNAUTHENTICATED);
    Files.writeString(password, "right\n");
    assertThat(send(knowing).status()).isEqualTo(200);
    assertThat(registry.asked())
        .allSatisfy(asked -> {
          assertThat(asked.headers()).doesNotContainKey("Authorization");
          assertThat(asked.headers()).doesNotContainKey("Proxy-authorization");
        });

    // A registry that asks for the password gets none.
    registry.instead(
        asked -> true, status(401, "{}", "WWW-Authenticate", "Basic realm=\"give me\""));
    assertThatThrownBy(() -> send(knowing)).hasMessageContaining("none are configured");
    assertThat(registry.asked())
        .allSatisfy(asked -> assertThat(asked.headers()).doesNotContainKey("Authorization"));
  }

  @Test
  void T23_behindAProxyOnlyListedHostsAreAsked() throws Exception {
    registry.instead(
        asked -> true, status(307, "", "Location", "https://metadata.internal:443/secret"));
    assertThatThrownBy(() -> send(host()))
        .hasMessageContaining("leads to metadata.internal,")
        .hasMessageContaining("list it under redirects");
    assertThat(proxy.asked()).hasSize(1);
  }

  @Test
  void listedTargetsOfRedirectsAreReachedByTheProxyToo() throws Exception {
    registry.instead(
        asked -> asked.path().startsWith("/v2/"),
        status(307, "", "Location", "https://blobs.test:" + registry.port() + "/blob"));
    registry.instead(asked -> asked.path().equals("/blob"), status(200, "{}"));
    Host listing = host(Optional.empty(), Set.of(new Authority("blobs.test", registry.port())));
    // The certificate is not for that name.
    assertThatThrownBy(() -> send(listing)).hasMessageContaining("TLS with blobs.test");
    assertThat(proxy.asked().getLast()).startsWith("CONNECT blobs.test:");
  }

  @Test
  void aProxyIsConfiguredByHost() throws IOException {
    Path file = directory.resolve("hosts.yaml");
    Files.writeString(
        file,
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: Hosts
        hosts:
          docker.io:
            proxy: {url: "http://proxy.example.com:3128", credentials: {username: gate, passwordFile: p}}
        """);
    Host host = Hosts.read(file).hosts().orElseThrow().all().getFirst();
    assertThat(host.proxy().orElseThrow().authority())
        .isEqualTo(new Authority("proxy.example.com", 3128));
    for (String wrong : new String[] {"https://p:1", "p:3128", "http://u:p@p:1", "http://p/x"}) {
      Files.writeString(
          file,
          "apiVersion: tidegate.dev/v1alpha1\nkind: Hosts\nhosts: {a.test: {proxy: {url: \"%s\"}}}\n"
              .formatted(wrong));
      assertThat(Hosts.read(file).problems().getFirst().toString())
          .contains("hosts.a.test.proxy.url: is not http:// with a host");
    }
  }
}
