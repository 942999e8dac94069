package dev.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code tidegate check --cluster} as users start it, before they turn audit to enforce: namespaces
 * with {@code mode: audit} are judged by policies that refuse.
 */
@ExtendWith(World.Provider.class)
class CheckClusterE2E {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int REFUSED = 1;
  private static final int USAGE = 2;
  private static final int UNDECIDED = 3;

  @TempDir Path directory;

  private final World world;
  private Path policies;

  CheckClusterE2E(World world) {
    this.world = world;
  }

  @BeforeEach
  void planned() throws IOException {
    policies = Files.createDirectory(directory.resolve("policies"));
    Files.writeString(
        policies.resolve("planned.yaml"),
        World.resource("policies.yaml").replace("mode: audit\n", "mode: enforce\n"));
  }

  private String administrator() {
    return Optional.ofNullable(world.plane.environment("KUBECONFIG")).orElseThrow();
  }

  private Shell.Result check(String... more) {
    return checkAs(administrator(), more);
  }

  /**
   * The command with the kubeconfig {@code kubeconfig}, named by the variable as kubectl has it.
   */
  private Shell.Result checkAs(String kubeconfig, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ControlPlane.ROOT.resolve("target/tidegate").toString(),
                "check",
                "--cluster",
                "--policy",
                policies.toString()));
    command.addAll(List.of(more));
    Map<String, String> environment =
        Map.of("KUBECONFIG", kubeconfig, "HOME", directory.toString());
    return Shell.run(directory, environment, "", command);
  }

  private void create(String namespace, String manifest) {
    world.create(namespace, manifest).orFail();
  }

  private void delete(String namespace, String what) {
    world.plane.kubectl("delete", what, "-n", namespace, "--force", "--grace-period=0").orFail();
  }

  @Test
  void podsAreJudgedWithThePoliciesOfTheirNamespaceAndWithItsNetworkPolicies() throws IOException {
    world.namespace("checked", "audit");
    create("checked", Pods.good("web"));
    create("checked", Pods.root("bad"));
    create("checked", Pods.unselected("lonely"));
    create("checked", Pods.root("ended"));
    world
        .plane
        .kubectl(
            "patch",
            "pod",
            "ended",
            "-n",
            "checked",
            "--subresource=status",
            "-p",
            "{\"status\":{\"phase\":\"Succeeded\"}}")
        .orFail();

    Shell.Result bad = check("-n", "checked");
    assertThat(bad.exit()).as(bad.all()).isEqualTo(REFUSED);
    assertThat(bad.err()).isEmpty();
    Golden.matches("check-cluster", bad.out());

    delete("checked", "pod/bad");
    create("checked", Pods.isolation("checked", "lonely"));
    Shell.Result good = check("-n", "checked");
    assertThat(good.exit()).as(good.all()).isZero();
    assertThat(good.out()).endsWith("2 objects: 2 pass\n");

    delete("checked", "networkpolicy/isolate-web");
    Shell.Result open = check("-n", "checked");
    assertThat(open.exit()).as(open.all()).isEqualTo(REFUSED);
    assertThat(open.out())
        .contains("fail    Pod checked/web", "pass    Pod checked/lonely", "networkPolicy");
  }

  @Test
  void withoutANamespaceEachIsJudgedByItsOwnPolicies() {
    world.namespace("checked-refused", "audit");
    world.namespace("checked-warned", "warn");
    world.namespace("checked-free", "none");
    for (String namespace : List.of("checked-refused", "checked-warned", "checked-free")) {
      create(namespace, Pods.root("web"));
    }

    Shell.Result all = check("--kubeconfig", administrator());

    assertThat(all.exit()).as(all.all()).isEqualTo(REFUSED);
    assertThat(all.out())
        .contains(
            "fail    Pod checked-refused/web",
            "warn    Pod checked-warned/web",
            "skip    Pod checked-free/web");
    assertThat(check("-n", "checked-warned").exit()).as("a warning refuses nothing").isZero();
    assertThat(check("-n", "checked-warned", "--warn-as-fail").exit()).isEqualTo(REFUSED);
  }

  @Test
  void podsOfADeploymentAreToldTogether() {
    Assumptions.assumeTrue(world.plane.hasControllers(), "needs the controller manager");
    world.namespace("rolled", "audit");
    create(
        "rolled", Pods.deployment("web", "{runAsUser: 0}").replace("replicas: 1", "replicas: 2"));
    await()
        .atMost(SOON)
        .until(() ->
            world.plane.kubectl("get", "pods", "-n", "rolled", "-o", "name").out().lines().count()
                == 2);

    Shell.Result bad = check("-n", "rolled");

    assertThat(bad.exit()).as(bad.all()).isEqualTo(REFUSED);
    assertThat(bad.out())
        .contains("fail    Deployment rolled/web (2 pods)", "nonRoot")
        .endsWith("2 objects: 2 fail\n");
  }

  /** Lists come in pages, and the object that is wrong is on the last. */
  @Test
  void allPagesAreJudged() {
    world.namespace("checked-many", "audit");
    StringBuilder pods = new StringBuilder();
    for (int i = 100; i < 360; i++) {
      pods.append("---\n").append(Pods.good("web-" + i));
    }
    create("checked-many", pods + "---\n" + Pods.root("zz-last"));

    Shell.Result many = check("-n", "checked-many");

    assertThat(many.exit()).isEqualTo(REFUSED);
    assertThat(many.out())
        .contains("fail    Pod checked-many/zz-last")
        .endsWith("261 objects: 1 fails, 260 pass\n");
    world.plane.kubectl("delete", "namespace", "checked-many", "--wait=false").orFail();
  }

  /** A ServiceAccount of this name that may {@code list} those, and its kubeconfig. */
  private String user(String name, Map<String, String> rules) throws IOException {
    world.plane.kubectl("create", "serviceaccount", name, "-n", "checked-rights").orFail();
    StringBuilder role =
        new StringBuilder(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: %s}\nrules:\n"
                .formatted(name));
    rules.forEach((resources, group) ->
        role.append(
            "- {apiGroups: [\"%s\"], resources: [%s], verbs: [get, list]}\n"
                .formatted(group, resources)));
    world.plane.kubectlWith(role.toString(), "create", "-f", "-").orFail();
    return world
        .plane
        .kubeconfig(directory.resolve(name), world.plane.token("checked-rights", name))
        .toString();
  }

  private void bind(String kind, String name, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "create",
                kind,
                name,
                "--clusterrole=" + name,
                "--serviceaccount=checked-rights:" + name));
    words.addAll(List.of(more));
    world.plane.kubectl(words.toArray(String[]::new)).orFail();
  }

  @Test
  void whatMayNotBeListedIsUndecidedAndNeverAPass() throws IOException {
    world.namespace("checked-rights", "audit");
    create("checked-rights", Pods.good("web"));
    Map<String, String> all =
        Map.of("namespaces", "", "pods", "", "networkpolicies", "networking.k8s.io");
    for (String missing : all.keySet()) {
      Map<String, String> others = new TreeMap<>(all);
      others.remove(missing);
      String reader = user("without-" + missing, others);
      bind("clusterrolebinding", "without-" + missing);
      Shell.Result refused =
          missing.equals("namespaces") ? checkAs(reader) : checkAs(reader, "-n", "checked-rights");
      assertThat(refused.exit()).as(refused.all()).isEqualTo(UNDECIDED);
      assertThat(refused.err()).contains("/" + missing, "permission to list it");
      assertThat(refused.out()).as("no verdict").isEmpty();
    }

    String reader = user("of-one-namespace", all);
    bind("rolebinding", "of-one-namespace", "-n", "checked-rights");
    Shell.Result allowed = checkAs(reader, "-n", "checked-rights");
    assertThat(allowed.exit()).as(allowed.all()).isZero();
    assertThat(allowed.out()).contains("pass    Pod checked-rights/web");
    assertThat(checkAs(reader).exit()).as("all namespaces").isEqualTo(UNDECIDED);
  }

  @Test
  void whoIsNobodyAndWhereNothingIsAreTold() throws IOException {
    String nobody =
        world.plane.kubeconfig(directory.resolve("nobody"), "no-token-of-theirs").toString();
    Shell.Result refused = checkAs(nobody);
    assertThat(refused.exit()).isEqualTo(UNDECIDED);
    assertThat(refused.err())
        .contains("credentials of the kubeconfig were refused")
        .doesNotContain("no-token-of-theirs");

    Shell.Result nowhere = check("-n", "checked-nowhere");
    assertThat(nowhere.exit()).isEqualTo(USAGE);
    assertThat(nowhere.err()).contains("no namespace \"checked-nowhere\"");

    world.namespace("checked-empty", "audit");
    assertThat(check("-n", "checked-empty").exit()).isEqualTo(USAGE);
    assertThat(check("-n", "checked-empty", "--allow-empty").exit()).isZero();
  }

  @Test
  void imagesThatNobodyMayAskAboutAreUndecided() throws IOException {
    world.namespace("checked-images", "images");
    create("checked-images", Pods.good("web"));
    Files.writeString(
        policies.resolve("images.yaml"),
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: GatePolicy
        metadata: {name: images}
        spec:
          mode: enforce
          scope: {namespaces: {matchLabels: {mode: images}}}
          checks:
            imageScan: {source: harbor, denySeverity: High}
        """);

    Shell.Result undecided = check("-n", "checked-images");

    assertThat(undecided.exit()).as(undecided.all()).isEqualTo(UNDECIDED);
    assertThat(undecided.out())
        .contains("Pod checked-images/web", "imageScan", "not among the configured hosts");
  }

  /** Kinds as the API server's own discovery tells of them. */
  @Test
  void policiesOfANetworkPluginMakeItAWarning() throws IOException {
    world.plane.kubectlWith(World.resource("cilium.yaml"), "create", "-f", "-").orFail();
    try {
      world.namespace("checked-plugin", "audit");
      create("checked-plugin", Pods.unselected("web"));
      await()
          .atMost(SOON)
          .until(() -> world.plane.kubectl("get", "ciliumnetworkpolicies", "-A").exit() == 0);
      assertThat(check("-n", "checked-plugin").exit()).as("there is none yet").isEqualTo(REFUSED);
      create(
          "checked-plugin",
          "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: deny}\n");

      Shell.Result warned = check("-n", "checked-plugin");
      assertThat(warned.exit()).as(warned.all()).isZero();
      assertThat(warned.out().replaceAll("\\s+", " "))
          .contains("warn Pod checked-plugin/web networkPolicy", "CiliumNetworkPolicy deny may");
    } finally {
      world.plane.kubectlWith(World.resource("cilium.yaml"), "delete", "-f", "-").orFail();
    }
  }
}
