package dev.tidegate.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.GateProcess;
import dev.tidegate.testkit.HarborDouble;
import dev.tidegate.testkit.HarborDouble.Finding;
import dev.tidegate.testkit.HarborDouble.Format;
import dev.tidegate.testkit.HarborDouble.Told;
import dev.tidegate.testkit.Scratch;
import dev.tidegate.testkit.TestCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** What comes from a Harbor without a pod having asked: pushes, scans, and comparing its lists. */
final class HarborBench {
  private static final String SECRET = "bench-callback-secret";
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Duration ROUND_TRIP = Duration.ofMillis(20);
  private static final int PUSHED = 500;
  private static final int CHANGED = 15;
  private static final int BURST = 10_000;
  private static final int REPOSITORIES = 250;
  private static final int ARTIFACTS_EACH = 200;

  private final TestCa ca = TestCa.named("bench");
  private final Path launcher;
  private final AtomicReference<Duration> ago = new AtomicReference<>(Duration.ZERO);
  private final HarborDouble harbor = HarborDouble.start(() -> Instant.now().minus(ago.get()));

  private HarborBench(Path launcher) {
    this.launcher = launcher;
  }

  static void run(Path launcher) throws Exception {
    new HarborBench(launcher).pushes();
    new HarborBench(launcher).lists();
  }

  private GateProcess start() throws IOException {
    Path work = Scratch.folder("tidegate-bench");
    ca.server("tidegate.tidegate-system.svc", Duration.ofDays(1)).write(work, "tls");
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
        metadata: {name: scanned}
        spec:
          mode: enforce
          checks:
            imageScan: {source: harbor, denySeverity: Critical}
        """);
    Files.writeString(work.resolve("secrets"), SECRET);
    Files.writeString(
        work.resolve("hosts.yaml"),
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: Hosts
        hosts:
          %s:
            plainHttp: true
            callbackSecrets: secrets
            limits: {concurrent: 64, perSecond: 10000}
        """
            .formatted(harbor.name()));
    return GateProcess.start(
        launcher,
        ca.certificate(),
        work,
        List.of(),
        Map.of(
            "TIDEGATE_POLICY_DIRECTORY",
            policies.toString(),
            "TIDEGATE_CLUSTER_ENABLED",
            "false",
            "TIDEGATE_CLUSTER_OBJECTS",
            objects.toString(),
            "TIDEGATE_EVIDENCE_TAG_AGE",
            "10m",
            "TIDEGATE_HARBOR_RECONCILE",
            "1m",
            "TIDEGATE_HOSTS_FILE",
            work.resolve("hosts.yaml").toString()));
  }

  private void pushes() throws Exception {
    try (harbor;
        GateProcess gate = start()) {
      compared(gate, 1);
      zeroCalls(gate);
      changed(gate);
      burst(gate);
    }
  }

  private int deliver(GateProcess gate) throws IOException {
    List<Told> all = harbor.callbacks();
    for (Told one : all) {
      int status =
          gate.post("/harbor/events", one.body(Format.CLOUDEVENTS), Map.of("Authorization", SECRET))
              .statusCode();
      if (status / 100 != 2) {
        throw new IllegalStateException("a callback was answered " + status);
      }
    }
    return all.size();
  }

  private static void until(BooleanSupplier what) {
    Awaitility.await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(20))
        .until(what::getAsBoolean);
  }

  private static double metric(GateProcess gate, String name) {
    try {
      return gate.management("/q/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith(name))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void compared(GateProcess gate, int times) {
    until(() -> metric(gate, "tidegate_harbor_reconciliation_runs_total") >= times);
  }

  /** Nothing waits, and nothing has been asked for a while. */
  private void quiet(GateProcess gate) {
    int[] before = {-1};
    Awaitility.await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(250))
        .until(() -> {
          int now = harbor.registry().asked().size();
          boolean same = now == before[0];
          before[0] = now;
          return same && metric(gate, "tidegate_harbor_callbacks_waiting") == 0;
        });
  }

  private static boolean allowed(GateProcess gate, String image) {
    try {
      JsonNode answer =
          new ObjectMapper()
              .readTree(
                  gate.post("/validate?timeout=5s", ImageBench.review(List.of(image))).body());
      return answer.at("/response/allowed").asBoolean();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void zeroCalls(GateProcess gate) throws IOException {
    List<PinnedImage> images = new ArrayList<>();
    for (int i = 0; i < PUSHED; i++) {
      images.add(harbor.push("shop/app" + i % 50, "v" + i, "image " + i));
    }
    deliver(gate);
    quiet(gate);
    images.forEach(harbor::scanned);
    deliver(gate);
    quiet(gate);
    int without = 0;
    for (int i = 0; i < PUSHED; i++) {
      for (String image : List.of(images.get(i).toString(), images.get(i).in() + ":v" + i)) {
        harbor.registry().forget();
        if (!allowed(gate, image)) {
          throw new IllegalStateException(image + " was scanned, and nothing was found");
        }
        without += harbor.registry().asked().isEmpty() ? 1 : 0;
      }
    }
    System.out.printf(
        "%d images pushed and scanned: %d of %d first admissions, by digest and by tag, without a"
            + " call%n",
        PUSHED, without, 2 * PUSHED);
  }

  private void changed(GateProcess gate) throws IOException {
    for (Duration trip : new Duration[] {Duration.ZERO, ROUND_TRIP}) {
      harbor.registry().delay(trip);
      double[] millis = new double[CHANGED];
      double[] rounds = new double[CHANGED];
      for (int i = 0; i < CHANGED; i++) {
        PinnedImage image = harbor.push("shop/changed", "c", "changes " + trip + i);
        harbor.scanned(image);
        deliver(gate);
        quiet(gate);
        harbor.scanned(image, Finding.of("CVE-2026-1", "Critical", "2"));
        harbor.registry().forget();
        long from = System.nanoTime();
        deliver(gate);
        while (allowed(gate, image.toString())) {
          Thread.onSpinWait();
        }
        millis[i] = (System.nanoTime() - from) / 1e6;
        rounds[i] = harbor.registry().rounds();
      }
      System.out.printf(
          "from the callback of a scan to the changed verdict, %d ms per round trip: %.0f ms,"
              + " %.0f rounds (medians of %d)%n",
          trip.toMillis(), Bench.median(millis), Bench.median(rounds), CHANGED);
    }
    harbor.registry().delay(Duration.ZERO);
  }

  private void burst(GateProcess gate) throws IOException {
    for (int i = 0; i < BURST; i++) {
      harbor.push("burst/app" + i % 500, "b" + i, "burst " + i);
    }
    quiet(gate);
    harbor.registry().forget();
    long rss = Bench.rss(gate.pid());
    long from = System.nanoTime();
    int told = deliver(gate);
    double taken = (System.nanoTime() - from) / 1e9;
    until(() -> metric(gate, "tidegate_harbor_callbacks_waiting") == 0);
    double looked = (System.nanoTime() - from) / 1e9;
    System.out.printf(
        "%d pushes in a burst: taken in %.1f s, all looked at after %.1f s with %d calls, %.0f times"
            + " too many waited; RSS %d → %d MiB%n",
        told,
        taken,
        looked,
        harbor.registry().asked().size(),
        metric(gate, "tidegate_harbor_callbacks_overflows_total"),
        rss,
        Bench.rss(gate.pid()));
  }

  /** A Harbor full of images that were pushed long ago. */
  private void lists() throws Exception {
    ago.set(Duration.ofDays(30));
    List<PinnedImage> images = new ArrayList<>();
    for (int repository = 0; repository < REPOSITORIES; repository++) {
      for (int i = 0; i < ARTIFACTS_EACH; i++) {
        PinnedImage image =
            harbor.push("shop/app" + repository, "v" + i, "image " + repository + " " + i);
        harbor.scanned(image, Finding.of("CVE-2026-1", "Low", "2"));
        images.add(image);
      }
      harbor.callbacks(); // long ago
    }
    ago.set(Duration.ZERO);
    harbor.registry().forget();
    long from = System.nanoTime();
    try (harbor;
        GateProcess gate = start()) {
      compared(gate, 1);
      told(gate, "nothing known", from);
      // Every tenth image runs somewhere, and so its repository is compared each time.
      for (int i = 0; i < images.size(); i += 10) {
        allowed(gate, images.get(i).toString());
      }
      compared(gate, 2);
      quiet(gate);
      int runs = (int) metric(gate, "tidegate_harbor_reconciliation_runs_total");
      for (int i = 0; i < images.size(); i += 1_000) {
        harbor.scanned(images.get(i), Finding.of("CVE-2026-2", "Critical", "2"));
      }
      harbor.callbacks(); // lost
      harbor.registry().forget();
      until(() -> !harbor.registry().asked().isEmpty());
      from = System.nanoTime();
      compared(gate, runs + 1);
      told(gate, "5,000 known, 50 changed without a callback", from);
      if (allowed(gate, images.getFirst().toString())) {
        throw new IllegalStateException("what was found must be known by now");
      }
    }
  }

  private void told(GateProcess gate, String what, long from) throws IOException {
    System.out.printf(
        "reconciliation, %d artifacts in %d repositories, %s: %.1f s, %d calls; RSS %d MiB%n",
        REPOSITORIES * ARTIFACTS_EACH,
        REPOSITORIES,
        what,
        (System.nanoTime() - from) / 1e9,
        harbor.registry().asked().size(),
        Bench.rss(gate.pid()));
  }
}
