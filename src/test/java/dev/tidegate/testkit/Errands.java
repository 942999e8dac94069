package dev.tidegate.testkit;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.model.Deadline;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** An errand that keeps what was learnt on the way. */
public record Errands(Deadline budget, Map<EvidenceKey<?>, Evidence<?>> learned)
    implements EvidenceSource.Errand {
  /** An errand that may take until {@code budget}. */
  public static Errands until(Deadline budget) {
    return new Errands(budget, new LinkedHashMap<>());
  }

  @Override
  public <U> Optional<U> before(EvidenceKey.Fetched<U> key) {
    return Optional.empty();
  }

  @Override
  public <U> void alsoLearned(EvidenceKey.Fetched<U> key, Evidence<U> seen) {
    learned.put(key, seen);
  }
}
