package dev.tidegate.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.check.Checks;
import dev.tidegate.engine.Gate;
import dev.tidegate.engine.Rounds;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.Deadline;
import dev.tidegate.policy.GlobalMode;
import dev.tidegate.policy.Loaded;
import dev.tidegate.policy.PolicyFile;
import dev.tidegate.policy.PolicyLoader;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.store.StoreEvents;
import dev.tidegate.store.VerdictStore;
import dev.tidegate.testkit.Reviews;
import dev.tidegate.workload.Json;
import dev.tidegate.workload.Manifests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/** The real engine, checks and codec over policies given as text. */
public final class GateFixture {
  /** Enforces that no container runs as root. */
  public static final String NON_ROOT =
      """
      apiVersion: tidegate.dev/v1alpha1
      kind: GatePolicy
      metadata: {name: baseline}
      spec:
        mode: enforce
        checks:
          nonRoot: {}
      """;

  /** As above, for namespaces with a label, which have to be asked for. */
  public static final String NON_ROOT_BY_LABEL =
      NON_ROOT.replace(
          "  mode: enforce\n",
          "  mode: enforce\n  scope: {namespaces: {matchLabels: {env: production}}}\n");

  public static final String GOOD_POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web, namespace: shop}
      spec:
        securityContext: {runAsNonRoot: true}
        containers:
        - {name: web, image: "harbor.example.com/shop/web:1"}
      """;

  public static final String ROOT_POD = GOOD_POD.replace("{runAsNonRoot: true}", "{}");

  public final AtomicReference<PolicySet> policies = new AtomicReference<>();
  public final AtomicReference<GlobalMode> mode = new AtomicReference<>(GlobalMode.ENFORCE);
  public final ConcurrentLinkedQueue<Decision> made = new ConcurrentLinkedQueue<>();
  public final ConcurrentLinkedQueue<Throwable> defects = new ConcurrentLinkedQueue<>();
  public final Admission admission;

  private GateFixture(PolicySet set, Recorder recorder, List<EvidenceSource<?, ?>> sources) {
    policies.set(set);
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));
    Executor threads = Thread::startVirtualThread;
    VerdictStore store =
        new VerdictStore(
            new VerdictStore.Origins(List.of(), sources, List.of()),
            VerdictStore.Settings.USUAL,
            Optional.empty(),
            threads,
            clock,
            System::nanoTime,
            new StoreEvents() {
              @Override
              public void defect(EvidenceKey<?> key, RuntimeException defect) {
                defects.add(defect);
              }

              @Override
              public void file(FileEvent event, String detail) {}
            });
    Rounds rounds =
        new Rounds(
            new Gate((check, defect) -> defects.add(defect)),
            policies::get,
            store,
            clock,
            Duration.ZERO,
            threads);
    Recorder both =
        new Recorder() {
          @Override
          public void made(Decision decision) {
            made.add(decision);
            recorder.made(decision);
          }

          @Override
          public void defect(String where, Throwable defect) {
            defects.add(defect);
            recorder.defect(where, defect);
          }
        };
    Enforcing enforcing = new Enforcing();
    GlobalAudit audit = new GlobalAudit();
    admission =
        new Admission(
            rounds,
            policies::get,
            () -> mode.get() == GlobalMode.AUDIT ? audit : enforcing,
            both,
            System::nanoTime);
  }

  public static GateFixture of(String policies) {
    return of(policies, Recorder.NONE, List.of());
  }

  public static GateFixture of(
      String policies, Recorder recorder, List<EvidenceSource<?, ?>> sources) {
    return new GateFixture(set(policies), recorder, sources);
  }

  /** The policies in {@code text}, as the first set in force. */
  public static PolicySet set(String text) {
    Loaded loaded =
        new PolicyLoader(
                Checks.all(),
                InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z")),
                Duration.ofDays(366),
                TrustRoot::new)
            .load(List.of(new PolicyFile("test.yaml", text)));
    if (loaded.set().isEmpty()) {
      throw new IllegalArgumentException(loaded.problems().toString());
    }
    return loaded.set().get().as(1);
  }

  /** The review of creating the object in {@code yaml}. */
  public static ObjectNode review(String yaml) {
    Manifests manifests = new Manifests();
    manifests.read("test.yaml", yaml);
    if (!manifests.problems().isEmpty()) {
      throw new IllegalArgumentException(manifests.problems().toString());
    }
    return Reviews.create(manifests.objects().getFirst().object());
  }

  public static byte[] bytes(JsonNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** What {@code /validate} answers, as it stands on the wire. */
  public JsonNode validate(byte[] body) {
    return answer(
        admission
            .validate(Slice.of(body), Deadline.in(Duration.ofSeconds(20), System::nanoTime))
            .toCompletableFuture()
            .join());
  }

  public JsonNode validate(JsonNode review) {
    return validate(bytes(review));
  }

  /** The {@code response} of an answer. */
  public static JsonNode answer(Handled handled) {
    return switch (handled) {
      case Handled.Answered answered -> response(answered.decision().body());
      case Handled.Unanswerable none ->
          throw new AssertionError("no answer: " + none.doubt().tried());
    };
  }

  /** The {@code response} in the bytes of an AdmissionReview. */
  public static JsonNode response(byte[] body) {
    try {
      return Json.MAPPER.readTree(body).path("response");
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }
}
