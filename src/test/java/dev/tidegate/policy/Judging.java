package dev.tidegate.policy;

import dev.tidegate.check.Checks;
import dev.tidegate.engine.Gate;
import dev.tidegate.engine.Verdict;
import dev.tidegate.evidence.CveAllowList;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.ImageConfig;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.evidence.Passage;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.evidence.Unscanned;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Container;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Direction;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Operation;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Platform;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Requester;
import dev.tidegate.model.Resources;
import dev.tidegate.model.Role;
import dev.tidegate.model.SecurityContext;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.FakeScans;
import dev.tidegate.testkit.FakeSignatures;
import dev.tidegate.testkit.Predicates;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Judges pods by documents as they are written, with the real checks and the real engine. */
final class Judging {
  static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  private Judging() {}

  /** What {@code documents} make of {@code subject} at {@code now}. */
  static Verdict judge(String documents, Subject subject, Instant now, boolean reachable) {
    Loaded loaded =
        new PolicyLoader(
                Checks.all(), InstantSource.fixed(NOW), Duration.ofDays(90), TrustRoot::new)
            .load(files(documents));
    PolicySet set =
        loaded.set().orElseThrow(() -> new AssertionError(loaded.problems() + "\n" + documents));
    return new Gate(
            (check, defect) -> {
              throw defect;
            })
        .judge(subject, set, new World(now, reachable));
  }

  static final String ROOT =
      "{\"mediaType\": \"application/vnd.dev.sigstore.trustedroot+json;version=0.1\"}";

  /** The documents, and what they may name beside them. */
  static List<PolicyFile> files(String documents) {
    return Stream.concat(Stream.of(new PolicyFile("p.yaml", documents)), materials().stream())
        .toList();
  }

  /** What documents may name beside them. */
  static List<PolicyFile> materials() {
    return List.of(
        new PolicyFile("qa.pub", FakeSignatures.text("qa.pub")),
        new PolicyFile("release.pub", FakeSignatures.text("release.pub")),
        new PolicyFile("root.json", ROOT),
        new PolicyFile("root-of-a-log.json", ROOT + " ".repeat(20)),
        new PolicyFile("root-of-others.json", ROOT + " ".repeat(100)),
        new PolicyFile("security.pub", FakeSignatures.text("security.pub")));
  }

  static Verdict judge(String documents, Subject subject) {
    return judge(documents, subject, NOW, true);
  }

  /**
   * A namespace with {@code env: prod} and a NetworkPolicy that isolates the ingress of everything;
   * each workload was first seen a minute ago.
   */
  private record World(Instant now, boolean reachable) implements Facts {
    private static final NetworkPolicies POLICIES =
        new NetworkPolicies(
            List.of(
                new NetworkPolicy(
                    "ingress",
                    LabelSelector.EVERYTHING,
                    Set.of(Direction.INGRESS),
                    List.of(),
                    List.of())),
            List.of());

    @Override
    @SuppressWarnings("unchecked") // each key below is given the answer of its type
    public <T> Evidence<T> get(EvidenceKey<T> key) {
      if (!reachable) {
        return new Evidence.Unavailable<>(Doubt.of(Cause.UNREACHABLE, "the host is down"));
      }
      Object value =
          switch (key) {
            case EvidenceKey.NamespaceLabels labels -> Map.of("env", "prod");
            case EvidenceKey.Isolation isolation -> POLICIES;
            case EvidenceKey.IsolationNow isolation -> POLICIES;
            case EvidenceKey.FirstOwing first -> now.minusSeconds(60);
            case EvidenceKey.Resolution tag ->
                new PinnedImage(tag.tagged().repository(), Digest.parse(DIGEST));
            case EvidenceKey.Manifest(PinnedImage image) -> manifest(image);
            case EvidenceKey.Config(PinnedImage image) ->
                new ImageConfig(
                    Bytes.EMPTY, Bytes.EMPTY, Platform.parse("linux/amd64"), "1000:1000");
            case EvidenceKey.Signatures(PinnedImage image) -> signatures(image);
            case EvidenceKey.Proofs(var beside, var signer) ->
                FakeSignatures.proofs(beside, signer, now.minusSeconds(10));
            case EvidenceKey.Scan(PinnedImage image, ScanSource source)
                when image.in().path().equals("hub/web") ->
                new ScanState.NotCached(Optional.empty());
            case EvidenceKey.AdmittedUnscanned admitted ->
                new Unscanned(
                    now.minus(Duration.ofMinutes(30)),
                    now.plus(Duration.ofMinutes(30)),
                    "Pod web",
                    false);
            case EvidenceKey.Scan(PinnedImage image, ScanSource source) ->
                new ScanState.Reported(
                    FakeScans.report(
                            now.minus(Duration.ofDays(1)),
                            source == ScanSource.REPORT || image.digest().equals(CLEAN))
                        .after(FakeScans.of(now.minus(Duration.ofDays(4)))));
            case EvidenceKey.AttestedScan attested ->
                new ScanState.Reported(FakeScans.report(now.minus(Duration.ofDays(1)), true));
            case EvidenceKey.PassedBefore passed -> new Passage(now.minus(Duration.ofDays(5)));
            case EvidenceKey.ProjectAllowList list ->
                new CveAllowList(
                    list.project().equals("library") ? Set.of("CVE-2026-0001") : Set.of(),
                    Optional.empty());
            default -> throw new AssertionError("unexpected question " + key);
          };
      return new Evidence.Present<>((T) value, now);
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

  /** An index of one image, which nobody has signed; of two for redis. */
  private static ImageManifest manifest(PinnedImage image) {
    if (image.in().path().equals("library/redis")) {
      return new ImageManifest.Index(
          Bytes.EMPTY,
          "index",
          List.of(
              new ImageManifest.Child(CHILD, "image", Optional.of(Platform.parse("linux/amd64"))),
              new ImageManifest.Child(CLEAN, "image", Optional.of(Platform.parse("linux/arm64")))));
    }
    return new ImageManifest.Index(
        Bytes.EMPTY, "index", List.of(new ImageManifest.Child(CHILD, "image", Optional.empty())));
  }

  /**
   * What is named is signed by release, with an annotation, and attested by security and, with
   * provenance, by release; of its part release has attested a scan.
   */
  private static SignatureDocuments signatures(PinnedImage image) {
    return image.digest().equals(CHILD)
        ? FakeSignatures.beside(image, FakeSignatures.attestation("release", Predicates.VULN))
        : FakeSignatures.beside(
            image,
            FakeSignatures.signature("release", Map.of("env", "production")),
            FakeSignatures.attestation("release", Predicates.SLSA_1),
            FakeSignatures.attestation("security"));
  }

  /** An image in which nothing was found. */
  private static final Digest CLEAN = Digest.parse(DIGEST.replace('0', 'c'));

  private static final Digest CHILD = Digest.parse(DIGEST.replace('0', 'f'));

  /**
   * One container that runs as root, adds a capability, requests a little and limits memory to 2Gi.
   */
  static Container container(String image) {
    return new Container(
        "web",
        Role.MAIN,
        "spec.containers[0]",
        image,
        new SecurityContext(
            Optional.empty(), Optional.of(0L), Optional.empty(), Set.of("NET_ADMIN")),
        new Resources(
            Map.of("cpu", Quantity.parse("100m")), Map.of("memory", Quantity.parse("2Gi"))),
        List.of(),
        List.of("serve", "--all"));
  }

  static Subject subject(String kind, String namespace, String user, Container... containers) {
    return new Subject(
        new ObjectName(kind.equals("Pod") ? "" : "apps", kind, namespace, "web"),
        Optional.empty(),
        Operation.CREATE,
        new Requester(user, List.of()),
        new PodShape(
            Map.of("app", "web"),
            "spec",
            List.of(containers),
            new SecurityContext(Optional.of(true), Optional.empty(), Optional.empty(), Set.of()),
            Resources.NONE,
            false,
            Optional.of(false),
            false),
        Optional.empty(),
        false);
  }

  /** A pod of {@code nginx:1} in namespace {@code shop}, from alice. */
  static Subject pod() {
    return subject("Pod", "shop", "alice", container("docker.io/library/nginx:1"));
  }

  /** A pod of an image with a digest that says nothing about users. */
  static Subject silent() {
    Container web = container("docker.io/library/nginx@" + CHILD);
    Container silent =
        new Container(
            web.name(),
            web.role(),
            web.field(),
            web.image(),
            SecurityContext.NONE,
            web.resources(),
            List.of(),
            List.of());
    Subject pod = subject("Pod", "shop", "alice", silent);
    return new Subject(
        pod.object(),
        pod.owner(),
        pod.operation(),
        pod.requester(),
        new PodShape(
            Map.of(),
            "spec",
            List.of(silent),
            SecurityContext.NONE,
            Resources.NONE,
            false,
            Optional.empty(),
            false),
        Optional.empty(),
        false);
  }

  /** A policy document with this spec, in flow style without the outer braces. */
  static String policy(String spec) {
    return """
    apiVersion: tidegate.dev/v1alpha1
    kind: GatePolicy
    metadata: {name: p}
    spec: {%s}
    """
        .formatted(spec);
  }

  /** A policy that enforces nonRoot, and an exemption with this spec, in flow style. */
  static String exemption(String spec) {
    return policy("mode: enforce, checks: {nonRoot: {}}") + exemption("e", spec);
  }

  static String exemption(String name, String spec) {
    return """
    ---
    apiVersion: tidegate.dev/v1alpha1
    kind: Exemption
    metadata: {name: %s}
    spec: {%s, owner: o, reason: r, ticket: t}
    """
        .formatted(name, spec);
  }

  /** A deny list with this spec, in flow style. */
  static String denyList(String spec) {
    return """
    apiVersion: tidegate.dev/v1alpha1
    kind: DenyList
    metadata: {name: d}
    spec: {%s, reason: stolen, owner: security}
    """
        .formatted(spec);
  }
}
