package dev.tidegate.app;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.LiveEvidence;
import java.util.function.Function;

/**
 * Evidence of one kind that a function answers at once.
 *
 * @param answer its answers; null where it has none
 */
public record Given<K extends EvidenceKey<T>, T>(Class<K> serves, Function<K, Evidence<T>> answer)
    implements LiveEvidence<K, T> {
  @Override
  public Evidence<T> peek(K key) {
    return answer.apply(key);
  }
}
