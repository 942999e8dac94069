package dev.tidegate.bench;

import dev.tidegate.e2e.PodCreation;
import dev.tidegate.testkit.GateProcess;
import dev.tidegate.testkit.Reviews;
import dev.tidegate.testkit.Scratch;
import dev.tidegate.testkit.TestCa;
import dev.tidegate.workload.Manifests;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.awaitility.Awaitility;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * {@code /validate} of the built gate beside {@link Floor}, in turn, over loopback TLS in one run:
 * CPU and bytes allocated per admission, throughput, open-loop latency, start to ready, memory; and
 * the start of {@code check}. Medians of pairs; absolute numbers are of this machine in this
 * minute, only the ratios mean anything.
 */
public final class Bench {
  /** So many that the JVM's compilers are done: they go on for a minute under load. */
  private static final int WARM_UP = 300_000;

  private static final int REQUESTS = 20_000;
  private static final int PAIRS = 15;

  /**
   * Pairs that do not count: the first ones show caches that the other process has emptied, and
   * compilers that are started anew by the pauses.
   */
  private static final int UNCOUNTED = 4;

  private static final List<String> PARTS =
      List.of(
          "admission",
          "images",
          "keyless",
          "restart",
          "signatures",
          "volumes",
          "harbor",
          "cluster",
          "micro");
  private static final int OPEN_RATE = 300;
  private static final int OPEN_REQUESTS = 3_000;

  private final Path work;
  private final Path launcher;
  private final TestCa ca = TestCa.named("bench");

  private Bench(Path work, Path launcher) {
    this.work = work;
    this.launcher = launcher;
  }

  /** Runs all measurements, or those that {@code args} names, and prints them. */
  public static void main(String[] args) throws Exception {
    Path work = Scratch.folder("tidegate-bench");
    Path launcher = Path.of(Objects.requireNonNull(System.getProperty("tidegate.launcher")));
    List<String> parts = args.length == 0 ? PARTS : List.of(args);
    for (String part : parts) {
      System.out.println("== " + part);
      switch (part) {
        case "admission" -> new Bench(work, launcher).run();
        case "images" -> images(launcher, ImageSigning.byKeys()).run();
        case "keyless" -> images(launcher, ImageSigning.byIdentity()).cold();
        case "restart" -> images(launcher, ImageSigning.byKeys()).restart();
        case "signatures" -> SignatureBench.run();
        case "volumes" -> VolumeBench.run(Scratch.folder("tidegate-bench"));
        case "harbor" -> HarborBench.run(launcher);
        case "cluster" -> cluster(Scratch.folder("tidegate-bench"));
        case "micro" -> micro();
        default -> throw new IllegalArgumentException(part + " is none of " + PARTS);
      }
    }
    System.exit(0);
  }

  private static ImageBench images(Path launcher, ImageSigning signing) throws IOException {
    return new ImageBench(Scratch.folder("tidegate-bench"), launcher, signing);
  }

  /** Each step by itself, with the bytes that it allocates ({@code gc.alloc.rate.norm}). */
  private static void micro() throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(Micro.class.getName())
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(2))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(2))
                .addProfiler(GCProfiler.class)
                .build())
        .run();
  }

  /** Needs a control plane, which is not built for this alone. */
  private static void cluster(Path work) throws IOException {
    if (System.getenv("KUBEBUILDER_ASSETS") == null) {
      System.out.println("skipped: there is no control plane; make bench PARTS=cluster builds it");
      return;
    }
    Scene.write(work, work);
    PodCreation.run(
        Files.readString(work.resolve("policies.yaml")),
        Files.readString(work.resolve("cluster.yaml")),
        Scene.pod(),
        GateProcess.freePort(),
        Bench::floor);
  }

  /** One server under load. */
  record Server(Load load, ProcessHandle process, LongSupplier allocated) {
    long cpuNanos() {
      return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }
  }

  /** What one batch of requests cost, per request. */
  private record Cost(double cpuMicros, double perSecond) {}

  private void run() throws Exception {
    ca.server("tidegate.tidegate-system.svc", Duration.ofDays(1)).write(work, "tls");
    Path policies = Files.createDirectory(work.resolve("policies"));
    Path objects = Files.createDirectory(work.resolve("objects"));
    Scene.write(policies, objects);
    byte[] review = review();
    System.out.printf("review: %d bytes%n", review.length);
    int floorPort = GateProcess.freePort();
    Process floor = floor(floorPort);
    long starting = System.nanoTime();
    try (GateProcess gate =
            GateProcess.start(
                launcher,
                ca.certificate(),
                work,
                List.of(),
                Map.of(
                    "TIDEGATE_POLICY_DIRECTORY", policies.toString(),
                    "TIDEGATE_CLUSTER_ENABLED", "false",
                    "TIDEGATE_CLUSTER_OBJECTS", objects.toString()));
        Load toFloor = new Load(floorPort, review);
        Load toGate = new Load(gate.port(), review)) {
      System.out.printf(
          "start to ready: %d ms%n", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - starting));
      String answer = gate.post("/validate?timeout=5s", review).body();
      if (!answer.contains("\"allowed\":true")) {
        throw new IllegalStateException("the fixed input must be allowed: " + answer);
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> toFloor.number("/allocated") > 0);
      Server bare = new Server(toFloor, floor.toHandle(), () -> allocated(toFloor));
      Server real =
          new Server(toGate, ProcessHandle.of(gate.pid()).orElseThrow(), () -> allocated(gate));
      compare(bare, real, WARM_UP, REQUESTS);
      System.out.printf(
          "RSS after load: floor %d MiB, gate %d MiB%n", rss(floor.pid()), rss(gate.pid()));
    } finally {
      floor.destroy();
    }
    commandLine(policies, objects);
  }

  static void compare(Server floor, Server gate, int warmUp, int requests)
      throws InterruptedException {
    floor.load().closedLoop(warmUp);
    gate.load().closedLoop(warmUp);
    for (int i = 0; i < UNCOUNTED; i++) {
      cost(floor, requests);
      cost(gate, requests);
    }
    List<Cost> floors = new ArrayList<>();
    List<Cost> gates = new ArrayList<>();
    long floorBytes = floor.allocated().getAsLong();
    long gateBytes = gate.allocated().getAsLong();
    for (int i = 0; i < PAIRS; i++) {
      floors.add(cost(floor, requests));
      gates.add(cost(gate, requests));
    }
    // Over all batches together: the gate's counter moves only when garbage is collected.
    double bare = (double) (floor.allocated().getAsLong() - floorBytes) / PAIRS / requests;
    double real = (double) (gate.allocated().getAsLong() - gateBytes) / PAIRS / requests;
    System.out.printf(
        "allocated per admission, bytes: floor %.0f, gate %.0f, ratio %.2f%n",
        bare, real, real / bare);
    print(
        "CPU per admission, µs",
        floors.stream().mapToDouble(Cost::cpuMicros).toArray(),
        gates.stream().mapToDouble(Cost::cpuMicros).toArray());
    print(
        "throughput, admissions/s",
        floors.stream().mapToDouble(Cost::perSecond).toArray(),
        gates.stream().mapToDouble(Cost::perSecond).toArray());
    long[] floorTimes = floor.load().openLoop(OPEN_RATE, OPEN_REQUESTS);
    long[] gateTimes = gate.load().openLoop(OPEN_RATE, OPEN_REQUESTS);
    for (int percent : new int[] {50, 99}) {
      double one = floorTimes[floorTimes.length * percent / 100] / 1e6;
      double other = gateTimes[gateTimes.length * percent / 100] / 1e6;
      System.out.printf(
          "open loop %d/s p%d, ms: floor %.2f, gate %.2f, ratio %.2f%n",
          OPEN_RATE, percent, one, other, other / one);
    }
  }

  private static Cost cost(Server server, int requests) throws InterruptedException {
    long cpu = server.cpuNanos();
    Duration took = server.load().closedLoop(requests);
    return new Cost((server.cpuNanos() - cpu) / 1e3 / requests, requests / (took.toNanos() / 1e9));
  }

  private static void print(String what, double[] floor, double[] gate) {
    double[] ratios = new double[floor.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = gate[i] / floor[i];
    }
    System.out.printf(
        "%s: floor %.0f, gate %.0f, ratio %.2f (%.2f to %.2f)%n",
        what,
        median(floor),
        median(gate),
        median(ratios),
        Arrays.stream(ratios).min().orElseThrow(),
        Arrays.stream(ratios).max().orElseThrow());
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static byte[] review() {
    Manifests manifests = new Manifests();
    manifests.read("pod.yaml", Scene.pod());
    return Reviews.create(manifests.objects().get(0).object())
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private Process floor(int port) throws IOException {
    return floor(port, work);
  }

  static Process floor(int port, Path work) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Floor.class.getName(),
            String.valueOf(port),
            work.resolve("tls.crt").toString(),
            work.resolve("tls.key").toString())
        .redirectErrorStream(true)
        .redirectOutput(new File(work.toFile(), "floor.log"))
        .start();
  }

  static long allocated(Load floor) {
    try {
      return floor.number("/allocated");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  /**
   * The gate's own metric, which counts at each garbage collection: coarse, so it is read over many
   * requests.
   */
  static long allocated(GateProcess gate) {
    try {
      return gate.management("/q/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith("jvm_gc_memory_allocated_bytes_total"))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException gone) {
      throw new IllegalStateException("the gate does not answer", gone);
    }
  }

  static long rss(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) / 1024)
        .findFirst()
        .orElse(-1);
  }

  private void commandLine(Path policies, Path objects) throws IOException, InterruptedException {
    Path pod = objects.resolve("pod.yaml");
    Files.writeString(pod, Scene.pod());
    double[] took = new double[7];
    for (int i = 0; i < took.length; i++) {
      long started = System.nanoTime();
      Process check =
          new ProcessBuilder(
                  launcher.toString(),
                  "check",
                  "-f",
                  objects.toString(),
                  "--policy",
                  policies.toString())
              .redirectErrorStream(true)
              .redirectOutput(work.resolve("check.log").toFile())
              .start();
      if (check.waitFor() != 0) {
        throw new IllegalStateException(
            "check failed: " + Files.readString(work.resolve("check.log")));
      }
      took[i] = (System.nanoTime() - started) / 1e6;
    }
    System.out.printf("check of a pod, as a process: median %.0f ms%n", median(took));
  }
}
