package dev.tidegate.engine;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceStore;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Doubt;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The facts of one judging: what the store has in memory, with a note of what was missing. The same
 * question gets the same answer throughout, so that two policies never judge two states of the
 * world.
 */
final class Asking implements Facts {
  private final EvidenceStore store;
  private final Instant now;
  private final Doubt whenMissing;
  private final Map<EvidenceKey<?>, Evidence<?>> answers = new HashMap<>();
  private final Set<EvidenceKey<?>> missing = new LinkedHashSet<>();

  /**
   * @param whenMissing the doubt that a missing answer leaves
   */
  Asking(EvidenceStore store, Instant now, Doubt whenMissing) {
    this.store = store;
    this.now = now;
    this.whenMissing = whenMissing;
  }

  @Override
  @SuppressWarnings(
      "unchecked") // the answer under a key of T is an Evidence of T: it was put there below
  public <T> Evidence<T> get(EvidenceKey<T> key) {
    return (Evidence<T>) answers.computeIfAbsent(key, this::ask);
  }

  private Evidence<?> ask(EvidenceKey<?> key) {
    Evidence<?> known = store.peek(key);
    if (known != null) {
      return known;
    }
    missing.add(key);
    return new Evidence.Unavailable<>(whenMissing);
  }

  @Override
  public Instant now() {
    return now;
  }

  /** What was asked and would have to be gathered, in the order of asking. */
  Set<EvidenceKey<?>> missing() {
    return missing;
  }
}
