package dev.tidegate.evidence;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Remembers evidence and gathers what is missing, once for all who ask at the same time. */
public interface EvidenceStore {
  /**
   * What is in memory, or what is live; {@code null} when it would have to be gathered. Takes
   * constant time, never loads, never blocks: safe on an event loop.
   */
  <T> @Nullable Evidence<T> peek(EvidenceKey<T> key);

  /**
   * Gathers {@code keys}; the future ends when each has an answer (an Unavailable is one), never
   * exceptionally. It is this caller's own: cancelling it ends no work that others may wait for.
   */
  CompletableFuture<Void> gather(Set<EvidenceKey<?>> keys);
}
