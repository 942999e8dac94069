package dev.tidegate.evidence;

import dev.tidegate.model.Deadline;

/**
 * Where evidence of one kind comes from: a registry, a scanner, the API server.
 *
 * @param <K> the kind of question
 * @param <T> the kind of answer
 */
public interface EvidenceSource<K extends EvidenceKey.Fetched<T>, T> {
  /** The questions that it answers. */
  Class<K> serves();

  /**
   * Asks. Runs on a virtual thread and may block, at most until {@code budget}. Trouble of the
   * other side is an {@link Evidence.Unavailable}, never an exception.
   */
  Evidence<T> obtain(K key, Deadline budget) throws InterruptedException;
}
