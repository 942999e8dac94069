package dev.tidegate.evidence;

import org.jspecify.annotations.Nullable;

/**
 * Evidence that is at hand without waiting: informers, or the files that a command was given. May
 * also know some answers to questions that otherwise have to be fetched.
 *
 * @param <K> the kind of question
 * @param <T> the kind of answer
 */
public interface LiveEvidence<K extends EvidenceKey<T>, T> {
  /** The questions that it may answer. */
  Class<K> serves();

  /** The answer, at once; {@code null} when it is not known here. */
  @Nullable Evidence<T> peek(K key);
}
