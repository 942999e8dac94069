package dev.tidegate.evidence;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Remembers evidence and gathers what is missing, once for all who ask at the same time. */
public interface EvidenceStore {
  /**
   * What is in memory, or what is live; {@code null} when it would have to be gathered. Takes
   * constant time, never loads, never blocks: safe on an event loop.
   *
   * @param notBefore an answer that was obtained earlier is not of use. If asking since then has
   *     failed, the answer is that failure
   */
  <T> @Nullable Evidence<T> peek(EvidenceKey<T> key, Instant notBefore);

  /** What is in memory, of whatever age its lifetime allows. */
  default <T> @Nullable Evidence<T> peek(EvidenceKey<T> key) {
    return peek(key, Instant.MIN);
  }

  /**
   * Gathers {@code wanted}; the future ends when each has an answer (an Unavailable is one), never
   * exceptionally. It is this caller's own: cancelling it ends no work that others may wait for.
   */
  CompletableFuture<Void> gather(Set<Wanted> wanted);

  /**
   * A question, and how old its answer may be.
   *
   * @param notBefore the earliest moment of use; {@link Instant#MIN} when age does not matter
   */
  record Wanted(EvidenceKey<?> key, Instant notBefore) {
    public Wanted {
      Objects.requireNonNull(key);
      Objects.requireNonNull(notBefore);
    }
  }
}
