package dev.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    demand(registry, namespace, "{plainHttp: true}");
  }

  private void demand(SigningTools.Registry registry, String namespace, String host)
      throws IOException {
    String key = tools.keys().strip().replace("\n", "\\n");
    world.installation.hosts(
        "apiVersion: tidegate.dev/v1alpha1\nkind: Hosts\nhosts: {\""
            + registry.name()
            + "\": "
            + host
            + "}\n");
    renew();
    world.installation.policies(
        World.signed(
            "signed", registry.name(), "[{name: release, key: {pem: \"%s\"}}]".formatted(key)));
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
  void eightImagesInOnePodAreEachJudgedAndPinned() throws IOException {
    SigningTools.Registry registry = tools.withReferrers();
    demand(registry, "signed-eight");
    List<String> tags = new ArrayList<>();
    List<String> digests = new ArrayList<>();
    StringBuilder more = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      String name = registry.name() + "/shop/app" + i;
      tags.add(name + ":1");
      digests.add(tools.push(name + ":1", "app " + i));
      if (i != 5) {
        tools.sign(name + "@" + digests.get(i));
      }
      if (i > 0) {
        more.append(
            """
                - name: app%d
                  image: %s:1
                  resources:
                    requests: {cpu: 10m, memory: 64Mi}
                    limits: {memory: 64Mi}
            """
                .formatted(i, name));
      }
    }
    String pod = pod("web", tags.getFirst()) + more;
    assertThat(world.create("signed-eight", pod).err())
        .contains("denied the request", "/shop/app5")
        .doesNotContain("/shop/app4");

    tools.sign(registry.name() + "/shop/app5@" + digests.get(5));
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(world.create("signed-eight", pod).exit()).isZero());
    for (int i = 0; i < 8; i++) {
      assertThat(image("signed-eight", "web", i)).isEqualTo(tags.get(i) + "@" + digests.get(i));
    }
  }

  /** Connaisseur #583: digests of one admission in the patch of another. */
  @Test
  void T26_tenThousandPodsAtOnceEachGetTheirOwnDigests() throws Exception {
    SigningTools.Registry registry = tools.withReferrers();
    demand(
        registry, "signed-many", "{plainHttp: true, limits: {concurrent: 64, perSecond: 10000}}");
    List<Known> images = new ArrayList<>();
    for (char one = 'a'; one <= 'l'; one++) {
      String name = registry.name() + "/shop/app-" + one;
      String digest = tools.push(name + ":1", "app " + one);
      boolean signed = one % 3 != 0;
      if (signed) {
        tools.sign(name + "@" + digest);
      }
      images.add(new Known(name, digest, signed));
    }
    String kubeconfig = Optional.ofNullable(world.plane.environment("KUBECONFIG")).orElseThrow();
    Pod good = Serialization.unmarshal(pod("web", images.getFirst().tagged()), Pod.class);
    Random random = new Random(26);
    List<Future<?>> all = new ArrayList<>();
    try (KubernetesClient client =
            new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(Files.readString(Path.of(kubeconfig))))
                .build();
        ExecutorService threads = Executors.newFixedThreadPool(24)) {
      for (int i = 0; i < 10_000; i++) {
        List<Known> wanted = new ArrayList<>();
        for (int c = 0; c <= random.nextInt(3); c++) {
          wanted.add(images.get(random.nextInt(images.size())));
        }
        Pod pod = Serialization.clone(good);
        pod.getMetadata().setName("web-" + i);
        pod.getMetadata().setNamespace("signed-many");
        Container first = pod.getSpec().getContainers().getFirst();
        List<Container> containers = new ArrayList<>();
        for (Known one : wanted) {
          Container container = Serialization.clone(first);
          container.setName("c" + containers.size());
          container.setImage(random.nextInt(3) == 0 ? one.pinned() : one.tagged());
          containers.add(container);
        }
        pod.getSpec().setContainers(containers);
        all.add(threads.submit(() -> admitted(client, pod, wanted)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  /** An image that was pushed. */
  private record Known(String name, String digest, boolean signed) {
    String tagged() {
      return name + ":1";
    }

    String pinned() {
      return tagged() + "@" + digest;
    }
  }

  private static void admitted(KubernetesClient client, Pod pod, List<Known> wanted) {
    Pod made;
    try {
      made = client.resource(pod).dryRun().create();
    } catch (KubernetesClientException refused) {
      String text = String.valueOf(refused.getMessage());
      assertThat(refused.getCode()).as(text).isEqualTo(403);
      for (Known one : wanted) {
        assertThat(text.contains(one.name())).as(one + " in " + text).isEqualTo(!one.signed());
      }
      return;
    }
    assertThat(wanted).allMatch(Known::signed);
    assertThat(made.getSpec().getContainers().stream().map(Container::getImage))
        .containsExactlyElementsOf(wanted.stream().map(Known::pinned).toList());
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
