package dev.tidegate.engine;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceStore;
import dev.tidegate.evidence.EvidenceStore.Wanted;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Doubt;
import java.time.Duration;
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
  private final Duration tagAge;
  private final Doubt whenMissing;
  private final Instant asked;
  private final Map<Wanted, Evidence<?>> answers = new HashMap<>();
  private final Set<Wanted> missing = new LinkedHashSet<>();

  /**
   * @param asked when the request came: ages are counted back from there, so that gathering anew
   *     satisfies them however long it took
   * @param now the moment of judging
   * @param tagAge how old an answer may be about what a tag points at
   * @param whenMissing the doubt that a missing answer leaves
   */
  Asking(EvidenceStore store, Instant asked, Instant now, Duration tagAge, Doubt whenMissing) {
    this.store = store;
    this.asked = asked;
    this.now = now;
    this.tagAge = tagAge;
    this.whenMissing = whenMissing;
  }

  @Override
  @SuppressWarnings(
      "unchecked") // the answer under a key of T is an Evidence of T: it was put there below
  public <T> Evidence<T> get(EvidenceKey<T> key) {
    return (Evidence<T>) answers.computeIfAbsent(new Wanted(key, Instant.MIN), this::ask);
  }

  @Override
  @SuppressWarnings("unchecked") // as above
  public <T> Evidence<T> asOf(EvidenceKey.Fetched<T> key, Duration age) {
    return (Evidence<T>) answers.computeIfAbsent(new Wanted(key, asked.minus(age)), this::ask);
  }

  private Evidence<?> ask(Wanted wanted) {
    Evidence<?> known = store.peek(wanted.key(), wanted.notBefore());
    if (known != null) {
      return known;
    }
    missing.add(wanted);
    return new Evidence.Unavailable<>(whenMissing);
  }

  @Override
  public Duration tagAge() {
    return tagAge;
  }

  @Override
  public Instant now() {
    return now;
  }

  /** What was asked and would have to be gathered, in the order of asking. */
  Set<Wanted> missing() {
    return missing;
  }
}
