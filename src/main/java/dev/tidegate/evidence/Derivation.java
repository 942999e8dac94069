package dev.tidegate.evidence;

/**
 * Computes evidence of one kind from what the question carries. Pure, bounded in time and memory by
 * the bounds of its inputs; runs off the event loop.
 *
 * @param <K> the kind of question
 * @param <T> the kind of answer
 */
public interface Derivation<K extends EvidenceKey.Derived<T>, T> {
  /** The questions that it answers. */
  Class<K> serves();

  /** The answer. */
  T derive(K key);
}
