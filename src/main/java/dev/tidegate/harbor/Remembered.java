package dev.tidegate.harbor;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import java.time.Instant;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the gate remembers, as reconciliation sees it. */
public interface Remembered {
  /** The questions that memory has an answer to and that are {@code meant}. */
  Set<EvidenceKey.Fetched<?>> known(Predicate<EvidenceKey.Fetched<?>> meant);

  /** Whether there is an answer in memory, or in the file under it, which is then taken over. */
  boolean knows(EvidenceKey.Fetched<?> key);

  /** What memory answers; {@code null} when that is nothing, or older than {@code notBefore}. */
  <T> @Nullable Evidence<T> peek(EvidenceKey<T> key, Instant notBefore);

  /** Looks again, as after a callback; returns when there are answers, or they take too long. */
  void look(Effects effects) throws InterruptedException;

  /**
   * All that a Harbor shows was compared with what is in memory and in the file under it. What is
   * in the file alone, and from before {@code moment}, may be about things that are gone.
   */
  void compared(String host, Instant moment);
}
