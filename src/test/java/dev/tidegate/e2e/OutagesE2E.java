package dev.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens when the gate is away, silent or asked for too much. */
@ExtendWith(World.Provider.class)
class OutagesE2E {
  private final World world;

  OutagesE2E(World world) {
    this.world = world;
  }

  @AfterEach
  void back() {
    failurePolicy("Fail");
    world.installation.leadTo();
  }

  private void failurePolicy(String policy) {
    world
        .plane
        .kubectl(
            "patch",
            "validatingwebhookconfiguration",
            "tidegate",
            "--type=json",
            "-p",
            "[{\"op\":\"replace\",\"path\":\"/webhooks/0/failurePolicy\",\"value\":\"%s\"}]"
                .formatted(policy))
        .orFail();
  }

  @Test
  void withoutAGateFailRefusesAndIgnoreAdmits() {
    world.namespace("down", "enforce");
    world.installation.leadTo(List.of());
    Shell.Result refused = world.create("down", Pods.good("web"));
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("failed calling webhook \"pods.tidegate.dev\"");
    assertThat(world.create("down", Pods.deployment("web", "{}"), "--dry-run=server").exit())
        .as("controllers are only advised about")
        .isZero();

    failurePolicy("Ignore");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> world.create("down", Pods.root("open"), "--dry-run=server").exit() == 0);
  }

  @Test
  void T33_aLargeBadPodIsRefusedEvenUnderIgnore() {
    world.namespace("huge", "enforce");
    failurePolicy("Ignore");
    Shell.Result refused = world.create("huge", Pods.large(Pods.root("web"), 200_000));
    assertThat(refused.err()).contains("denied the request", "nonRoot");
  }

  /**
   * The API server writes each {@code <} as six bytes: what it takes as a megabyte and a half is a
   * review beyond our bound, which is not read and must not be admitted for that.
   */
  @Test
  void T33_aReviewBeyondTheBoundIsRefusedEvenUnderIgnore() throws IOException {
    world.namespace("beyond", "enforce");
    failurePolicy("Ignore");
    ObjectNode pod =
        (ObjectNode)
            Json.MAPPER.readTree(
                world
                    .plane
                    .kubectlWith(
                        Pods.root("web"), "create", "--dry-run=client", "-o", "json", "-f", "-")
                    .orFail()
                    .out());
    ((ObjectNode) pod.path("metadata")).put("namespace", "beyond");
    ((ObjectNode) pod.at("/spec/containers/0")).putArray("args").add("<".repeat(1_500_000));
    Shell.Result refused =
        world.plane.kubectlWith(
            pod.toString(), "create", "--raw", "/api/v1/namespaces/beyond/pods", "-f", "-");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err()).contains("denied the request", "longer than");
  }

  @Test
  void aSilentGateEndsInTheApiServersTimeoutAndOthersAreNotHarmed() throws IOException {
    world.namespace("slow", "enforce");
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      world.installation.leadTo(List.of(silent.getLocalPort()));
      Shell.Result late = world.create("slow", Pods.good("web"));
      assertThat(late.exit()).isEqualTo(1);
      assertThat(late.err()).contains("failed calling webhook", "pods.tidegate.dev");
    }
    world.installation.leadTo();
    assertThat(world.create("slow", Pods.good("web")).exit()).isZero();
  }
}
