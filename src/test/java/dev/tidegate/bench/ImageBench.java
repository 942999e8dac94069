package dev.tidegate.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.GateProcess;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.testkit.Reviews;
import dev.tidegate.testkit.TestCa;
import dev.tidegate.workload.Manifests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.awaitility.Awaitility;

/**
 * Admission of signed images by the built gate, over a registry on loopback: warm beside {@link
 * Floor}, cold with 50 ms for each round trip, and after a restart over its own file.
 */
final class ImageBench {
  private static final Duration ROUND_TRIP = Duration.ofMillis(50);
  private static final int REPEATED = 7;

  /** Requests of one batch that need no call. */
  private static final int FAST = 20_000;

  /** Requests of one batch that need calls, which cost the bench's own registry as much. */
  private static final int SLOW = 3_000;

  private static final int IMAGES = 3;
  private static final int COLD = 1_000;

  private final Path work;
  private final Path launcher;
  private final TestCa ca = TestCa.named("bench");
  private final ImageSigning signing;
  private int pushed;

  ImageBench(Path work, Path launcher, ImageSigning signing) {
    this.work = work;
    this.launcher = launcher;
    this.signing = signing;
  }

  void run() throws Exception {
    ca.server("tidegate.tidegate-system.svc", Duration.ofDays(1)).write(work, "tls");
    try (RegistryDouble registry = RegistryDouble.start()) {
      Map<String, String> settings = settings(registry);
      int floorPort = GateProcess.freePort();
      Process floor = Bench.floor(floorPort, work);
      List<PinnedImage> images = push(registry, IMAGES);
      try (GateProcess gate = start(settings)) {
        warm(registry, gate, floorPort, floor, byDigest(images), "by digest", FAST);
        warm(registry, gate, floorPort, floor, byTag(images), "by tag", SLOW);
        cold(registry, gate);
      } finally {
        floor.destroy();
      }
    }
  }

  /** Only what is cold. */
  void cold() throws Exception {
    ca.server("tidegate.tidegate-system.svc", Duration.ofDays(1)).write(work, "tls");
    try (RegistryDouble registry = RegistryDouble.start();
        GateProcess gate = start(settings(registry))) {
      cold(registry, gate);
      cost(registry, gate);
    }
  }

  /** What one admission of an image costs that nobody has seen, calls and verification included. */
  private void cost(RegistryDouble registry, GateProcess gate) throws Exception {
    for (PinnedImage image : push(registry, COLD)) {
      admit(gate, byDigest(List.of(image))); // code, not images, gets warm
    }
    List<byte[]> reviews =
        push(registry, COLD).stream().map(image -> byDigest(List.of(image))).toList();
    ProcessHandle process = ProcessHandle.of(gate.pid()).orElseThrow();
    long bytes = Bench.allocated(gate);
    Duration cpu = process.info().totalCpuDuration().orElse(Duration.ZERO);
    registry.forget();
    for (byte[] review : reviews) {
      admit(gate, review);
    }
    Duration used = process.info().totalCpuDuration().orElse(Duration.ZERO).minus(cpu);
    System.out.printf(
        "cold by digest, one after another: %.2f ms of CPU, %.0f KB, %.1f requests per image%n",
        used.toNanos() / 1e6 / COLD,
        (Bench.allocated(gate) - bytes) / 1e3 / COLD,
        (double) registry.asked().size() / COLD);
  }

  /** A process that knew the images has ended, and the next one finds them in the file. */
  void restart() throws Exception {
    ca.server("tidegate.tidegate-system.svc", Duration.ofDays(1)).write(work, "tls");
    try (RegistryDouble registry = RegistryDouble.start()) {
      Map<String, String> settings = settings(registry);
      List<PinnedImage> images = push(registry, IMAGES);
      try (GateProcess gate = start(settings)) {
        admit(gate, byDigest(images));
      }
      restart(registry, settings, images);
    }
  }

  private GateProcess start(Map<String, String> settings) throws IOException {
    return GateProcess.start(launcher, ca.certificate(), work, List.of(), settings);
  }

  private Map<String, String> settings(RegistryDouble registry) throws IOException {
    Path policies = Files.createDirectory(work.resolve("policies"));
    Path objects = Files.createDirectory(work.resolve("objects"));
    Files.writeString(
        objects.resolve("cluster.yaml"),
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n");
    Files.writeString(
        policies.resolve("policy.yaml"),
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: GatePolicy
        metadata: {name: signed}
        spec:
          mode: enforce
          checks:
            imageSignature:
              rules:
              - images: ["%s/**"]
                atLeast: %d
                signers:
        %s\
        """
            .formatted(registry.name(), signing.demanded(), signing.signers(policies).indent(8)));
    Files.writeString(
        work.resolve("hosts.yaml"),
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: Hosts
        hosts:
          %s:
            plainHttp: true
            limits: {concurrent: 256, perSecond: 10000}
        """
            .formatted(registry.name()));
    Files.writeString(work.resolve("store.seal"), "0123456789abcdef".repeat(4) + "\n");
    return Map.of(
        "TIDEGATE_POLICY_DIRECTORY", policies.toString(),
        "TIDEGATE_CLUSTER_ENABLED", "false",
        "TIDEGATE_CLUSTER_OBJECTS", objects.toString(),
        "TIDEGATE_HOSTS_FILE", work.resolve("hosts.yaml").toString(),
        "TIDEGATE_STORE_FILE", work.resolve("evidence.db").toString(),
        "TIDEGATE_STORE_KEY_FILE", work.resolve("store.seal").toString());
  }

  /** Pushes images of repositories of their own, each signed with all keys. */
  private List<PinnedImage> push(RegistryDouble registry, int count) {
    List<PinnedImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = pushed++;
      PinnedImage image = registry.image("shop/app" + number, "1", "1000", "image " + number);
      signing.sign(registry, image);
      images.add(image);
    }
    return images;
  }

  private static byte[] byDigest(List<PinnedImage> images) {
    return review(images.stream().map(PinnedImage::toString).toList());
  }

  private static byte[] byTag(List<PinnedImage> images) {
    return review(images.stream().map(image -> image.in() + ":1").toList());
  }

  /** The review of creating a pod with {@code images}. */
  static byte[] review(List<String> images) {
    StringBuilder yaml =
        new StringBuilder(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n"
                + "  containers:\n");
    for (int i = 0; i < images.size(); i++) {
      yaml.append("  - {name: c").append(i).append(", image: \"");
      yaml.append(images.get(i)).append("\"}\n");
    }
    Manifests manifests = new Manifests();
    manifests.read("pod.yaml", yaml.toString());
    return Reviews.create(manifests.objects().get(0).object())
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void admit(GateProcess gate, byte[] review) throws IOException {
    JsonNode answer =
        new ObjectMapper().readTree(gate.post("/validate?timeout=10s", review).body());
    if (!answer.at("/response/allowed").asBoolean()) {
      throw new IllegalStateException("the images are signed: " + answer);
    }
  }

  private void warm(
      RegistryDouble registry,
      GateProcess gate,
      int floorPort,
      Process floor,
      byte[] review,
      String how,
      int requests)
      throws Exception {
    admit(gate, review);
    registry.forget();
    for (int i = 0; i < 100; i++) {
      admit(gate, review);
    }
    System.out.printf(
        "warm, %d images, %d keys, %s: %.2f calls per admission, one after another%n",
        IMAGES, signing.demanded(), how, registry.asked().size() / 100.0);
    try (Load toFloor = new Load(floorPort, review);
        Load toGate = new Load(gate.port(), review)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> toFloor.number("/allocated") > 0);
      LongSupplier floorBytes = () -> Bench.allocated(toFloor);
      LongSupplier gateBytes = () -> Bench.allocated(gate);
      Bench.compare(
          new Bench.Server(toFloor, floor.toHandle(), floorBytes),
          new Bench.Server(toGate, ProcessHandle.of(gate.pid()).orElseThrow(), gateBytes),
          10 * requests,
          requests);
    }
    admit(gate, review);
  }

  /** Pods that come at the same time, by the images of each. */
  private record Arrival(String name, int images, List<List<Integer>> pods) {}

  private static final List<Arrival> ARRIVALS =
      List.of(
          new Arrival("1 image", 1, List.of(List.of(0))),
          new Arrival("8 equal images", 1, List.of(List.of(0, 0, 0, 0, 0, 0, 0, 0))),
          new Arrival("8 different images", 8, List.of(List.of(0, 1, 2, 3, 4, 5, 6, 7))),
          new Arrival(
              "8 pods of 1 image at once",
              1,
              List.of(
                  List.of(0),
                  List.of(0),
                  List.of(0),
                  List.of(0),
                  List.of(0),
                  List.of(0),
                  List.of(0),
                  List.of(0))),
          new Arrival(
              "8 pods of 8 images at once",
              8,
              List.of(
                  List.of(0),
                  List.of(1),
                  List.of(2),
                  List.of(3),
                  List.of(4),
                  List.of(5),
                  List.of(6),
                  List.of(7))));

  private void cold(RegistryDouble registry, GateProcess gate) throws Exception {
    for (boolean tagged : new boolean[] {true, false}) {
      for (Arrival arrival : ARRIVALS) {
        arrive(registry.delay(Duration.ZERO), gate, arrival, tagged); // code, not images, gets warm
        registry.delay(ROUND_TRIP);
        double[] millis = new double[REPEATED];
        double[] rounds = new double[REPEATED];
        double[] requests = new double[REPEATED];
        for (int i = 0; i < REPEATED; i++) {
          millis[i] = arrive(registry, gate, arrival, tagged);
          rounds[i] = registry.rounds();
          requests[i] = registry.asked().size();
        }
        System.out.printf(
            "cold %s, %s, 50 ms per round trip: %.0f ms, %.0f rounds, %.0f requests%n",
            tagged ? "by tag" : "by digest",
            arrival.name(),
            Bench.median(millis),
            Bench.median(rounds),
            Bench.median(requests));
        registry.delay(Duration.ZERO);
      }
    }
  }

  /** Milliseconds until all pods are admitted. */
  private double arrive(RegistryDouble registry, GateProcess gate, Arrival arrival, boolean tagged)
      throws Exception {
    List<PinnedImage> images = push(registry, arrival.images());
    List<byte[]> reviews =
        arrival.pods().stream()
            .map(pod -> pod.stream().map(images::get).toList())
            .map(pod -> tagged ? byTag(pod) : byDigest(pod))
            .toList();
    registry.forget();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long from = System.nanoTime();
      List<Future<?>> running = new ArrayList<>();
      for (byte[] review : reviews) {
        running.add(
            threads.submit(() -> {
              admit(gate, review);
              return null;
            }));
      }
      for (Future<?> one : running) {
        one.get();
      }
      return (System.nanoTime() - from) / 1e6;
    }
  }

  private void restart(
      RegistryDouble registry, Map<String, String> settings, List<PinnedImage> images)
      throws Exception {
    registry.delay(ROUND_TRIP).forget();
    long from = System.nanoTime();
    try (GateProcess gate = start(settings)) {
      long ready = System.nanoTime();
      admit(gate, byDigest(images));
      long first = System.nanoTime();
      System.out.printf(
          "restart over its file: %d ms to ready, first admission of %d images by digest %d ms,"
              + " %d calls%n",
          TimeUnit.NANOSECONDS.toMillis(ready - from),
          IMAGES,
          TimeUnit.NANOSECONDS.toMillis(first - ready),
          registry.asked().size());
    }
  }
}
