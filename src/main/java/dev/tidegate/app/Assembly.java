package dev.tidegate.app;

import dev.tidegate.check.ImageScan;
import dev.tidegate.engine.Gate;
import dev.tidegate.engine.Mishaps;
import dev.tidegate.engine.Rounds;
import dev.tidegate.evidence.Derivation;
import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.harbor.AttestedScans;
import dev.tidegate.harbor.Harbors;
import dev.tidegate.model.Ticker;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Hosts;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.registry.Registries;
import dev.tidegate.sigstore.ProofsDerivation;
import dev.tidegate.store.Archive;
import dev.tidegate.store.OwnMoments;
import dev.tidegate.store.StoreEvents;
import dev.tidegate.store.VerdictStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Puts the parts together that lead from a subject to its verdict. */
public final class Assembly {
  /** Virtual threads: what waits for other machines waits on them. */
  private static final ExecutorService WAITING = Executors.newVirtualThreadPerTaskExecutor();

  private Assembly() {}

  /** Is told of defects inside the gate. */
  public interface Defects {
    /** {@code where} threw {@code defect}; it became "could not decide". */
    void in(String where, RuntimeException defect);
  }

  /**
   * Where evidence comes from and how it is kept.
   *
   * @param live evidence at hand, one per kind of question
   * @param sources where evidence is fetched, one per kind of question
   * @param settings how much is kept and for how long
   * @param archive the file under the store
   * @param tagAge how old an answer may be about what a tag points at
   */
  public record Knowledge(
      Collection<? extends LiveEvidence<?, ?>> live,
      Collection<? extends EvidenceSource<?, ?>> sources,
      VerdictStore.Settings settings,
      Optional<Archive> archive,
      Duration tagAge) {}

  /**
   * The way from a subject to its verdict, and what it remembers.
   *
   * @param store to be closed when it is not needed any more
   */
  public record Engine(Rounds rounds, VerdictStore store) {}

  /** All evidence that comes from {@code hosts}, for {@code policies}: registries and Harbors. */
  public static List<EvidenceSource<?, ?>> sources(
      Hosts hosts, Exchanges exchanges, InstantSource clock, Supplier<PolicySet> policies) {
    List<EvidenceSource<?, ?>> sources =
        new ArrayList<>(Registries.sources(hosts, exchanges, clock));
    sources.addAll(Harbors.sources(hosts, exchanges, clock, () -> databaseAges(policies.get())));
    return List.copyOf(sources);
  }

  /** Whether a policy asks how old the data of Harbor's scanners is. */
  private static boolean databaseAges(PolicySet policies) {
    return policies.policies().stream()
        .flatMap(policy -> policy.checks().stream())
        .anyMatch(check ->
            check.parameters() instanceof ImageScan.Parameters scan
                && scan.source().source() == ScanSource.HARBOR
                && scan.maxDatabaseAge().isPresent());
  }

  /** All that is computed from other evidence. */
  private static List<Derivation<?, ?>> derivations(InstantSource clock) {
    return List.of(new ProofsDerivation(clock), new AttestedScans());
  }

  /** How evidence is written where it outlives the process. */
  public static List<EvidenceCodec<?, ?>> codecs() {
    List<EvidenceCodec<?, ?>> codecs = new ArrayList<>(Registries.codecs());
    codecs.addAll(Harbors.codecs());
    codecs.addAll(OwnMoments.codecs());
    return List.copyOf(codecs);
  }

  /** The engine that judges by {@code policies} and {@code knowledge}. */
  public static Engine engine(
      Supplier<PolicySet> policies,
      Knowledge knowledge,
      InstantSource clock,
      Ticker ticker,
      Defects defects) {
    Mishaps mishaps = (check, defect) -> defects.in("check " + check, defect);
    List<EvidenceSource<?, ?>> sources = new ArrayList<>(knowledge.sources());
    sources.addAll(OwnMoments.sources(clock));
    VerdictStore store =
        new VerdictStore(
            new VerdictStore.Origins(knowledge.live(), sources, derivations(clock)),
            knowledge.settings(),
            knowledge.archive(),
            WAITING,
            clock,
            ticker,
            new StoreEvents() {
              @Override
              public void defect(EvidenceKey<?> key, RuntimeException defect) {
                defects.in("evidence " + key.getClass().getSimpleName(), defect);
              }

              @Override
              public void file(FileEvent event, String detail) {
                // Who made the archive listens to it.
              }
            });
    return new Engine(
        new Rounds(new Gate(mishaps), policies, store, clock, knowledge.tagAge(), WAITING), store);
  }
}
