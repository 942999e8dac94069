package dev.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code manifests/overlays/match-conditions} spares, and what it must not. */
@ExtendWith(World.Provider.class)
class MatchConditionsE2E {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String CONTROLLER = ", controller: true";
  private static final String[] DRY = {"--dry-run=server"};

  private final World world;

  MatchConditionsE2E(World world) {
    Assumptions.assumeTrue(served(world), "match conditions are served from Kubernetes 1.28 on");
    this.world = world;
  }

  private static boolean served(World world) {
    return world.plane.knows(28);
  }

  @BeforeAll
  static void overlay(World world) throws IOException {
    if (served(world)) {
      world.installation.apply("manifests/overlays/match-conditions");
      world.reset();
    }
  }

  @AfterAll
  static void base(World world) throws IOException {
    if (served(world)) {
      world.installation.apply("manifests/base");
      world.reset();
    }
  }

  /** A namespace with a ConfigMap that may own things: the uid of that. */
  private String namespaceWithAnOwner(String name) {
    world.namespace(name, "enforce");
    world.plane.kubectl("create", "configmap", "owner", "-n", name).orFail();
    return world
        .plane
        .kubectl("get", "configmap", "owner", "-n", name, "-o", "jsonpath={.metadata.uid}")
        .orFail()
        .out();
  }

  /** {@code manifest} as if the ConfigMap owned it; {@code more} are fields of that reference. */
  private static String owned(String manifest, String uid, String more) {
    return manifest.replaceFirst(
        "metadata: \\{",
        "metadata: {ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: owner, uid: %s%s}], "
            .formatted(uid, more));
  }

  private static String badDeployment(String name) {
    return Pods.deployment(name, "{runAsUser: 0}");
  }

  /** The overlay reached the API server: what is excluded is admitted without the advice. */
  private void awaitInForce(String namespace, String uid) {
    await()
        .atMost(SOON)
        .until(() ->
            world
                .create(namespace, owned(badDeployment("probe"), uid, CONTROLLER), DRY)
                .all()
                .equals("deployment.apps/probe created (server dry run)\n"));
  }

  private List<String> decisions(String namespace, String kind) throws IOException {
    return world.installation.gates().getFirst().log().stream()
        .filter(line -> line.contains("\"namespace\":\"" + namespace + "\""))
        .filter(line -> line.contains("\"kind\":\"" + kind + "\""))
        .toList();
  }

  private void awaitRefusedPodsOf(String namespace, String deployment) {
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(world.events(namespace))
                .contains("FailedCreate", "of Deployment " + deployment + ";", "nonRoot"));
  }

  @Test
  void whatAControllerMakesOfAJudgedTemplateIsNotSentAndItsPodsAre() throws IOException {
    Assumptions.assumeTrue(world.plane.hasControllers(), "needs the controller manager");
    String uid = namespaceWithAnOwner("spared");
    awaitInForce("spared", uid);

    assertThat(world.create("spared", badDeployment("web")).err()).contains("Warning:", "nonRoot");
    awaitRefusedPodsOf("spared", "web");

    assertThat(world.plane.kubectl("get", "replicasets", "-n", "spared", "-o", "name").out())
        .contains("replicaset.apps/web-");
    await().atMost(SOON).until(() -> !decisions("spared", "Pod").isEmpty());
    assertThat(decisions("spared", "Deployment")).as("written by people").isNotEmpty();
    assertThat(decisions("spared", "ReplicaSet")).as("made by a controller").isEmpty();
    assertThat(world.plane.kubectl("get", "--raw", "/metrics").orFail().out().lines())
        .anyMatch(line ->
            line.startsWith("apiserver_admission_match_condition_exclusions_total")
                && line.contains("name=\"controllers.tidegate.dev\""))
        .noneMatch(line ->
            line.startsWith("apiserver_admission_match_condition_exclusions_total")
                && line.contains("name=\"pods.tidegate.dev\""));
  }

  /** What the overlay looks at, authors may write: that spares them the advice, and no decision. */
  @Test
  void T34_anOwnerThatAnAuthorMadeUpHidesNoPodOfADeployment() {
    Assumptions.assumeTrue(world.plane.hasControllers(), "needs the controller manager");
    String uid = namespaceWithAnOwner("sly-deployment");
    awaitInForce("sly-deployment", uid);

    world.create("sly-deployment", owned(badDeployment("hidden"), uid, CONTROLLER)).orFail();

    awaitRefusedPodsOf("sly-deployment", "hidden");
    assertThat(world.plane.kubectl("get", "pods", "-n", "sly-deployment", "-o", "name").out())
        .isEmpty();
  }

  @Test
  void T34_anOwnerThatAnAuthorMadeUpHidesNoPod() {
    String uid = namespaceWithAnOwner("sly-owner");
    awaitInForce("sly-owner", uid);

    assertThat(world.create("sly-owner", owned(Pods.root("web"), uid, CONTROLLER)).err())
        .contains("denied the request", "nonRoot");
    world.create("sly-owner", owned(Pods.good("web"), uid, CONTROLLER)).orFail();
    assertThat(
            world
                .plane
                .kubectl("set", "image", "pod/web", "-n", "sly-owner", "web=evil.example/x:1")
                .err())
        .contains("denied the request", "imageReference");
  }

  @Test
  void ownersThatControlNothingSpareNothing() {
    String uid = namespaceWithAnOwner("owned");
    awaitInForce("owned", uid);
    for (String reference : List.of("", ", controller: false")) {
      assertThat(world.create("owned", owned(badDeployment("web"), uid, reference), DRY).err())
          .as("owner" + reference)
          .contains("Warning:", "nonRoot");
    }
    assertThat(
            world
                .create(
                    "owned",
                    badDeployment("web")
                        .replace("metadata: {name", "metadata: {ownerReferences: [], name"),
                    DRY)
                .err())
        .contains("Warning:", "nonRoot");
  }
}
