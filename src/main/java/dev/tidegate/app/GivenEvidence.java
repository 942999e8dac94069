package dev.tidegate.app;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Isolation;
import dev.tidegate.evidence.EvidenceKey.IsolationNow;
import dev.tidegate.evidence.EvidenceKey.NamespaceLabels;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.Manifest;
import dev.tidegate.workload.Manifests;
import dev.tidegate.workload.NetworkPolicyReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Namespaces and network policies that were given as files: there is no cluster to ask, so what is
 * not in them does not exist.
 */
final class GivenEvidence {
  /** Groups whose policies may isolate pods but are not interpreted. */
  private static final Set<String> UNREAD_GROUPS =
      Set.of("crd.projectcalico.org", "projectcalico.org", "cilium.io", "policy.networking.k8s.io");

  private final Instant read;
  private final String namespace;
  private final Map<String, Map<String, String>> namespaces;
  private final Map<String, List<NetworkPolicy>> policies = new HashMap<>();
  private final Map<String, List<String>> unread = new HashMap<>();
  private final List<String> unreadEverywhere = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /** By namespace, of those that have any; {@link #elsewhere} is the answer for all others. */
  private final Map<String, NetworkPolicies> isolation = new HashMap<>();

  private final NetworkPolicies elsewhere;

  private GivenEvidence(Manifests manifests, String namespace, Instant read) {
    this.read = read;
    this.namespace = namespace;
    this.namespaces = manifests.namespaces();
    manifests.objects().forEach(this::add);
    this.elsewhere = new NetworkPolicies(List.of(), unreadEverywhere);
    Stream.concat(policies.keySet().stream(), unread.keySet().stream())
        .distinct()
        .forEach(of -> isolation.put(of, together(of)));
  }

  /**
   * The evidence in {@code manifests}.
   *
   * @param namespace of objects that name none
   * @param read when they were read
   */
  public static GivenEvidence of(Manifests manifests, String namespace, Instant read) {
    return new GivenEvidence(
        Objects.requireNonNull(manifests),
        Objects.requireNonNull(namespace),
        Objects.requireNonNull(read));
  }

  private void add(Manifest manifest) {
    String in = manifest.namespace(namespace);
    if (manifest.kind().equals("NetworkPolicy") && manifest.group().equals("networking.k8s.io")) {
      try {
        policies
            .computeIfAbsent(in, first -> new ArrayList<>())
            .add(NetworkPolicyReader.read(manifest.object()));
      } catch (BadDocument bad) {
        problems.add(manifest.where() + ": " + bad.getMessage());
      }
    } else if (UNREAD_GROUPS.contains(manifest.group())) {
      String shown = manifest.kind() + " " + manifest.name();
      if (manifest.object().path("metadata").has("namespace")) {
        unread.computeIfAbsent(in, first -> new ArrayList<>()).add(shown);
      } else {
        unreadEverywhere.add(shown);
      }
    }
  }

  /** Network policies that could not be read, each with file, line and reason. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /** What the evidence store can answer with. */
  public List<LiveEvidence<?, ?>> live() {
    return List.of(
        new Given<>(NamespaceLabels.class, key -> labels(key.namespace())),
        new Given<>(Isolation.class, key -> isolation(key.namespace())),
        new Given<>(IsolationNow.class, key -> isolation(key.namespace())));
  }

  private Evidence<Map<String, String>> labels(String of) {
    Map<String, String> labels = namespaces.get(of);
    // Not "without labels": a policy for env=production would then silently not apply.
    return labels == null ? new Evidence.Absent<>(read) : new Evidence.Present<>(labels, read);
  }

  private Evidence<NetworkPolicies> isolation(String of) {
    return new Evidence.Present<>(isolation.getOrDefault(of, elsewhere), read);
  }

  private NetworkPolicies together(String of) {
    return new NetworkPolicies(
            policies.getOrDefault(of, List.of()), unread.getOrDefault(of, List.of()))
        .alsoUnread(unreadEverywhere);
  }
}
