package dev.tidegate.bench;

import dev.tidegate.check.Checks;
import dev.tidegate.engine.Gate;
import dev.tidegate.engine.Verdict;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Requester;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.PolicyLoader;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.report.DenialText;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.Manifest;
import dev.tidegate.workload.Manifests;
import dev.tidegate.workload.NetworkPolicyReader;
import dev.tidegate.workload.WorkloadReader;
import dev.tidegate.workload.WorkloadReader.Read;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The three steps of an admission on the input of {@link Scene}, each by itself. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Micro {
  private final Gate gate =
      new Gate((check, defect) -> {
        throw defect;
      });
  private byte[] object = {};
  private Optional<Scenery> scenery = Optional.empty();

  /** What is judged, by what, and a pod that is refused. */
  private record Scenery(
      Subject subject, PolicySet policies, Facts facts, Subject refused, Verdict refusal) {}

  /** Evidence that is all in memory. */
  private record Known(List<NetworkPolicy> policies, Instant now) implements Facts {
    @Override
    @SuppressWarnings("unchecked") // each key is answered by a value of its own type
    public <T> Evidence<T> get(EvidenceKey<T> key) {
      return (Evidence<T>)
          switch (key) {
            case EvidenceKey.NamespaceLabels labels ->
                new Evidence.Present<>(Map.of("env", "production"), now);
            case EvidenceKey.Isolation isolation ->
                new Evidence.Present<>(new NetworkPolicies(policies, List.of()), now);
            case EvidenceKey.IsolationNow isolation ->
                new Evidence.Present<>(new NetworkPolicies(policies, List.of()), now);
            case EvidenceKey.FirstOwing owing -> new Evidence.Absent<>(now);
            case EvidenceKey.Fetched<?> fetched -> new Evidence.Absent<>(now);
            case EvidenceKey.Derived<?> derived -> new Evidence.Absent<>(now);
          };
    }

    @Override
    public <T> Evidence<T> asOf(EvidenceKey.Fetched<T> key, Duration age) {
      return get(key);
    }

    @Override
    public Duration tagAge() {
      return Duration.ZERO;
    }
  }

  /** Reads policies and objects. */
  @Setup
  public void set() throws IOException, BadDocument {
    Path work = Files.createTempDirectory("tidegate-micro");
    Scene.write(work, work);
    Manifests cluster = new Manifests();
    cluster.read("cluster.yaml", Files.readString(work.resolve("cluster.yaml")));
    Files.delete(work.resolve("cluster.yaml"));
    List<NetworkPolicy> policies = new ArrayList<>();
    for (Manifest manifest : cluster.objects()) {
      if (manifest.kind().equals("NetworkPolicy")) {
        policies.add(NetworkPolicyReader.read(manifest.object()));
      }
    }
    PolicySet set =
        new PolicyLoader(Checks.all(), InstantSource.system(), Duration.ofDays(90), TrustRoot::new)
            .load(work)
            .set()
            .orElseThrow();
    Files.delete(work.resolve("policies.yaml"));
    Files.delete(work);
    object = json(Scene.pod());
    Facts facts = new Known(policies, InstantSource.system().instant());
    Subject refused = subject(json(Scene.pod().replace("app: web", "app: batch")));
    scenery =
        Optional.of(
            new Scenery(subject(object), set, facts, refused, gate.judge(refused, set, facts)));
  }

  private static byte[] json(String yaml) {
    Manifests manifests = new Manifests();
    manifests.read("pod.yaml", yaml);
    return manifests.objects().get(0).object().toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Subject subject(byte[] object) throws BadDocument {
    return WorkloadReader.subject(
        (Read.Workload) WorkloadReader.read(object),
        "shop",
        "web",
        Operation.CREATE,
        new Requester("alice", List.of()),
        Optional.empty());
  }

  /** From bytes to the pod. */
  @Benchmark
  public Read parse() throws BadDocument {
    return WorkloadReader.read(object);
  }

  /** All policies on a pod that passes. */
  @Benchmark
  public Verdict evaluate() {
    Scenery now = scenery.orElseThrow();
    return gate.judge(now.subject(), now.policies(), now.facts());
  }

  /** The text of a refusal by all policies. */
  @Benchmark
  public String render() {
    Scenery now = scenery.orElseThrow();
    return DenialText.message(now.refused(), now.refusal(), "6f1c");
  }
}
