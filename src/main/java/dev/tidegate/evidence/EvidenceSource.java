package dev.tidegate.evidence;

import dev.tidegate.model.Deadline;
import java.util.Optional;

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
   * Asks. Runs on a virtual thread and may block, at most until the errand's budget. Trouble of the
   * other side is an {@link Evidence.Unavailable}, never an exception. The answer's {@code
   * obtained} is the moment at which asking began.
   */
  Evidence<T> obtain(K key, Errand errand) throws InterruptedException;

  /**
   * By which way {@code key} would be asked at the moment: which host, with which credential. What
   * was learnt by one way never answers by another. Quick, and without I/O.
   */
  default String access(K key) {
    return "";
  }

  /** What comes with one asking. */
  interface Errand {
    /** Until when it may take. */
    Deadline budget();

    /**
     * What was known of {@code key} before, of whatever age; for what the other side withdraws. May
     * read a file.
     */
    <U> Optional<U> before(EvidenceKey.Fetched<U> key);

    /** Something else came to light on the way; it is remembered like an answer to {@code key}. */
    <U> void alsoLearned(EvidenceKey.Fetched<U> key, Evidence<U> seen);
  }
}
