package dev.tidegate.cli;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceStore;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Evidence from what a command was given: all of it is at hand, and nothing can arrive later, so
 * that a tolerated time for what is missing is over.
 */
final class GivenEvidence implements EvidenceStore {
  private final World world;
  private final Instant obtained;

  /**
   * @param world what there is
   * @param obtained when it was read
   */
  GivenEvidence(World world, Instant obtained) {
    this.world = world;
    this.obtained = obtained;
  }

  @Override
  @SuppressWarnings("unchecked") // each key is answered by a value of its own type
  public <T> @Nullable Evidence<T> peek(EvidenceKey<T> key, Instant notBefore) {
    return (Evidence<T>) answer(key);
  }

  private @Nullable Evidence<?> answer(EvidenceKey<?> key) {
    return switch (key) {
      case EvidenceKey.NamespaceLabels of -> labels(of.namespace());
      case EvidenceKey.Isolation of ->
          new Evidence.Present<>(world.isolation(of.namespace()), obtained);
      case EvidenceKey.IsolationNow of ->
          new Evidence.Present<>(world.isolation(of.namespace()), obtained);
      case EvidenceKey.FirstOwing of -> new Evidence.Present<>(Instant.EPOCH, obtained);
      case EvidenceKey.Resolution tag -> null;
      case EvidenceKey.Manifest manifest -> null;
      case EvidenceKey.Config config -> null;
      case EvidenceKey.Signatures signatures -> null;
      case EvidenceKey.Scan scan -> null;
      case EvidenceKey.ProjectAllowList list -> null;
      case EvidenceKey.Derived<?> derived -> null;
    };
  }

  private Evidence<Map<String, String>> labels(String namespace) {
    Map<String, String> labels = world.namespaces().get(namespace);
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

  @Override
  public CompletableFuture<Void> gather(Set<Wanted> wanted) {
    return CompletableFuture.completedFuture(null); // there is nowhere else to ask
  }
}
