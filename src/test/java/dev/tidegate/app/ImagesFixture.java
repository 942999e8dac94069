package dev.tidegate.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.admission.Admission;
import dev.tidegate.admission.Decision;
import dev.tidegate.admission.Enforcing;
import dev.tidegate.admission.GateFixture;
import dev.tidegate.admission.GlobalAudit;
import dev.tidegate.admission.Handled;
import dev.tidegate.admission.Recorder;
import dev.tidegate.admission.Slice;
import dev.tidegate.check.Checks;
import dev.tidegate.engine.Rounds;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.harbor.Receiver;
import dev.tidegate.model.Deadline;
import dev.tidegate.net.Calls;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Hosts;
import dev.tidegate.policy.Loaded;
import dev.tidegate.policy.PolicyFile;
import dev.tidegate.policy.PolicyLoader;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.sigstore.TrustRoots;
import dev.tidegate.store.Archive;
import dev.tidegate.store.Seals;
import dev.tidegate.store.StoreEvents;
import dev.tidegate.store.VerdictStore;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.workload.Json;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** The gate over a registry, wired as in production, with a clock that a test moves. */
final class ImagesFixture implements AutoCloseable {
  static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

  /** Time that tests let pass, in nanoseconds, beside what really passes. */
  final AtomicLong passed = new AtomicLong();

  final AtomicReference<PolicySet> policies = new AtomicReference<>();
  final ConcurrentLinkedQueue<Decision> decisions = new ConcurrentLinkedQueue<>();
  final ConcurrentLinkedQueue<Throwable> defects = new ConcurrentLinkedQueue<>();
  final VerdictStore store;
  final AtomicBoolean auditOnly = new AtomicBoolean();

  /** What came of images that were let through without a scan. */
  final ConcurrentLinkedQueue<Rechecks.Result> rechecked = new ConcurrentLinkedQueue<>();

  final Rechecks rechecks =
      new Rechecks(3, this::nanos, Thread::startVirtualThread, rechecked::add);
  final Exchanges exchanges;
  final InstantSource clock;
  private final Admission admission;
  private final Rounds rounds;

  ImagesFixture(Hosts hosts, List<PolicyFile> files) {
    this(hosts, files, Optional.empty(), Duration.ZERO);
  }

  ImagesFixture(Hosts hosts, List<PolicyFile> files, Optional<Archive> archive, Duration tagAge) {
    this(hosts, files, archive, tagAge, System.nanoTime());
  }

  /**
   * @param began reading of {@code System.nanoTime} at which it was {@link #START}: gates that
   *     share something share it
   */
  ImagesFixture(
      Hosts hosts, List<PolicyFile> files, Optional<Archive> archive, Duration tagAge, long began) {
    this.clock = () -> START.plusNanos(System.nanoTime() - began).plusNanos(passed.get());
    policies.set(load(files, clock));
    this.exchanges = new Exchanges(InetAddress::getAllByName, clock, this::nanos, Calls.NONE);
    Assembly.Engine engine =
        Assembly.engine(
            policies::get,
            new Assembly.Knowledge(
                List.of(rechecks),
                Assembly.sources(hosts, exchanges, clock, policies::get),
                VerdictStore.Settings.USUAL,
                archive,
                tagAge),
            clock,
            this::nanos,
            (where, defect) -> defects.add(defect));
    this.store = engine.store();
    this.rounds = engine.rounds();
    Graces graces = new Graces(store, clock);
    Enforcing enforcing = new Enforcing();
    GlobalAudit audit = new GlobalAudit();
    this.admission =
        new Admission(
            rounds,
            policies::get,
            () -> auditOnly.get() ? audit : enforcing,
            new Recorder() {
              @Override
              public void made(Decision decision) {
                decisions.add(decision);
                graces.note(decision);
                rechecks.note(decision, store);
              }

              @Override
              public void defect(String where, Throwable defect) {
                defects.add(defect);
              }
            },
            this::nanos);
  }

  /** The file {@code store} in {@code directory}, as in production. */
  static Archive file(Path directory, Collection<Throwable> defects) {
    return Archive.at(
        directory.resolve("store"),
        1 << 20,
        Seals.parse("0123456789abcdef0123456789abcdef"),
        Assembly.codecs(),
        System::nanoTime,
        new StoreEvents() {
          @Override
          public void defect(EvidenceKey<?> key, RuntimeException defect) {
            defects.add(defect);
          }

          @Override
          public void file(FileEvent event, String detail) {}
        });
  }

  /** The side of Harbors of {@code hosts}, as in production; it reconciles every ten minutes. */
  HarborSide harborSide(Hosts hosts, Metrics metrics) {
    return HarborSide.start(
            hosts,
            new HarborSide.Parts(
                exchanges,
                store,
                policies::get,
                Duration.ofMinutes(10),
                clock,
                this::nanos,
                new Random(1),
                metrics,
                new Log(),
                Receiver.Onward.NOBODY,
                defects::add))
        .orElseThrow();
  }

  /** Looks at what was let through without a scan, as far as it is due. */
  void recheck(Rechecks.Scans scans) {
    rechecks.look(new Rechecks.Means(store, rounds, scans), clock.instant()).join();
  }

  long nanos() {
    return System.nanoTime() + passed.get();
  }

  void pass(Duration time) {
    passed.addAndGet(time.toNanos());
  }

  static PolicySet load(List<PolicyFile> files, InstantSource clock) {
    Loaded loaded =
        new PolicyLoader(Checks.all(), clock, Duration.ofDays(366), TrustRoots::read).load(files);
    if (!loaded.spotless()) {
      throw new IllegalArgumentException(loaded.problems().toString());
    }
    return loaded.set().orElseThrow().as(1);
  }

  /** Demands of all images in {@code registry} that {@code signer} has signed them. */
  static List<PolicyFile> signedBy(CosignSigner signer, String registry) {
    return List.of(
        new PolicyFile("release.pub", signer.pem()),
        new PolicyFile(
            "policy.yaml",
            """
            apiVersion: tidegate.dev/v1alpha1
            kind: GatePolicy
            metadata: {name: signed}
            spec:
              mode: enforce
              checks:
                imageReference: {registries: ["%1$s"], requireDigest: pin}
                imageSignature:
                  rules:
                  - images: ["%1$s/**"]
                    signers: [{name: release, key: {file: release.pub}}]
            """
                .formatted(registry)));
  }

  /** Demands of all images that they are scanned, by {@code parameters} in YAML's flow style. */
  static List<PolicyFile> scanned(String parameters) {
    return List.of(
        new PolicyFile(
            "policy.yaml",
            """
            apiVersion: tidegate.dev/v1alpha1
            kind: GatePolicy
            metadata: {name: scanned}
            spec:
              mode: enforce
              checks:
                imageScan: {source: harbor, denySeverity: High, %s}
            """
                .formatted(parameters)));
  }

  /** The review of creating a pod with {@code images}. */
  static ObjectNode pod(String... images) {
    StringBuilder yaml =
        new StringBuilder(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n"
                + "  containers:\n");
    for (int i = 0; i < images.length; i++) {
      yaml.append("  - {name: c").append(i).append(", image: \"").append(images[i]).append("\"}\n");
    }
    return GateFixture.review(yaml.toString());
  }

  JsonNode validate(ObjectNode review) {
    return validate(review, Duration.ofSeconds(15));
  }

  JsonNode validate(ObjectNode review, Duration timeout) {
    return response(
        admission
            .validate(Slice.of(GateFixture.bytes(review)), Deadline.in(timeout, this::nanos))
            .toCompletableFuture()
            .join());
  }

  private static JsonNode response(Handled handled) {
    return GateFixture.answer(handled);
  }

  /** What the API server does with a new pod: the mutating call, its patch, the validating call. */
  JsonNode create(ObjectNode review) {
    return validate(mutated(review));
  }

  /** The review after the mutating call. */
  ObjectNode mutated(ObjectNode review) {
    JsonNode answer =
        response(
            admission
                .mutate(
                    Slice.of(GateFixture.bytes(review)),
                    Deadline.in(Duration.ofSeconds(15), this::nanos))
                .toCompletableFuture()
                .join());
    if (!answer.get("allowed").asBoolean()) {
      throw new AssertionError("the mutating call refuses: " + answer);
    }
    if (!answer.has("patch")) {
      return review;
    }
    try {
      ObjectNode next = review.deepCopy();
      ((ObjectNode) next.get("request"))
          .set(
              "object",
              JsonPatch.apply(
                  Json.MAPPER.readTree(Base64.getDecoder().decode(answer.get("patch").asText())),
                  review.at("/request/object")));
      return next;
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }

  static boolean allowed(JsonNode response) {
    return response.get("allowed").asBoolean();
  }

  static String message(JsonNode response) {
    return response.at("/status/message").asText();
  }

  @Override
  public void close() {
    store.close();
    exchanges.close();
  }
}
