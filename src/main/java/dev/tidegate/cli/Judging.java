package dev.tidegate.cli;

import dev.tidegate.app.Assembly;
import dev.tidegate.engine.Rounds;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.harbor.GivenReports;
import dev.tidegate.harbor.TrivyReport;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Owner;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Subject;
import dev.tidegate.net.Calls;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.store.Archive;
import dev.tidegate.store.VerdictStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Judges subjects one after the other with the engine that the webhook has. */
final class Judging implements AutoCloseable {
  /** Time for one subject; registries that do not answer end it. */
  static final Duration LONGEST = Duration.ofSeconds(30);

  /** One run asks once what a tag points at. */
  private static final Duration ONCE = Duration.ofMinutes(10);

  private final Assembly.Engine engine;
  private final Outside outside;
  private final Environment environment;

  private Judging(
      PolicySet policies,
      World world,
      Instant at,
      Outside outside,
      List<TrivyReport> scans,
      Optional<Archive> archive,
      Invocation invocation) {
    this.environment = invocation.environment();
    this.outside = outside;
    List<LiveEvidence<?, ?>> live = new ArrayList<>(new GivenEvidence(world, at).live());
    live.add(new GivenReports(scans, this::config, at));
    this.engine =
        Assembly.engine(
            () -> policies,
            new Assembly.Knowledge(
                live, outside.sources(), VerdictStore.Settings.USUAL, archive, ONCE),
            environment.clock(),
            environment.ticker(),
            (where, defect) -> {
              invocation.err().println("tidegate: a defect stopped " + where);
              defect.printStackTrace(invocation.err());
            });
  }

  /**
   * Judges by {@code policies} what is in {@code world}.
   *
   * @param at when the world was read
   * @param hosts the file with the registries that may be asked; none without it
   * @param scans files with reports of scanners
   * @throws CommandFailure if a file cannot be used
   */
  static Judging of(
      PolicySet policies,
      World world,
      Instant at,
      @Nullable String hosts,
      List<String> scans,
      Invocation invocation)
      throws CommandFailure {
    return of(policies, world, at, hosts, scans, Optional.empty(), invocation);
  }

  /**
   * The same, with what a gate remembers.
   *
   * @param archive that; closed with this
   */
  static Judging of(
      PolicySet policies,
      World world,
      Instant at,
      @Nullable String hosts,
      List<String> scans,
      Optional<Archive> archive,
      Invocation invocation)
      throws CommandFailure {
    List<TrivyReport> reports = ScanFiles.read(scans, invocation);
    return new Judging(
        policies, world, at, Outside.of(hosts, policies, invocation), reports, archive, invocation);
  }

  /** The calls that were made, in the order of their answers. */
  Collection<Calls.Call> calls() {
    return outside.calls();
  }

  /** The engine, for whoever brings subjects of its own. */
  Rounds rounds() {
    return engine.rounds();
  }

  /** The verdict that the webhook would reach about the object itself. */
  Verdict asAdmitted(Subject subject) {
    return engine
        .rounds()
        .within(subject, Deadline.in(LONGEST, environment.ticker()))
        .toCompletableFuture()
        .join();
  }

  /**
   * The verdict on a controller as if its pods were created, and on a pod as it is. At admission a
   * controller is usually only warned about, because its pods are judged again; nobody would judge
   * them again after a run in CI. Policies that are for the controller's kind but not for pods
   * count as they would at admission.
   */
  Verdict asPods(Subject subject) {
    Verdict itself = asAdmitted(subject);
    if (subject.isPod()) {
      return itself;
    }
    Verdict pod = asAdmitted(podOf(subject));
    Set<String> forPods =
        pod.rulings().stream()
            .flatMap(ruling -> ruling.policies().stream())
            .collect(Collectors.toSet());
    List<Ruling> rulings = new ArrayList<>(pod.rulings());
    for (Ruling ruling : itself.rulings()) {
      List<String> others =
          ruling.policies().stream().filter(policy -> !forPods.contains(policy)).toList();
      if (!others.isEmpty()) {
        rulings.add(ruling.of(others));
      }
    }
    return new Verdict(
        pod.at(),
        pod.generation(),
        pod.fingerprint(),
        pod.uncovered() && itself.uncovered(),
        rulings,
        Math.max(pod.rounds(), itself.rounds()));
  }

  /** The digest of an image's configuration, by which reports name images that were not pushed. */
  private Optional<Digest> config(PinnedImage image) {
    return engine.store().peek(new EvidenceKey.Manifest(image))
            instanceof Evidence.Present<ImageManifest>(ImageManifest.Image manifest, var at)
        ? Optional.of(manifest.config())
        : Optional.empty();
  }

  /** What is known, for whoever shows it. */
  VerdictStore store() {
    return engine.store();
  }

  @Override
  public void close() {
    engine.store().close();
    outside.close();
  }

  private static Subject podOf(Subject controller) {
    ObjectName object = controller.object();
    return new Subject(
        new ObjectName("", "Pod", object.namespace(), object.name() + "-*"),
        Optional.of(new Owner(object.kind(), object.name())),
        controller.operation(),
        controller.requester(),
        controller.pod(),
        Optional.empty(),
        false);
  }
}
