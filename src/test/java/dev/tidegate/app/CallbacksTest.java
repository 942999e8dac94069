package dev.tidegate.app;

import static dev.tidegate.app.ImagesFixture.allowed;
import static dev.tidegate.app.ImagesFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.harbor.Receiver;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.RegistryDouble;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A callback is a hint: it makes the gate look, and what it finds decides. */
class CallbacksTest {
  private static final String SECRET = "0123456789abcdef-secret";

  @TempDir Path directory;

  private final RegistryDouble harbor = RegistryDouble.start();
  private final CosignSigner release = CosignSigner.create();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private PinnedImage web;
  private ImagesFixture gate;
  private HarborSide callbacks;

  @BeforeEach
  void push() throws IOException {
    web = harbor.image("shop/web", "1", "1000", "first");
    Path secrets = directory.resolve("secrets");
    Files.writeString(secrets, SECRET);
    Host plain = harbor.host();
    Hosts hosts =
        Hosts.of(
            new Host(
                plain.name(),
                plain.endpoint(),
                plain.tls(),
                Optional.empty(),
                plain.tokenRealms(),
                plain.redirects(),
                Optional.of(secrets),
                16,
                1000));
    gate =
        new ImagesFixture(
            hosts,
            ImagesFixture.signedBy(release, harbor.name()),
            Optional.empty(),
            Duration.ofMinutes(10));
    callbacks = gate.harborSide(hosts, new Metrics(meters));
    // What Harbor is asked from now on it is asked because of a test, not by the first comparison.
    await()
        .until(
            () -> meters.get("tidegate.harbor.reconciliation.runs").functionCounter().count() >= 1);
  }

  @AfterEach
  void stop() {
    assertThat(gate.defects).isEmpty();
    callbacks.close();
    gate.close();
    harbor.close();
  }

  private Receiver.Reply pushed(String secret, String digest, String tag) {
    return callbacks
        .receiver()
        .receive(
            Map.of("authorization", secret),
            """
            {"type": "PUSH_ARTIFACT", "occur_at": 1764072000, "operator": "robot$ci",
             "event_data": {
               "resources": [{"digest": "%s", "tag": "%s", "resource_url": "evil.example/shop/web:1"}],
               "repository": {"date_created": 1764072000, "name": "web", "namespace": "shop",
                              "repo_full_name": "shop/web", "repo_type": "private"}}}
            """
                .formatted(digest, tag)
                .getBytes(StandardCharsets.UTF_8));
  }

  private void sign() {
    harbor.signature(web, release);
  }

  @Test
  void afterAPushTheFirstPodNeedsNoCallByTagOrByDigest() {
    sign();
    assertThat(pushed(SECRET, web.digest().toString(), "1").status()).isEqualTo(200);
    await()
        .untilAsserted(() ->
            assertThat(gate.store.known(key -> key.toString().contains(web.digest().hex())))
                .hasSizeGreaterThanOrEqualTo(3));
    await().until(() -> gate.store.stats().flights() == 0);
    harbor.forget();

    assertThat(allowed(gate.create(pod(harbor.name() + "/shop/web:1")))).isTrue();
    assertThat(allowed(gate.validate(pod(web.toString())))).isTrue();
    assertThat(harbor.lines()).isEmpty();
  }

  @Test
  void aSignatureThatIsPushedLaterIsLookedAtWhenItsOwnPushIsTold() {
    assertThat(allowed(gate.create(pod(harbor.name() + "/shop/web:1")))).isFalse();
    sign();
    pushed(SECRET, "sha256:" + "5".repeat(64), "sha256-" + web.digest().hex() + ".sig");
    await()
        .untilAsserted(
            () -> assertThat(allowed(gate.create(pod(harbor.name() + "/shop/web:1")))).isTrue());
  }

  /**
   * Whoever can reach the gate can post; only who has the secret is heard, and nobody is believed.
   */
  @Test
  void T29_aForgedCallbackChangesNothing() {
    assertThat(pushed("wrong", web.digest().toString(), "1").status()).isEqualTo(401);
    assertThat(allowed(gate.create(pod(harbor.name() + "/shop/web:1")))).isFalse();
    harbor.forget();
    assertThat(pushed(SECRET, web.digest().toString(), "1").status()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(harbor.lines()).isNotEmpty());
    assertThat(allowed(gate.create(pod(harbor.name() + "/shop/web:1"))))
        .as("a hint with the right secret says nothing about signatures")
        .isFalse();
    assertThat(harbor.asked())
        .as("what a hint says of hosts and repositories leads nowhere else")
        .allSatisfy(asked ->
            assertThat(asked.path())
                .matches("/v2/shop/web/.+|/api/v2\\.0/projects/shop(/repositories/web/.+)?"));
    assertThat(meters.counter("tidegate.harbor.callbacks", "event", "refused").count())
        .isEqualTo(1);
  }

  @Test
  void whatIsBrokenIsSaidToBe() {
    Receiver.Reply reply =
        callbacks
            .receiver()
            .receive(Map.of("authorization", SECRET), "{broken".getBytes(StandardCharsets.UTF_8));
    assertThat(reply.status()).isEqualTo(400);
  }
}
