package dev.tidegate.app;

import dev.tidegate.store.Archive;
import dev.tidegate.store.VerdictStore;
import java.util.Optional;

/** Numbers about what the gate remembers. */
final class StoreMetrics {
  private StoreMetrics() {}

  /** Shows them. */
  static void register(Metrics metrics, VerdictStore store, Optional<Archive> archive) {
    metrics.gauge("tidegate.store.entries", "Answers in memory", () -> store.stats().entries());
    metrics.gauge(
        "tidegate.store.bytes",
        "Evidence in memory, in bytes, about",
        () -> store.stats().weight());
    metrics.gauge(
        "tidegate.store.proofs",
        "Results of verification in memory",
        () -> store.stats().derived());
    metrics.gauge("tidegate.store.flights", "Questions being asked", () -> store.stats().flights());
    metrics.count("tidegate.store.hits", "Answers given from memory", () -> store.stats().hits());
    metrics.count(
        "tidegate.store.misses",
        "Questions that memory had no answer to",
        () -> store.stats().misses());
    metrics.count(
        "tidegate.store.renewed",
        "Answers renewed because of their age",
        () -> store.stats().renewed());
    archive.ifPresent(file -> {
      metrics.gauge(
          "tidegate.store.file.usable",
          "1 while evidence is remembered in the file",
          () -> file.usable() ? 1 : 0);
      metrics.count(
          "tidegate.store.file.found",
          "Answers found in the file",
          () -> store.stats().fromArchive());
      metrics.count("tidegate.store.file.dropped", "Records that were not written", file::dropped);
      metrics.count(
          "tidegate.store.file.refused",
          "Records that were not believed: damaged, or without a genuine seal",
          file::refused);
    });
  }
}
