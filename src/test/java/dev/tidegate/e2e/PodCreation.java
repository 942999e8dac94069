package dev.tidegate.e2e;

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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;

/**
 * How long the real API server takes to create a pod: with the gate, with a bare handler in its
 * place, and with none, in turn. The gate is installed as {@code manifests/base} says.
 */
public final class PodCreation {
  private static final int BATCHES = 12;
  private static final int EACH = 60;

  /** A namespace that the manifests exclude: where no webhook is called. */
  private static final String EXCLUDED = "calico-system";

  private final ControlPlane plane;
  private final Installation installation;
  private final Pod pod;
  private int made;

  private PodCreation(ControlPlane plane, Installation installation, Pod pod) {
    this.plane = plane;
    this.installation = installation;
    this.pod = pod;
  }

  /** Starts something that answers with a constant. */
  @FunctionalInterface
  public interface Bare {
    /** On {@code port}, with {@code tls.crt} and {@code tls.key} in {@code folder}. */
    Process start(int port, Path folder) throws IOException;
  }

  /**
   * Measures and prints.
   *
   * @param policies the policies, one text
   * @param objects namespaces and NetworkPolicies
   * @param pod the manifest of the pod, which passes
   */
  public static void run(String policies, String objects, String pod, int port, Bare bare)
      throws IOException {
    Pod wanted = Serialization.unmarshal(pod, Pod.class);
    // The collector of garbage would look for its owner.
    wanted.getMetadata().setOwnerReferences(List.of());
    try (ControlPlane plane = ControlPlane.start();
        Installation installation = Installation.on(plane, 1)) {
      installation.policies(policies);
      plane.kubectlWith(objects, "apply", "-f", "-").orFail();
      plane.kubectl("create", "namespace", EXCLUDED).orFail();
      Process floor = bare.start(port, installation.certificates());
      try {
        new PodCreation(plane, installation, wanted).measure(port);
      } finally {
        floor.destroy();
      }
    }
  }

  private void measure(int floorPort) throws IOException {
    Map<String, List<Double>> millis = new LinkedHashMap<>();
    Config config = Config.fromKubeconfig(Files.readString(kubeconfig()));
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      String own = pod.getMetadata().getNamespace();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .ignoreException(KubernetesClientException.class)
          .until(() -> create(client, own) > 0 && create(client, EXCLUDED) > 0);
      for (int batch = 0; batch <= BATCHES; batch++) {
        installation.leadTo();
        batch(client, own, keep(millis, batch, "gate"));
        installation.leadTo(List.of(floorPort));
        batch(client, own, keep(millis, batch, "bare handler"));
        batch(client, EXCLUDED, keep(millis, batch, "none"));
      }
    }
    double[][] seen = new double[2][];
    for (Map.Entry<String, List<Double>> one : millis.entrySet()) {
      double[] sorted = one.getValue().stream().mapToDouble(Double::doubleValue).toArray();
      Arrays.sort(sorted);
      double p50 = sorted[sorted.length / 2];
      double p99 = sorted[sorted.length * 99 / 100];
      System.out.printf(
          "creating a pod through the API server, %s: p50 %.2f ms, p99 %.2f ms (%d pods)%n",
          one.getKey(), p50, p99, sorted.length);
      if (!one.getKey().equals("none")) {
        seen[one.getKey().equals("gate") ? 0 : 1] = new double[] {p50, p99};
      }
    }
    System.out.printf(
        "gate to bare handler: p50 %.2f, p99 %.2f%n",
        seen[0][0] / seen[1][0], seen[0][1] / seen[1][1]);
  }

  /** Where a batch is noted; the first of each shows code that is not compiled yet. */
  private static List<Double> keep(Map<String, List<Double>> all, int batch, String what) {
    List<Double> kept = all.computeIfAbsent(what, none -> new ArrayList<>());
    return batch == 0 ? new ArrayList<>() : kept;
  }

  private void batch(KubernetesClient client, String namespace, List<Double> millis) {
    create(client, namespace); // over a connection that is made anew
    for (int i = 0; i < EACH; i++) {
      millis.add(create(client, namespace));
    }
    client.pods().inNamespace(namespace).withGracePeriod(0).delete();
  }

  private double create(KubernetesClient client, String namespace) {
    Pod fresh = Serialization.clone(pod);
    fresh.getMetadata().setName("web-" + made++);
    fresh.getMetadata().setNamespace(namespace);
    long from = System.nanoTime();
    client.resource(fresh).create();
    return (System.nanoTime() - from) / 1e6;
  }

  private Path kubeconfig() {
    return Path.of(Optional.ofNullable(plane.environment("KUBECONFIG")).orElseThrow());
  }
}
