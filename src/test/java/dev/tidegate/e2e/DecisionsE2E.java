package dev.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What users of kubectl see of the gate's decisions. */
@ExtendWith(World.Provider.class)
class DecisionsE2E {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final World world;

  DecisionsE2E(World world) {
    this.world = world;
  }

  @Test
  void aGoodPodIsAdmittedWithoutAWord() {
    world.namespace("good", "enforce");
    Shell.Result created = world.create("good", Pods.good("web"));
    assertThat(created.all()).isEqualTo("pod/web created\n");
  }

  @Test
  void aBadPodIsRefusedWithEveryFindingAtOnce() throws IOException {
    world.namespace("denied", "enforce");
    Shell.Result refused = world.create("denied", Pods.bad("web"));
    assertThat(refused.exit()).isEqualTo(1);
    Golden.matches("denied", refused.all());
    assertThat(world.plane.kubectl("get", "pods", "-n", "denied", "-o", "name").out()).isEmpty();
  }

  @Test
  void aWarnedPodIsAdmittedWithWarnings() throws IOException {
    world.namespace("warned", "warn");
    Shell.Result created = world.create("warned", Pods.bad("web"));
    assertThat(created.exit()).isZero();
    Golden.matches("warned", created.all());
  }

  @Test
  void anAuditedPodIsAdmittedSilentlyAndRecorded() throws IOException {
    world.namespace("audited", "audit");
    Shell.Result created = world.create("audited", Pods.bad("web"));
    assertThat(created.all()).isEqualTo("pod/web created\n");
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(world.installation.gates().getFirst().log())
                .anyMatch(line -> line.contains("audited") && line.contains("nonRoot")));
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(Files.readAllLines(world.plane.directory().resolve("audit.log")))
                .anySatisfy(line ->
                    assertThat(line)
                        .contains(
                            "\"namespace\":\"audited\"",
                            "\"pods.tidegate.dev/decision\":\"allow\"",
                            "\"pods.tidegate.dev/would-deny\":\"true\"",
                            "nonRoot=fail")));
  }

  /** Against the API server's own reading of them: its schemas, its defaults. */
  @Test
  void overlaysAreTaken() {
    for (String overlay : List.of("mtls", "store")) {
      Shell.Result applied =
          world.plane.kubectl(
              "apply",
              "--dry-run=server",
              "--validate=strict",
              "-k",
              "manifests/overlays/" + overlay);
      assertThat(applied.exit()).as(overlay + ": " + applied.all()).isZero();
      assertThat(applied.out()).contains("validatingwebhookconfiguration", "deployment.apps/");
    }
  }

  @Test
  void aDryRunIsDecidedLikeTheRealThingAndNotRecorded() throws IOException {
    world.namespace("dry", "enforce");
    assertThat(world.create("dry", Pods.root("web"), "--dry-run=server").err())
        .contains("denied the request", "nonRoot");
    assertThat(world.create("dry", Pods.good("web"), "--dry-run=server").all())
        .isEqualTo("pod/web created (server dry run)\n");
    assertThat(world.plane.kubectl("get", "pods", "-n", "dry", "-o", "name").out()).isEmpty();
    world.create("dry", Pods.good("web")).orFail();
    await().atMost(SOON).untilAsserted(() -> assertThat(decisionsIn("dry")).isNotEmpty());
    assertThat(decisionsIn("dry")).as("only what is no dry run is recorded").hasSize(1);
  }

  /** Lines about validated pods of {@code namespace}. */
  private List<String> decisionsIn(String namespace) throws IOException {
    return world.installation.gates().getFirst().log().stream()
        .filter(line -> line.contains("\"namespace\":\"" + namespace + "\""))
        .filter(line -> !line.contains("\"decision\":\"not-judged\""))
        .toList();
  }

  @Test
  void serverSideApplyAndDiffAreDecided() {
    world.namespace("ssa", "enforce");
    String[] apply = {"apply", "--server-side", "-n", "ssa", "-f", "-"};
    assertThat(world.plane.kubectlWith(Pods.root("web"), apply).err()).contains("nonRoot");
    assertThat(world.plane.kubectlWith(Pods.good("web"), apply).all())
        .isEqualTo("pod/web serverside-applied\n");
    assertThat(world.plane.kubectlWith(Pods.good("web"), apply).exit()).isZero();
    Shell.Result diff =
        world.plane.kubectlWith(
            Pods.good("web").replace("shop/web:1.4", "shop/web:1.5"),
            "diff",
            "--server-side",
            "-n",
            "ssa",
            "-f",
            "-");
    assertThat(diff.exit()).isEqualTo(1);
    assertThat(diff.out()).contains("+  - image: registry.example/shop/web:1.5");
    Shell.Result refused =
        world.plane.kubectlWith(
            Pods.good("web").replace("registry.example/shop", "evil.example/shop"),
            "diff",
            "-n",
            "ssa",
            "-f",
            "-");
    assertThat(refused.exit()).isGreaterThan(1);
    assertThat(refused.err()).contains("imageReference");
  }

  @Test
  void aNetworkPolicyCreatedAfterTheRefusalCountsAtOnce() {
    world.namespace("late", "enforce");
    assertThat(world.create("late", Pods.unselected("web")).err()).contains("networkPolicy");
    world.create("late", Pods.isolation("late", "lonely")).orFail();
    assertThat(world.create("late", Pods.unselected("web")).all()).isEqualTo("pod/web created\n");
  }

  @Test
  void T25_anEphemeralContainerIsJudged() throws IOException {
    world.namespace("debugged", "enforce");
    world.create("debugged", Pods.good("web")).orFail();
    assertThat(debug("evil.example/tools:1").err())
        .contains("denied the request", "imageReference");
    assertThat(debug("registry.example/tools:1").exit()).isZero();
  }

  private Shell.Result debug(String image) throws IOException {
    ObjectNode pod =
        (ObjectNode)
            Json.MAPPER.readTree(
                world
                    .plane
                    .kubectl("get", "pod", "web", "-n", "debugged", "-o", "json")
                    .orFail()
                    .out());
    ((ObjectNode) pod.path("spec"))
        .putArray("ephemeralContainers")
        .addObject()
        .put("name", "debugger")
        .put("image", image);
    return world.plane.kubectlWith(
        pod.toString(),
        "replace",
        "--raw",
        "/api/v1/namespaces/debugged/pods/web/ephemeralcontainers",
        "-f",
        "-");
  }

  @Test
  void T25_aResizeIsJudged() {
    Assumptions.assumeTrue(world.plane.knows(33), "pods/resize is served from Kubernetes 1.33 on");
    world.namespace("resized", "enforce");
    world
        .create(
            "resized",
            Pods.good("web")
                .replace("memory: 64Mi}\n        limits", "memory: 32Mi}\n        limits"))
        .orFail();
    assertThat(resize("8Gi").err()).contains("denied the request", "resourceLimits");
    assertThat(resize("128Mi").exit()).as("%s", resize("128Mi").all()).isZero();
  }

  private Shell.Result resize(String memory) {
    return world.plane.kubectl(
        "patch",
        "pod",
        "web",
        "-n",
        "resized",
        "--subresource=resize",
        "-p",
        "{\"spec\":{\"containers\":[{\"name\":\"web\",\"resources\":{\"limits\":{\"memory\":\"%s\"}}}]}}"
            .formatted(memory));
  }

  @Test
  void aLabelWhoseRemovalEndsTheIsolationCannotBeRemoved() {
    world.namespace("labelled", "enforce");
    world.create("labelled", Pods.good("web")).orFail();
    assertThat(world.plane.kubectl("label", "pod", "web", "-n", "labelled", "app-").err())
        .contains("denied the request", "networkPolicy");
    assertThat(world.plane.kubectl("label", "pod", "web", "-n", "labelled", "tier=x").exit())
        .isZero();
  }

  @Test
  void T09_anOldBadPodMayLoseItsFinalizerButNotChangeItsImage() {
    world.namespace("old", "audit");
    world.create("old", Pods.bad("web")).orFail();
    world.plane.kubectl("label", "namespace", "old", "mode=enforce", "--overwrite").orFail();
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(world.create("old", Pods.bad("web2"), "--dry-run=server").exit())
                .isNotZero());
    assertThat(
            world
                .plane
                .kubectl(
                    "patch",
                    "pod",
                    "web",
                    "-n",
                    "old",
                    "--type=merge",
                    "-p",
                    "{\"metadata\":{\"finalizers\":[\"example.com/held\"]}}")
                .exit())
        .isZero();
    world.plane.kubectl("delete", "pod", "web", "-n", "old", "--wait=false").orFail();
    assertThat(
            world
                .plane
                .kubectl("set", "image", "pod/web", "-n", "old", "web=evil.example/x:1")
                .err())
        .contains("imageReference");
    assertThat(
            world
                .plane
                .kubectl(
                    "patch",
                    "pod",
                    "web",
                    "-n",
                    "old",
                    "--type=merge",
                    "-p",
                    "{\"metadata\":{\"finalizers\":null}}")
                .all())
        .contains("patched");
  }

  @Test
  void aDeploymentOfABadTemplateFailsVisiblyAndSucceedsOnceFixed() throws IOException {
    Assumptions.assumeTrue(world.plane.hasControllers(), "needs the controller manager");
    world.namespace("rollout", "enforce");
    Shell.Result created = world.create("rollout", Pods.deployment("web", "{runAsUser: 0}"));
    assertThat(created.exit()).isZero();
    Golden.matches("deployment", created.all());
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(world.events("rollout"))
                .contains("FailedCreate", "of Deployment web", "nonRoot"));
    world
        .plane
        .kubectlWith(
            Pods.deployment("web", "{runAsNonRoot: true, runAsUser: 1000}"),
            "apply",
            "-n",
            "rollout",
            "-f",
            "-")
        .orFail();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(world.plane.kubectl("get", "pods", "-n", "rollout", "-o", "name").out())
                .contains("pod/web-"));
  }

  @Test
  void aChangedPolicyAndTheKillSwitchTakeEffectWithoutARestart() throws IOException {
    world.namespace("changed", "enforce");
    String[] dry = {"--dry-run=server"};
    try {
      world.installation.policies(
          World.resource("policies.yaml")
              .replace("[registry.example]", "[registry.example, docker.io]"));
      String pod = Pods.good("web").replace("registry.example/shop/web", "docker.io/shop/web");
      await().atMost(SOON).until(() -> world.create("changed", pod, dry).exit() == 0);

      world.installation.turn("audit");
      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            Shell.Result admitted = world.create("changed", Pods.root("web"), dry);
            assertThat(admitted.exit()).isZero();
            assertThat(admitted.err()).contains("Warning:");
          });
      world.installation.turn("enforce");
      await().atMost(SOON).until(() -> world.create("changed", Pods.root("web"), dry).exit() != 0);
    } finally {
      world.reset();
    }
  }

  @Test
  void aBrokenPolicyChangesNothing() throws IOException {
    world.namespace("broken", "enforce");
    try {
      world.installation.policies(
          "apiVersion: tidegate.dev/v1alpha1\nkind: GatePolicy\nspec: {}\n");
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(world.installation.gates().getFirst().log())
                  .anyMatch(line -> line.contains("default.yaml")));
      assertThat(world.create("broken", Pods.root("web")).err()).contains("nonRoot");
    } finally {
      world.reset();
    }
  }

  @Test
  void T34_noLabelOfANamespaceSwitchesTheGateOff() {
    world.namespace("sly", "enforce");
    world.plane.kubectl(
        "label", "namespace", "sly", "kubernetes.io/metadata.name=kube-system", "--overwrite");
    assertThat(world.create("sly", Pods.root("web")).err()).contains("nonRoot");
  }

  @Test
  void T34_ourOwnNamespaceTakesNoPodThatIsNotRestricted() {
    assertThat(world.create("tidegate-system", Pods.root("intruder")).err())
        .contains("violates PodSecurity", "restricted");
  }
}
