package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.GateProcess;
import dev.tidegate.testkit.HarborDouble;
import dev.tidegate.testkit.HarborDouble.Finding;
import dev.tidegate.testkit.HarborDouble.Format;
import dev.tidegate.testkit.HarborDouble.Told;
import dev.tidegate.testkit.Reviews;
import dev.tidegate.testkit.TestCa;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The built gate is killed several times in the middle of a thousand callbacks, and begins again
 * over what its file had at that moment. What Harbor tells while nobody listens is lost.
 */
class CallbackKillIT {
  private static final String SECRET = "0123456789abcdef-secret";
  private static final int CALLBACKS = 1_000;
  private static final int KILLS = 3;
  private static final int IMAGES = 30;

  /** So many callbacks are lost at most while the gate is away. */
  private static final int LOST = 60;

  /** So many pods come as soon as it is back. */
  private static final int EARLY = 80;

  /** What the gate may say of an image, besides the vulnerability for which it refuses it. */
  private static final String ALLOWED = "allowed";

  private static final String WITHOUT_RESULT = "refused without a result";
  private static final String UNDECIDED = "undecided";

  private static final Pattern FOUND = Pattern.compile("CVE-2026-[0-9]+");

  @TempDir Path directory;

  private final HarborDouble harbor = HarborDouble.start(Instant::now);
  private final TestCa ca = TestCa.named("kill");
  private final List<Told> untold = new ArrayList<>();

  /** What was true of each image since it is there. */
  private final Map<PinnedImage, Set<String>> everTrue = new LinkedHashMap<>();

  /** What was true of each since the gate was last seen to know everything. */
  private final Map<PinnedImage, Set<String>> lately = new LinkedHashMap<>();

  private final List<PinnedImage> there = new ArrayList<>();
  private final List<PinnedImage> deleted = new ArrayList<>();
  private int happened;

  static LongStream seeds() {
    return LongStream.rangeClosed(
        1, Math.max(1, Integer.getInteger("tidegate.chaos", 0) / (10 * KILLS)));
  }

  @BeforeEach
  void configure() throws IOException {
    ca.server("tidegate.tidegate-system.svc", Duration.ofDays(1)).write(directory, "tls");
    Files.writeString(directory.resolve("callbacks"), SECRET);
    Files.writeString(directory.resolve("store.key"), "0123456789abcdef".repeat(2));
    Files.writeString(
        directory.resolve("hosts.yaml"),
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: Hosts
        hosts:
          %s: {plainHttp: true, callbackSecrets: callbacks}
        """
            .formatted(harbor.name()));
    Files.writeString(
        Files.createDirectory(directory.resolve("objects")).resolve("cluster.yaml"),
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n");
    Files.writeString(
        Files.createDirectory(directory.resolve("policies")).resolve("policy.yaml"),
        ImagesFixture.scanned("onUnknown: deny").getFirst().text());
  }

  @AfterEach
  void stop() {
    harbor.close();
  }

  private GateProcess start() throws IOException {
    return GateProcess.start(
        Path.of(
            System.getProperty(
                "tidegate.launcher", System.getProperty("tidegate.basedir") + "/target/tidegate")),
        ca.certificate(),
        directory,
        List.of(),
        Map.of(
            "TIDEGATE_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC", // it starts often
            "TIDEGATE_POLICY_DIRECTORY", directory.resolve("policies").toString(),
            "TIDEGATE_HOSTS_FILE", directory.resolve("hosts.yaml").toString(),
            "TIDEGATE_STORE_FILE", directory.resolve("evidence.db").toString(),
            "TIDEGATE_STORE_KEY_FILE", directory.resolve("store.key").toString(),
            "TIDEGATE_CLUSTER_ENABLED", "false",
            "TIDEGATE_CLUSTER_OBJECTS", directory.resolve("objects").toString()));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsDecidedComesToEqualTheTruthAndNoAnswerIsWrongBefore(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < IMAGES; i++) {
      push(random);
    }
    int told = 0;
    double found = 0;
    GateProcess gate = start();
    try {
      for (int kill = 1; kill <= KILLS; kill++) {
        int until = kill == KILLS ? CALLBACKS : CALLBACKS * kill / KILLS - random.nextInt(99);
        while (told < until) {
          tell(gate, next(random));
          told++;
          if (told % 3 == 0) {
            neverWrong(gate, any(random), lately);
          }
        }
        gate.kill();
        for (int lost = random.nextInt(LOST); lost > 0; lost--) {
          var _ = next(random);
        }
        untold.clear();
        gate = start();
        for (int i = 0; i < EARLY; i++) {
          neverWrong(gate, any(random), everTrue);
        }
        reconciled(gate);
        knowsTheTruth(gate);
        found += metric(gate, "tidegate_store_file_found_total");
        assertThat(metric(gate, "tidegate_store_file_refused_total")).isZero();
        assertThat(metric(gate, "tidegate_defects_total")).as(gate.log()).isZero();
      }
      assertThat(found).as("answers that outlived a kill").isPositive();
      assertThat(deleted).isNotEmpty();
    } finally {
      gate.close();
    }
  }

  /** The next callback; makes something happen where none waits. */
  private Told next(Random random) {
    while (untold.isEmpty()) {
      PinnedImage image = there.get(random.nextInt(there.size()));
      switch (random.nextInt(10)) {
        case 0 -> push(random);
        case 1 -> {
          if (there.size() > IMAGES / 2) {
            nowTrue(image, WITHOUT_RESULT);
            harbor.delete(image);
            there.remove(image);
            deleted.add(image);
          }
        }
        default -> scan(image, random);
      }
      untold.addAll(harbor.callbacks());
    }
    return untold.removeFirst();
  }

  private void push(Random random) {
    String name = "v" + happened++;
    PinnedImage image =
        harbor.push("shop/web" + random.nextInt(4), name, "content " + name); // never the same
    there.add(image);
    nowTrue(image, WITHOUT_RESULT);
    untold.addAll(harbor.callbacks());
  }

  /** A third of the images is never bad, a third never good. */
  private void scan(PinnedImage image, Random random) {
    String id = "CVE-2026-" + (10_000 + happened++);
    int kind = Math.floorMod(image.digest().hashCode(), 3);
    boolean bad = kind == 0 || (kind == 1 && random.nextBoolean());
    nowTrue(image, bad ? id : ALLOWED);
    harbor.scanned(image, Finding.of(id, bad ? "Critical" : "Low", "2"));
  }

  private void nowTrue(PinnedImage image, String what) {
    everTrue.computeIfAbsent(image, none -> new LinkedHashSet<>()).add(what);
    lately.computeIfAbsent(image, none -> new LinkedHashSet<>()).add(what);
  }

  private PinnedImage any(Random random) {
    List<PinnedImage> all = random.nextInt(5) > 0 || deleted.isEmpty() ? there : deleted;
    return all.get(random.nextInt(all.size()));
  }

  private static void tell(GateProcess gate, Told callback) throws IOException {
    assertThat(
            gate.post(
                    "/harbor/events",
                    callback.body(Format.CLOUDEVENTS),
                    Map.of("Authorization", SECRET))
                .statusCode())
        .isEqualTo(200);
  }

  private static String says(GateProcess gate, PinnedImage image) throws IOException {
    ObjectNode pod = Json.MAPPER.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", "web").put("namespace", "shop");
    pod.putObject("spec")
        .putArray("containers")
        .addObject()
        .put("name", "web")
        .put("image", image.toString());
    byte[] review = Reviews.create(pod).toString().getBytes(StandardCharsets.UTF_8);
    JsonNode response =
        Json.MAPPER.readTree(gate.post("/validate?timeout=10s", review).body()).get("response");
    if (response.get("allowed").asBoolean()) {
      return ALLOWED;
    }
    String message = response.at("/status/message").asText();
    Matcher found = FOUND.matcher(message);
    return found.find()
        ? found.group()
        : message.contains("could not decide") ? UNDECIDED : WITHOUT_RESULT;
  }

  /** What cannot be decided is refused, and said to be that: it is not wrong. */
  private static void neverWrong(
      GateProcess gate, PinnedImage image, Map<PinnedImage, Set<String>> right) throws IOException {
    String said = says(gate, image);
    if (!said.equals(UNDECIDED)) {
      assertThat(right.get(image)).as("%s", image).contains(said);
    }
  }

  /** Waits until all of Harbor's lists were compared; nothing happens in Harbor meanwhile. */
  private static void reconciled(GateProcess gate) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> // NaN before the first time that it was complete
            metric(gate, "tidegate_harbor_reconciliation_age_seconds") >= 0);
  }

  private void knowsTheTruth(GateProcess gate) throws IOException {
    for (PinnedImage image : List.copyOf(lately.keySet())) {
      String said = says(gate, image);
      if (there.contains(image) && harbor.isScanned(image)) {
        List<Finding> findings = harbor.findings(image);
        String truth =
            findings.stream()
                .filter(one -> one.severity().equals("Critical"))
                .map(Finding::id)
                .findFirst()
                .orElse(ALLOWED);
        assertThat(said).as("%s", image).isEqualTo(truth);
        lately.put(image, new LinkedHashSet<>(Set.of(truth)));
      } else if (!there.contains(image)) {
        assertThat(said).as("%s is deleted", image).isEqualTo(WITHOUT_RESULT);
        lately.put(image, new LinkedHashSet<>(Set.of(WITHOUT_RESULT)));
      } else {
        neverWrong(gate, image, lately); // never scanned, or by a scan that is under way
      }
    }
  }

  private static double metric(GateProcess gate, String name) {
    try {
      return gate.management("/q/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }
}
