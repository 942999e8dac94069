package dev.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Images in real registries, signed on the spot by real cosign, through the API server. */
@ExtendWith(World.Provider.class)
class SignaturesE2E {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path directory;

  private final World world;
  private SigningTools tools;

  SignaturesE2E(World world) {
    this.world = world;
  }

  @BeforeEach
  void open() {
    tools = SigningTools.of(directory);
  }

  @AfterEach
  void close() throws IOException {
    tools.close();
    world.plane.kubectl(
        "delete", "mutatingwebhookconfiguration", "zz-injector", "--ignore-not-found");
    world.installation.hosts("apiVersion: tidegate.dev/v1alpha1\nkind: Hosts\nhosts: {}\n");
    renew();
    world.reset();
  }

  /** The gate anew, with the environment of now. */
  private void renew() throws IOException {
    Gate before = world.installation.gates().getFirst();
    world.installation.addReplica();
    world.installation.retire(before);
  }

  /** Demands signatures of all images in {@code registry} for pods in {@code namespace}. */
  private void demand(SigningTools.Registry registry, String namespace) throws IOException {
    String key = tools.keys().strip().replace("\n", "\\n");
    world.installation.hosts(
        "apiVersion: tidegate.dev/v1alpha1\nkind: Hosts\nhosts: {\""
            + registry.name()
            + "\": {plainHttp: true}}\n");
    renew();
    world.installation.policies(
        World.resource("policies.yaml")
            + """
            ---
            apiVersion: tidegate.dev/v1alpha1
            kind: GatePolicy
            metadata: {name: signed}
            spec:
              mode: enforce
              scope: {namespaces: {matchLabels: {mode: signed}}}
              checks:
                imageReference: {registries: ["%1$s"], requireDigest: pin}
                imageSignature:
                  rules:
                  - images: ["%1$s/**"]
                    signers: [{name: release, key: {pem: "%2$s"}}]
            """
                .formatted(registry.name(), key));
    world.namespace(namespace, "signed");
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(world.create(namespace, pod("probe", "evil.example/a:1"), DRY).err())
                .contains("imageReference"));
  }

  private static final String DRY = "--dry-run=server";

  private static String pod(String name, String image) {
    return Pods.good(name).replace("registry.example/shop/web:1.4", image);
  }

  private String image(String namespace, String pod, int container) {
    return world
        .plane
        .kubectl(
            "get",
            "pod",
            pod,
            "-n",
            namespace,
            "-o",
            "jsonpath={.spec.containers[" + container + "].image}")
        .orFail()
        .out();
  }

  @Test
  void pushThenPodThenSignatureThenPodThenMovedTag() throws IOException {
    SigningTools.Registry registry = tools.withReferrers();
    demand(registry, "signed-bundles");
    String tagged = registry.name() + "/shop/web:1";
    String digest = tools.push(tagged, "first");

    Shell.Result unsigned = world.create("signed-bundles", pod("web", tagged));
    assertThat(unsigned.err()).contains("denied the request", "there is no signature at all");

    tools.sign(registry.name() + "/shop/web@" + digest);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(world.create("signed-bundles", pod("web", tagged)).exit()).isZero());
    assertThat(image("signed-bundles", "web", 0)).isEqualTo(tagged + "@" + digest);

    tools.push(tagged, "moved");
    assertThat(world.create("signed-bundles", pod("moved", tagged)).err())
        .contains("denied the request", "imageSignature");

    registry.stop();
    Shell.Result known =
        world.create("signed-bundles", pod("known", registry.name() + "/shop/web@" + digest));
    assertThat(known.exit()).as("known by digest, the registry is down: " + known.all()).isZero();
    assertThat(
            world
                .create(
                    "signed-bundles",
                    pod("other", registry.name() + "/shop/web@sha256:" + "0".repeat(64)))
                .err())
        .contains("could not decide");
  }

  @Test
  void bothFormatsInARegistryWithoutTheReferrersApi() throws IOException {
    Assumptions.assumeTrue(
        SigningTools.hasDistribution(), "Debian's docker-registry is not installed");
    SigningTools.Registry registry = tools.distribution();
    demand(registry, "signed-tags");
    String older = tools.push(registry.name() + "/shop/older:1", "older");
    String newer = tools.push(registry.name() + "/shop/newer:1", "newer");
    tools.signByTag(registry.name() + "/shop/older@" + older);
    tools.sign(registry.name() + "/shop/newer@" + newer);

    for (String name : new String[] {"older", "newer"}) {
      Shell.Result created =
          world.create("signed-tags", pod(name, registry.name() + "/shop/" + name + ":1"));
      assertThat(created.exit()).as(created.all()).isZero();
    }
    assertThat(image("signed-tags", "older", 0)).endsWith("@" + older);
    assertThat(image("signed-tags", "newer", 0)).endsWith("@" + newer);
  }

  @Test
  void whatALaterWebhookInjectsIsPinnedAndJudged() throws Exception {
    SigningTools.Registry registry = tools.withReferrers();
    demand(registry, "signed-injected");
    String web = registry.name() + "/shop/web:1";
    String sidecar = registry.name() + "/mesh/proxy:2";
    String webDigest = tools.push(web, "web");
    String sidecarDigest = tools.push(sidecar, "proxy");
    tools.sign(registry.name() + "/shop/web@" + webDigest);
    try (Injector injector = Injector.of(sidecar)) {
      world
          .plane
          .kubectlWith(injector.configuration("signed-injected"), "create", "-f", "-")
          .orFail();
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(world.create("signed-injected", pod("web", web), DRY).err())
                  .contains("denied the request", "mesh/proxy"));

      tools.sign(registry.name() + "/mesh/proxy@" + sidecarDigest);
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(world.create("signed-injected", pod("web", web)).exit()).isZero());
      assertThat(image("signed-injected", "web", 0)).isEqualTo(web + "@" + webDigest);
      assertThat(image("signed-injected", "web", 1)).isEqualTo(sidecar + "@" + sidecarDigest);
    }
  }
}
