package dev.tidegate.app;

import dev.tidegate.engine.Gate;
import dev.tidegate.engine.Mishaps;
import dev.tidegate.engine.Rounds;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.model.Ticker;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.store.MemoryStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Puts the parts together that lead from a subject to its verdict. */
final class Assembly {
  /** Virtual threads: what waits for other machines waits on them. */
  private static final ExecutorService WAITING = Executors.newVirtualThreadPerTaskExecutor();

  private Assembly() {}

  /** Is told of defects inside the gate. */
  interface Defects {
    /** {@code where} threw {@code defect}; it became "could not decide". */
    void in(String where, RuntimeException defect);
  }

  /**
   * The way from a subject to its verdict.
   *
   * @param live evidence at hand, one per kind of question
   * @param sources where evidence is fetched, one per kind of question
   * @param tagAge how old an answer may be about what a tag points at
   * @param entries most answers remembered
   */
  static Rounds rounds(
      Supplier<PolicySet> policies,
      Collection<? extends LiveEvidence<?, ?>> live,
      Collection<? extends EvidenceSource<?, ?>> sources,
      int entries,
      InstantSource clock,
      Duration tagAge,
      Ticker ticker,
      Defects defects) {
    Mishaps mishaps = (check, defect) -> defects.in("check " + check, defect);
    MemoryStore store =
        new MemoryStore(
            live,
            sources,
            entries,
            WAITING,
            ticker,
            (key, defect) -> defects.in("source of " + key.getClass().getSimpleName(), defect));
    return new Rounds(new Gate(mishaps), policies, store, clock, tagAge, WAITING);
  }
}
