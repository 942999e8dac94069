package dev.tidegate.app;

import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.kubernetes.Replica;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the gate knows of the world around it.
 *
 * @param live answers at hand
 * @param sources what can be asked
 * @param synced whether answers at hand are complete
 * @param close ends following the cluster
 * @param replicas the other replicas of the gate, where they are followed
 */
record Surroundings(
    List<LiveEvidence<?, ?>> live,
    List<EvidenceSource<?, ?>> sources,
    BooleanSupplier synced,
    Runnable close,
    Optional<Supplier<List<Replica>>> replicas) {
  Surroundings {
    live = List.copyOf(live);
    sources = List.copyOf(sources);
  }

  /** Given objects and nothing else. */
  static Surroundings of(GivenEvidence given) {
    return new Surroundings(given.live(), List.of(), () -> true, () -> {}, Optional.empty());
  }
}
