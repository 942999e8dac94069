package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.testkit.TestCa;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pairs as they come and go in a mounted Secret. */
class CertificateWatchTest {
  private final TestCa ca = TestCa.named("serving");
  private final Vertx vertx = Vertx.vertx();
  private final List<String> refused = new ArrayList<>();
  private final List<ServingPair> replaced = new ArrayList<>();
  @TempDir private Path directory;

  @BeforeEach
  void first() throws Exception {
    server().write(directory, "tls");
  }

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private TestCa.Pair server() {
    return ca.server("localhost", Duration.ofDays(1));
  }

  private CertificateWatch watch() throws ServingPair.Unusable {
    return new CertificateWatch(
        new PairFiles(vertx, directory.resolve("tls.crt"), directory.resolve("tls.key"))::read,
        Clock.systemUTC(),
        new CertificateWatch.Listener() {
          @Override
          public void replaced(ServingPair pair) {
            replaced.add(pair);
          }

          @Override
          public void refused(String why) {
            refused.add(why);
          }
        });
  }

  private static X509Certificate served(CertificateWatch watch) {
    String[] aliases = watch.keys().getServerAliases("EC", null);
    String alias = aliases == null ? watch.keys().getServerAliases("RSA", null)[0] : aliases[0];
    return watch.keys().getCertificateChain(alias)[0];
  }

  @Test
  void aNewPairIsServed() throws Exception {
    CertificateWatch watch = watch();
    TestCa.Pair next = server();
    next.write(directory, "tls");

    watch.poll();
    watch.poll();

    assertThat(served(watch)).isEqualTo(next.certificate());
    assertThat(replaced).hasSize(1);
    assertThat(watch.failures()).isZero();
  }

  @Test
  void aCertificateWithoutItsKeyIsNeverServed() throws Exception {
    CertificateWatch watch = watch();
    X509Certificate before = served(watch);
    TestCa.Pair next = server();
    Files.writeString(directory.resolve("tls.crt"), TestCa.pem(next.certificate()));

    watch.poll();
    watch.poll();

    assertThat(served(watch)).isEqualTo(before);
    assertThat(refused).containsExactly("the private key does not belong to the certificate");
    assertThat(watch.failures()).isEqualTo(2);

    next.write(directory, "tls");
    watch.poll();
    assertThat(served(watch)).isEqualTo(next.certificate());
  }

  @Test
  void anExpiredPairIsNeverServed() throws Exception {
    CertificateWatch watch = watch();
    X509Certificate before = served(watch);
    ca.server("localhost", Duration.ofDays(-1)).write(directory, "tls");

    watch.poll();

    assertThat(served(watch)).isEqualTo(before);
    assertThat(refused).singleElement().asString().startsWith("the certificate expired at ");
    assertThat(watch.usable()).isTrue();
  }

  @Test
  void filesThatCannotBeReadChangeNothing() throws Exception {
    CertificateWatch watch = watch();
    X509Certificate before = served(watch);
    for (String garbage : List.of("", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n")) {
      Files.writeString(directory.resolve("tls.crt"), garbage, StandardCharsets.UTF_8);
      watch.poll();
    }
    Files.delete(directory.resolve("tls.crt"));
    watch.poll();

    assertThat(served(watch)).isEqualTo(before);
    assertThat(watch.failures()).isEqualTo(4);
  }

  @Test
  void aHandshakeThatBeganWithTheOldPairEndsWithIt() throws Exception {
    CertificateWatch watch = watch();
    X509Certificate before = served(watch);
    String alias = "pair-1";
    server().write(directory, "tls");

    watch.poll();

    assertThat(watch.keys().getCertificateChain(alias)).containsExactly(before);
    assertThat(watch.keys().getPrivateKey(alias)).isNotNull();
  }

  @Test
  void withoutAFirstPairThereIsNoServer() throws Exception {
    Files.delete(directory.resolve("tls.key"));

    assertThatThrownBy(this::watch)
        .isInstanceOf(ServingPair.Unusable.class)
        .hasMessageContaining("tls.key cannot be read");
  }

  @Test
  void aPairForDevelopmentIsUsable() throws Exception {
    assertThat(SelfSigned.make().usable(Clock.systemUTC().instant()).chain()).hasSize(1);
  }
}
