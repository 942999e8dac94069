package dev.tidegate.cli;

import dev.tidegate.app.Given;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Evidence from the files that a command was given: all of it is at hand, and nothing can arrive
 * later, so that a tolerated time for what is missing is over.
 */
final class GivenEvidence {
  private final World world;
  private final Map<String, Map<String, String>> namespaces;

  /** By namespace: what pods are compared with is put together once for all of them. */
  private final Map<String, NetworkPolicies> isolation = new ConcurrentHashMap<>();

  private final Instant obtained;

  /**
   * @param world what there is, all of it
   * @param obtained when it was read
   */
  GivenEvidence(World world, Instant obtained) {
    this.world = world;
    this.namespaces = world.namespaces();
    this.obtained = obtained;
  }

  /** What is at hand, by kind of question. */
  List<LiveEvidence<?, ?>> live() {
    return List.of(
        new Given<>(EvidenceKey.NamespaceLabels.class, key -> labels(key.namespace())),
        new Given<>(
            EvidenceKey.Isolation.class,
            key -> new Evidence.Present<>(isolation(key.namespace()), obtained)),
        new Given<>(
            EvidenceKey.IsolationNow.class,
            key -> new Evidence.Present<>(isolation(key.namespace()), obtained)),
        new Given<>(
            EvidenceKey.FirstOwing.class, key -> new Evidence.Present<>(Instant.EPOCH, obtained)));
  }

  private NetworkPolicies isolation(String namespace) {
    return isolation.computeIfAbsent(namespace, world::isolation);
  }

  private Evidence<Map<String, String>> labels(String namespace) {
    Map<String, String> labels = namespaces.get(namespace);
    return labels == null
        ? new Evidence.Unavailable<>(
            Doubt.of(
                Cause.NOT_SYNCED,
                "the labels of namespace "
                    + namespace
                    + " are not known; add its Namespace manifest to the files, or say"
                    + " --namespace-label "
                    + namespace
                    + ":key=value"))
        : new Evidence.Present<>(labels, obtained);
  }
}
