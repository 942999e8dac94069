package dev.tidegate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.RegistryDouble;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two replicas that know each other from the API server's EndpointSlices, read with the rights that
 * the manifests give: what Harbor tells one of them both know.
 */
@ExtendWith(World.Provider.class)
class ReplicasE2E {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String SYSTEM = "tidegate-system";
  private static final String NAME = "tidegate.tidegate-system.svc";
  private static final String SECRET = "0123456789abcdef-secret";

  private final World world;
  private final List<InetAddress> addresses;
  private final RegistryDouble harbor = RegistryDouble.start();
  private final CosignSigner release = CosignSigner.create();
  private final List<Gate> replicas = new ArrayList<>();

  ReplicasE2E(World world) throws SocketException {
    this.world = world;
    this.addresses = addresses();
    Assumptions.assumeTrue(
        addresses.size() >= 2,
        "needs two addresses that may stand in an EndpointSlice, has " + addresses);
  }

  /** Addresses of this machine, without those that the API server takes for no pod's. */
  private static List<InetAddress> addresses() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .limit(2)
        .toList();
  }

  /** As the API server writes it, which takes an IPv6 address in its shortest form only. */
  private static String text(InetAddress address) {
    return NetUtil.toAddressString(address);
  }

  private static String uid(int replica) {
    return "00000000-0000-4000-8000-00000000000" + (replica + 1);
  }

  @BeforeEach
  void start() throws IOException {
    world
        .plane
        .kubectl(
            "create",
            "secret",
            "generic",
            "tidegate-hosts",
            "-n",
            SYSTEM,
            "--from-literal=harbor-callbacks=" + SECRET)
        .orFail();
    world.installation.mountSecret("hosts-secret", "tidegate-hosts");
    world.installation.mountSecret("replicas", "tidegate-replicas");
    world.installation.hosts(
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: Hosts
        hosts:
          "%1$s":
            endpoint: "http://%1$s"
            plainHttp: true
            callbackSecrets: ../hosts-secret/harbor-callbacks
        """
            .formatted(harbor.name()));
    world.installation.policies(
        World.signed(
            "called",
            harbor.name(),
            "[{name: release, key: {pem: \"%s\"}}]"
                .formatted(release.pem().strip().replace("\n", "\\n"))));
    boolean six = addresses.stream().anyMatch(Inet6Address.class::isInstance);
    for (int i = 0; i < 2; i++) {
      Gate gate =
          world.installation.addReplica(
              Map.of(
                  "TIDEGATE_WEBHOOK_HOST",
                  six ? "::" : "0.0.0.0",
                  "TIDEGATE_REPLICAS_POD_IPS",
                  text(addresses.get(i)),
                  "TIDEGATE_REPLICAS_POD_UID",
                  uid(i),
                  "TIDEGATE_EVIDENCE_TAG_AGE",
                  "PT10M"));
      replicas.add(gate);
      world.plane.kubectlWith(slice(i, gate.port()), "create", "-f", "-").orFail();
    }
    for (Gate replica : replicas) {
      await().atMost(SOON).until(() -> replica.metric("tidegate_replicas_known") == 1);
    }
  }

  /** What the controller of EndpointSlices writes of a pod that is ready. */
  private String slice(int replica, int port) {
    return """
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata:
      name: tidegate-%1$d
      namespace: tidegate-system
      labels: {kubernetes.io/service-name: tidegate}
    addressType: %2$s
    ports: [{name: webhook, port: %3$d, protocol: TCP}]
    endpoints:
      - addresses: ["%4$s"]
        conditions: {ready: true, serving: true, terminating: false}
        targetRef: {kind: Pod, namespace: tidegate-system, name: tidegate-%1$d, uid: %5$s}
    """
        .formatted(
            replica,
            addresses.get(replica) instanceof Inet6Address ? "IPv6" : "IPv4",
            port,
            text(addresses.get(replica)),
            uid(replica));
  }

  @AfterEach
  void stop() throws IOException {
    for (Gate replica : replicas) {
      world.installation.retire(replica);
    }
    harbor.close();
    world.plane.kubectl(
        "delete", "endpointslices", "-n", SYSTEM, "-l", "kubernetes.io/service-name=tidegate");
    world.plane.kubectl("delete", "secret", "tidegate-hosts", "-n", SYSTEM);
    world.installation.unmount("hosts-secret");
    world.installation.unmount("replicas");
    world.installation.hosts("apiVersion: tidegate.dev/v1alpha1\nkind: Hosts\nhosts: {}\n");
    world.installation.leadTo();
    world.reset();
  }

  /** Tells {@code replica} what Harbor tells of a push; the status of its answer. */
  private String pushed(Gate replica, PinnedImage image, String name) {
    String event =
        """
        {"type": "PUSH_ARTIFACT", "occur_at": 1764072000, "operator": "robot$ci",
         "event_data": {
           "resources": [{"digest": "%1$s", "tag": "1", "resource_url": "x/shop/%2$s:1"}],
           "repository": {"date_created": 1764072000, "name": "%2$s", "namespace": "shop",
                          "repo_full_name": "shop/%2$s", "repo_type": "private"}}}
        """
            .formatted(image.digest(), name);
    return Shell.status(
        world.installation.certificates(),
        event,
        List.of(
            "--max-time",
            "30",
            "--cacert",
            "ca.crt",
            "--resolve",
            NAME + ":" + replica.port() + ":127.0.0.1",
            "--header",
            "Authorization: " + SECRET,
            "--data-binary",
            "@-",
            "https://" + NAME + ":" + replica.port() + "/harbor/events"));
  }

  /** {@code replica}, which knew so much {@code before}, has looked at one more image. */
  private static void awaitLooked(Gate replica, double before) {
    await()
        .atMost(SOON)
        .until(() ->
            replica.metric("tidegate_store_entries") >= before + 3
                && replica.metric("tidegate_harbor_callbacks_waiting") == 0
                && replica.metric("tidegate_store_flights") == 0);
  }

  /** What was asked, but for the lists that each replica compares with what it remembers. */
  private List<String> askedOfImages() {
    return harbor.lines().stream()
        .filter(line -> !line.startsWith("GET /api/v2.0/projects?"))
        .toList();
  }

  private Shell.Result createBy(Gate replica, String pod, String image) {
    world.installation.leadTo(List.of(replica.port()));
    return world.create("called", Pods.good(pod).replace("registry.example/shop/web:1.4", image));
  }

  @Test
  void aCallbackToOneReplicaLetsBothDecideWithoutACall() throws IOException {
    world.namespace("called", "called");
    List<String> names = List.of("web", "api");
    for (int told = 0; told < 2; told++) {
      String name = names.get(told);
      String tagged = harbor.name() + "/shop/" + name + ":1";
      PinnedImage image = harbor.image("shop/" + name, "1", "1000", name);
      harbor.signature(image, release);
      Gate first = replicas.get(told);
      Gate second = replicas.get(1 - told);
      double firstKnew = first.metric("tidegate_store_entries");
      double secondKnew = second.metric("tidegate_store_entries");

      assertThat(pushed(first, image, name)).isEqualTo("200");
      await()
          .atMost(SOON)
          .until(() ->
              first.metric("tidegate_harbor_forwards_total{result=\"sent\"}") == 1
                  && second.metric("tidegate_harbor_passed_on_total{result=\"taken\"}") == 1);
      awaitLooked(first, firstKnew);
      awaitLooked(second, secondKnew);

      harbor.forget();
      for (int i = 0; i < 2; i++) {
        Shell.Result created = createBy(replicas.get(i), name + "-" + i, tagged);
        assertThat(created.exit()).as(created.all()).isZero();
        assertThat(
                world
                    .plane
                    .kubectl(
                        "get",
                        "pod",
                        name + "-" + i,
                        "-n",
                        "called",
                        "-o",
                        "jsonpath={.spec.containers[0].image}")
                    .out())
            .isEqualTo(tagged + "@" + image.digest());
      }
      assertThat(askedOfImages()).isEmpty();
    }

    harbor.image("shop/unsigned", "1", "1000", "unsigned");
    assertThat(createBy(replicas.getFirst(), "unsigned", harbor.name() + "/shop/unsigned:1").err())
        .contains("denied the request", "imageSignature");
    assertThat(askedOfImages()).as("what nobody told of is asked about").isNotEmpty();

    world.plane.kubectl("delete", "endpointslice", "tidegate-1", "-n", SYSTEM).orFail();
    await().atMost(SOON).until(() -> replicas.getFirst().metric("tidegate_replicas_known") == 0);
  }
}
