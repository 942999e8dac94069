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
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is told which credential, where redirects may lead, and what ends a call. */
class ExchangesTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final String BASIC =
      "Basic "
          + Base64.getEncoder().encodeToString("robot:secret".getBytes(StandardCharsets.UTF_8));

  @TempDir Path directory;

  private final RegistryDouble server = RegistryDouble.start();
  private final RegistryDouble elsewhere = RegistryDouble.start();
  private final ConcurrentLinkedQueue<Calls.Call> calls = new ConcurrentLinkedQueue<>();
  private final AtomicLong passed = new AtomicLong();
  private final Exchanges exchanges = exchanges(InetAddress::getAllByName);

  private Exchanges exchanges(Resolver resolver) {
    return new Exchanges(
        resolver, InstantSource.fixed(NOW), () -> System.nanoTime() + passed.get(), calls::add);
  }

  @AfterEach
  void stop() {
    exchanges.close();
    server.close();
    elsewhere.close();
  }

  @Test
  void whoIsClosedSaysThatItIsClosed() {
    exchanges.close();
    assertThatThrownBy(() -> send(server.host()))
        .isInstanceOfSatisfying(Trouble.class, ExchangesTest::shuttingDown);
  }

  @Test
  void whatIsBrokenOffByClosingIsNoTroubleOfTheHost() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<Void> never = new CompletableFuture<>();
    server.instead(
        any -> true,
        exchange -> {
          asked.countDown();
          never.join();
        });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Reply> call = threads.submit(() -> send(server.host()));
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      exchanges.close();
      assertThatThrownBy(call::get)
          .cause()
          .isInstanceOfSatisfying(Trouble.class, ExchangesTest::shuttingDown);
      never.complete(null);
    }
  }

  private static void shuttingDown(Trouble trouble) {
    assertThat(trouble.doubt().cause()).isEqualTo(Cause.OVERLOADED);
    assertThat(trouble.doubt().tried()).contains("the gate is shutting down");
  }

  private Host host(Optional<Credentials> credentials, Set<Authority> realms) {
    return host(credentials, realms, Set.of());
  }

  private Host host(
      Optional<Credentials> credentials, Set<Authority> realms, Set<Authority> redirects) {
    Host plain = server.host();
    return new Host(
        plain.name(),
        plain.endpoint(),
        Host.TlsFiles.NONE,
        credentials,
        realms,
        redirects,
        Optional.empty(),
        4,
        1000);
  }

  private Optional<Credentials> robot() throws IOException {
    Path file = directory.resolve("password");
    Files.writeString(file, "secret\n");
    return Optional.of(new Credentials.Basic("robot", file));
  }

  private static Request request() {
    return Request.get("/v2/shop/web/manifests/1", 1 << 20, "read something")
        .within("repository:shop/web:pull");
  }

  private Reply send(Host host) throws Trouble, InterruptedException {
    return send(exchanges, host);
  }

  private Reply send(Exchanges through, Host host) throws Trouble, InterruptedException {
    return through.send(host, request(), Deadline.in(Duration.ofSeconds(10), System::nanoTime));
  }

  private Cause cause(Host host) throws InterruptedException {
    try {
      throw new AssertionError("answered " + send(host).status());
    } catch (Trouble trouble) {
      return trouble.doubt().cause();
    }
  }

  private static boolean authorized(RegistryDouble.Asked asked, String value) {
    return value.equals(asked.headers().get("Authorization"));
  }

  private void wantsBearer(RegistryDouble at, String realm) {
    at.instead(
        asked -> asked.path().startsWith("/v2/") && !authorized(asked, "Bearer good"),
        status(
            401, "{}", "WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"registry\""));
    at.instead(
        asked -> asked.path().startsWith("/v2/") && authorized(asked, "Bearer good"),
        status(200, "{}"));
  }

  private String realm(RegistryDouble of) {
    return "http://localhost:" + of.port() + "/service/token";
  }

  @Test
  void aTokenIsAskedForWithTheCredentialAndTheScopeAndKept() throws Exception {
    wantsBearer(server, realm(server));
    server.instead(
        asked -> asked.path().equals("/service/token"),
        status(200, "{\"token\":\"good\",\"expires_in\":300}"));
    Host host = host(robot(), Set.of());
    assertThat(send(host).status()).isEqualTo(200);
    assertThat(send(host).status()).isEqualTo(200);
    assertThat(server.lines())
        .containsExactly(
            "GET /v2/shop/web/manifests/1",
            "GET /service/token?service=registry&scope=repository%3Ashop%2Fweb%3Apull",
            "GET /v2/shop/web/manifests/1",
            "GET /v2/shop/web/manifests/1");
    assertThat(server.asked().get(1).headers()).containsEntry("Authorization", BASIC);
    assertThat(server.asked().get(0).headers()).doesNotContainKey("Authorization");

    passed.addAndGet(Duration.ofSeconds(291).toNanos());
    assertThat(send(host).status()).isEqualTo(200);
    assertThat(server.lines()).as("shortly before its end a new one").hasSize(6);
  }

  @Test
  void manyAtOnceShareOneToken() throws Exception {
    AtomicInteger tokens = new AtomicInteger();
    wantsBearer(server, realm(server));
    server.instead(
        asked -> asked.path().equals("/service/token"),
        exchange -> {
          tokens.incrementAndGet();
          status(200, "{\"token\":\"good\"}").to(exchange);
        });
    Host host = host(robot(), Set.of());
    List<Future<Integer>> all = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 30; i++) {
        all.add(threads.submit(() -> send(host).status()));
      }
    }
    for (Future<Integer> one : all) {
      assertThat(one.get()).isEqualTo(200);
    }
    assertThat(tokens).hasValue(1);
  }

  /** CVE-2025-27403 (Ratify): a token went to whoever asked for it. */
  @Test
  void T23_aRealmThatNobodyNamedGetsNoCredential() throws Exception {
    wantsBearer(server, realm(elsewhere));
    assertThat(cause(host(robot(), Set.of()))).isEqualTo(Cause.UNAUTHENTICATED);
    assertThat(elsewhere.asked()).isEmpty();

    elsewhere.instead(asked -> true, status(200, "{\"token\":\"good\"}"));
    assertThat(send(host(robot(), Set.of(new Authority("localhost", elsewhere.port())))).status())
        .isEqualTo(200);
    assertThat(elsewhere.asked()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer realm=\"http://169.254.169.254/latest\"",
        "Bearer realm=\"file:///etc/passwd\"",
        "Bearer realm=\"http://user@localhost/\"",
        "Bearer realm=\"https://evil.example/token\"",
        "Bearer realm=\"%s\",realm=\"https://evil.example\"",
        "Bearer realm=",
        "Bearer",
        "Negotiate",
        ""
      })
  void T23_challengesThatMakeNoSenseGetNothing(String challenge) throws Exception {
    server.instead(
        asked -> true, status(401, "{}", "WWW-Authenticate", challenge.formatted(realm(server))));
    assertThat(cause(host(robot(), Set.of()))).isEqualTo(Cause.UNAUTHENTICATED);
    assertThat(server.asked())
        .as("nothing secret was sent")
        .noneMatch(asked -> asked.headers().containsKey("Authorization"));
  }

  @Test
  void passwordsAreSentWhereBasicIsWantedAndReadAnewWhenTheyChange() throws Exception {
    server.instead(
        asked -> !authorized(asked, BASIC), status(401, "{}", "WWW-Authenticate", "Basic realm=x"));
    server.instead(asked -> authorized(asked, BASIC), status(200, "{}"));
    Host host = host(robot(), Set.of());
    assertThat(send(host).status()).isEqualTo(200);

    Files.writeString(directory.resolve("password"), "rotated");
    assertThat(cause(host)).isEqualTo(Cause.UNAUTHENTICATED);
    Files.writeString(directory.resolve("password"), "secret");
    assertThat(send(host).status()).isEqualTo(200);
    Files.delete(directory.resolve("password"));
    assertThatThrownBy(() -> send(host)).hasMessageContaining("does not exist");
  }

  /** A wrong password is answered with a token of an anonymous user (Harbor). */
  @Test
  void aTokenThatDoesNotHelpIsARefusal() throws Exception {
    wantsBearer(server, realm(server));
    server.instead(
        asked -> asked.path().equals("/service/token"), status(200, "{\"token\":\"anonymous\"}"));
    assertThatThrownBy(() -> send(host(robot(), Set.of())))
        .hasMessageContaining("refuses the credentials (user robot)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"token\":\"\"}",
        "{\"token\":\"a b\"}",
        "{\"token\":\"a\\nb\"}",
        "x"
      })
  void anAnswerThatIsNoTokenIsMalformed(String answer) throws Exception {
    wantsBearer(server, realm(server));
    server.instead(asked -> asked.path().equals("/service/token"), status(200, answer));
    assertThat(cause(host(robot(), Set.of()))).isEqualTo(Cause.MALFORMED);
  }

  @Test
  void credentialsOfDockerConfigAndHelpersAreUnderstood() throws Exception {
    server.instead(
        asked -> !authorized(asked, BASIC), status(401, "{}", "WWW-Authenticate", "Basic realm=x"));
    server.instead(asked -> authorized(asked, BASIC), status(200, "{}"));
    Path config = directory.resolve("config.json");
    for (String entry :
        List.of(
            "{\"auth\":\"" + BASIC.substring(6) + "\"}",
            "{\"username\":\"robot\",\"password\":\"secret\"}")) {
      for (String key : List.of(server.name(), "https://" + server.name() + "/v1/")) {
        Files.writeString(config, "{\"auths\":{\"" + key + "\":" + entry + "}}");
        Credentials credentials = new Credentials.DockerConfig(server.name(), config);
        assertThat(send(host(Optional.of(credentials), Set.of())).status()).isEqualTo(200);
      }
    }
    Files.writeString(config, "{\"Username\":\"robot\",\"Secret\":\"secret\"}");
    assertThat(send(host(Optional.of(new Credentials.HelperOutput(config)), Set.of())).status())
        .isEqualTo(200);
    Files.writeString(config, "{\"auths\":{\"other.example\":{\"auth\":\"eDp5\"}}}");
    assertThatThrownBy(() ->
            send(host(Optional.of(new Credentials.DockerConfig(server.name(), config)), Set.of())))
        .hasMessageContaining("has no entry for " + server.name())
        .hasMessageNotContaining("eDp5");
  }

  /** SSRF: redirects to where only the gate can reach. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1:1/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "http://example.com/",
        "file:///etc/passwd",
        "https://user:pass@example.com/",
        "",
        "::"
      })
  void T23_redirectsToPrivatePlacesAreNotFollowed(String location) throws Exception {
    server.instead(asked -> true, status(307, "", "Location", location));
    assertThat(cause(host(robot(), Set.of()))).isIn(Cause.FORBIDDEN, Cause.MALFORMED);
    assertThat(elsewhere.asked()).isEmpty();
  }

  @Test
  void T23_aNameThatLeadsToAPrivateAddressIsNotConnectedTo() throws Exception {
    server.instead(asked -> true, status(307, "", "Location", "https://cdn.example/blob"));
    List<String> resolved = new ArrayList<>();
    try (Exchanges rebound =
        exchanges(name -> {
          resolved.add(name);
          return name.equals("cdn.example")
              ? new InetAddress[] {InetAddress.getByName("10.1.2.3")}
              : InetAddress.getAllByName(name);
        })) {
      assertThatThrownBy(() -> send(rebound, host(Optional.empty(), Set.of())))
          .hasMessageContaining("cdn.example is at 10.1.2.3")
          .hasMessageContaining("not a public address");
    }
    assertThat(resolved)
        .as("resolved once: what is checked is what is used")
        .containsOnlyOnce("cdn.example");
  }

  @Test
  void T23_aRedirectThatIsFollowedTakesNoCredentialAlong() throws Exception {
    server.instead(
        asked -> !authorized(asked, BASIC), status(401, "{}", "WWW-Authenticate", "Basic realm=x"));
    server.instead(
        asked -> authorized(asked, BASIC),
        status(302, "", "Location", "http://localhost:" + elsewhere.port() + "/blob"));
    elsewhere.instead(asked -> true, status(200, "content"));
    Set<Authority> there = Set.of(new Authority("localhost", elsewhere.port()));
    Reply reply = send(host(robot(), Set.of(), there));
    assertThat(new String(reply.body(), StandardCharsets.UTF_8)).isEqualTo("content");
    assertThat(elsewhere.asked()).hasSize(1);
    assertThat(elsewhere.asked().getFirst().headers()).doesNotContainKey("Authorization");
  }

  @Test
  void T19_redirectsInCirclesEnd() throws Exception {
    server.instead(asked -> true, status(307, "", "Location", "/v2/again"));
    assertThat(cause(host(Optional.empty(), Set.of()))).isEqualTo(Cause.MALFORMED);
    assertThat(server.asked()).hasSize(4);
  }

  @Test
  void atMostSoManyAtATime() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CyclicBarrier four = new CyclicBarrier(4); // so that they are really there at the same time
    server.instead(
        asked -> true,
        exchange -> {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          try {
            four.await(30, TimeUnit.SECONDS);
          } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
            throw new IOException(alone);
          }
          inside.decrementAndGet();
          status(200, "{}").to(exchange);
        });
    Host host = host(Optional.empty(), Set.of());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        var _ = threads.submit(() -> send(host));
      }
    }
    assertThat(server.asked()).hasSize(200);
    assertThat(most.get()).isEqualTo(4);
  }

  /** However many are in a hurry: in each second so many, and in the first so many at once. */
  @Test
  void atMostSoManyInASecond() throws Exception {
    Host usual = host(Optional.empty(), Set.of());
    Host slow =
        new Host(
            usual.name(),
            usual.endpoint(),
            usual.tls(),
            usual.credentials(),
            usual.tokenRealms(),
            usual.redirects(),
            usual.callbackSecrets(),
            4,
            3);
    long from = System.nanoTime();
    List<Cause> refused = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      try {
        exchanges.send(slow, request(), Deadline.in(Duration.ofMillis(1), System::nanoTime));
      } catch (Trouble trouble) {
        refused.add(trouble.doubt().cause());
      }
    }
    long seconds = Duration.ofNanos(System.nanoTime() - from).toSeconds();
    assertThat(server.asked().size()).isLessThanOrEqualTo(3 * ((int) seconds + 2));
    assertThat(refused).contains(Cause.OVERLOADED);
  }

  @Test
  void aHostThatKeepsFailingIsLeftAloneAndTriedAgain() throws Exception {
    server.instead(asked -> true, status(500, ""));
    Host host = host(Optional.empty(), Set.of());
    for (int i = 0; i < 10; i++) {
      assertThat(cause(host)).isIn(Cause.SERVER_ERROR, Cause.UNREACHABLE);
    }
    int asked = server.asked().size();
    assertThat(asked).isLessThan(10);
    assertThat(cause(host)).isEqualTo(Cause.UNREACHABLE);
    assertThat(server.asked()).hasSize(asked);

    server.behave();
    server.instead(other -> true, status(200, "{}"));
    passed.addAndGet(Throttle.OPEN.plusMillis(1).toNanos());
    assertThat(send(host).status()).isEqualTo(200);
    assertThat(send(host).status()).isEqualTo(200);
  }

  @Test
  void retryAfterMayBeADate() throws Exception {
    server.instead(asked -> true, status(503, "", "Retry-After", "Wed, 25 Nov 2026 12:00:20 GMT"));
    try {
      send(host(Optional.empty(), Set.of()));
      throw new AssertionError("answered");
    } catch (Trouble trouble) {
      assertThat(trouble.doubt().retryAt()).contains(NOW.plusSeconds(20));
    }
    assertThat(cause(host(Optional.empty(), Set.of()))).isEqualTo(Cause.THROTTLED);
    passed.addAndGet(Duration.ofSeconds(21).toNanos());
    server.behave();
    assertThat(send(host(Optional.empty(), Set.of())).none()).isTrue();
  }

  @Test
  void everyCallIsToldOfWithoutSecrets() throws Exception {
    wantsBearer(server, realm(server));
    server.instead(
        asked -> asked.path().equals("/service/token"), status(200, "{\"token\":\"good\"}"));
    send(host(robot(), Set.of()));
    assertThat(calls)
        .extracting(call -> call.method() + " " + call.target() + " " + call.result())
        .containsExactly(
            "GET /v2/shop/web/manifests/1 401",
            "GET /service/token 200",
            "GET /v2/shop/web/manifests/1 200");
    assertThat(calls.toString()).doesNotContain("secret", "good");
  }

  @Test
  void aNameThatIsNotKnownIsUnreachable() throws Exception {
    try (Exchanges lost =
        exchanges(name -> {
          throw new UnknownHostException(name);
        })) {
      assertThatThrownBy(() -> send(lost, host(Optional.empty(), Set.of())))
          .hasMessageContaining("the name localhost")
          .isInstanceOf(Trouble.class);
    }
  }

  @Test
  void tlsIsVerifiedByTheHostsOwnCaAndItsName() throws Exception {
    TestCa ca = TestCa.named("registry CA");
    TestCa.Pair pair = ca.server("registry.test", Duration.ofDays(1));
    Path file = directory.resolve("ca.crt");
    Files.writeString(file, TestCa.pem(ca.certificate()));
    try (RegistryDouble secure = RegistryDouble.start(context(pair))) {
      secure.instead(asked -> true, status(200, "{}"));
      Host trusting = tls(secure, Optional.of(file));
      assertThat(send(trusting).status()).isEqualTo(200);
      assertThat(send(trusting).certificateEnd().orElseThrow())
          .as("of a connection that is used again as well")
          .isBetween(
              Instant.now().plus(Duration.ofHours(22)), Instant.now().plus(Duration.ofHours(26)));
      assertThatThrownBy(() -> send(tls(secure, Optional.empty())))
          .hasMessageContaining("TLS with")
          .hasMessageContaining("name that as ca")
          .satisfies(failure -> assertThat(((Trouble) failure).field()).contains("ca"));

      // A CA that is not this one's; the file is read again because it changed.
      Files.writeString(file, TestCa.pem(TestCa.named("another CA").certificate()) + "\n");
      assertThatThrownBy(() -> send(trusting)).hasMessageContaining("TLS with");
      Files.writeString(file, "no certificate");
      assertThatThrownBy(() -> send(trusting)).hasMessageContaining(file.toString());
    }
    TestCa.Pair wrong = ca.client("CN=nobody"); // no name of a server in it
    Files.writeString(file, TestCa.pem(ca.certificate()));
    try (RegistryDouble impostor = RegistryDouble.start(context(wrong))) {
      assertThatThrownBy(() -> send(tls(impostor, Optional.of(file))))
          .hasMessageContaining("TLS with");
    }
  }

  @Test
  void anExpiredCertificateIsNotTakenForAnUnknownCa() throws Exception {
    TestCa ca = TestCa.named("registry CA");
    Path file = directory.resolve("ca.crt");
    Files.writeString(file, TestCa.pem(ca.certificate()));
    TestCa.Pair old = ca.server("localhost", Duration.ofDays(-1));
    try (RegistryDouble expired = RegistryDouble.start(context(old))) {
      assertThatThrownBy(() -> send(tls(expired, Optional.of(file))))
          .hasMessageContaining("has expired")
          .hasMessageNotContaining("name that as ca");
    }
  }

  @Test
  void a401ThatIsAnAnswerIsGivenBackAndNoCredentialsAreTried() throws Exception {
    server.instead(
        asked -> true, status(401, "{}", "WWW-Authenticate", "Basic realm=\"registry\""));
    Host host = server.host().as(new Credentials.Basic("me", directory.resolve("there is none")));
    Reply reply =
        exchanges.send(
            host,
            Request.get("/v2/", 1 << 10, "look").answeredBy(401),
            Deadline.in(Duration.ofSeconds(10), System::nanoTime));
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.certificateEnd()).isEmpty();
    assertThat(server.asked())
        .hasSize(1)
        .allSatisfy(asked -> assertThat(asked.headers()).doesNotContainKey("Authorization"));
  }

  @Test
  void theClientCertificateIsShownToTheHostAndNobodyElse() throws Exception {
    TestCa ca = TestCa.named("registry CA");
    Path file = directory.resolve("ca.crt");
    Files.writeString(file, TestCa.pem(ca.certificate()));
    ca.client("CN=tidegate").write(directory, "client");
    Host.TlsFiles with =
        new Host.TlsFiles(
            Optional.of(file),
            Optional.of(directory.resolve("client.crt")),
            Optional.of(directory.resolve("client.key")));
    Host.TlsFiles without =
        new Host.TlsFiles(Optional.of(file), Optional.empty(), Optional.empty());
    SSLContext context = context(ca.server("registry.test", Duration.ofDays(1)), ca);
    try (RegistryDouble strict = RegistryDouble.demandingClientCertificate(context);
        RegistryDouble other = RegistryDouble.demandingClientCertificate(context)) {
      strict.instead(asked -> true, status(200, "{}"));
      other.instead(asked -> true, status(200, "{}"));
      assertThat(send(tls(strict, with, Set.of())).status()).isEqualTo(200);
      assertThatThrownBy(() -> send(tls(strict, without, Set.of()))).isInstanceOf(Trouble.class);

      // A listed target of a redirect is another host: it is not told who the gate is.
      strict.instead(
          asked -> true,
          status(307, "", "Location", "https://localhost:" + other.port() + "/blob"));
      Host redirecting = tls(strict, with, Set.of(new Authority("localhost", other.port())));
      assertThatThrownBy(() -> send(redirecting)).isInstanceOf(Trouble.class);
      assertThat(other.asked()).isEmpty();
    }
  }

  private static Host tls(RegistryDouble server, Optional<Path> ca) {
    return tls(server, new Host.TlsFiles(ca, Optional.empty(), Optional.empty()), Set.of());
  }

  private static Host tls(RegistryDouble server, Host.TlsFiles files, Set<Authority> redirects) {
    Host plain = server.host();
    return new Host(
        plain.name(),
        plain.endpoint(),
        files,
        Optional.empty(),
        Set.of(),
        redirects,
        Optional.empty(),
        4,
        1000);
  }

  static SSLContext context(TestCa.Pair pair) throws Exception {
    return context(pair, null);
  }

  /** What a server shows as {@code pair}, and whose clients it believes. */
  private static SSLContext context(TestCa.Pair pair, @Nullable TestCa clients) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server", pair.keys().getPrivate(), new char[0], new Certificate[] {pair.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), clients == null ? null : believing(clients), null);
    return context;
  }

  private static TrustManager[] believing(TestCa ca) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", ca.certificate());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    return trust.getTrustManagers();
  }
}
