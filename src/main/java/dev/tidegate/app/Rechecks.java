package dev.tidegate.app;

import dev.tidegate.admission.Decision;
import dev.tidegate.check.Checks;
import dev.tidegate.engine.Gate;
import dev.tidegate.engine.Rounds;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.AdmittedUnscanned;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.evidence.Unscanned;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Container;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Subject;
import dev.tidegate.model.Ticker;
import dev.tidegate.store.VerdictStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Images that were let through without a scan, because their proxy cache had not got them yet: they
 * are looked at until they are scanned, their scan is asked for, and what came of it is told once.
 * Since when an image is let through is not forgotten before it is scanned: what is forgotten would
 * be let through again and again. So when no more fit in, no further ones are let through.
 */
final class Rechecks implements LiveEvidence<AdmittedUnscanned, Unscanned> {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(30);

  /** How often something is looked at that was told already. */
  private static final Duration LATER = Duration.ofMinutes(10);

  /** How long it is looked at; the store remembers longer since when it is let through. */
  private static final Duration LOOKED_AT = Duration.ofDays(7);

  private static final Duration BUDGET = Duration.ofSeconds(10);
  private static final int MOST_AT_ONCE = 50;
  private static final int MOST_WORKLOADS = 10;
  private static final String CHECK = "imageScan";

  private final int most;
  private final Ticker ticker;
  private final Executor executor;
  private final Consumer<Result> results;
  private final Map<AdmittedUnscanned, Owed> owed = new HashMap<>();

  /** Whether the store's file was asked, which is in use only some time after the start. */
  private volatile boolean resumed;

  /** What came of an image. */
  enum Judged {
    /** It is scanned, and no policy refuses it. */
    PASSED,
    /** It is refused now: for what the scan found, because there is none in time, or at all. */
    REFUSED,
    /** The time is over, and it cannot be decided. */
    UNDECIDED
  }

  /**
   * What came of an image in a namespace.
   *
   * @param workloads the first that were let through with it, at most ten
   * @param since when the first was
   * @param problems what is wrong or not known, as texts of admissions say it
   */
  record Result(
      Judged judged,
      String namespace,
      PinnedImage image,
      List<String> workloads,
      Instant since,
      List<String> problems) {
    Result {
      workloads = List.copyOf(workloads);
      problems = List.copyOf(problems);
    }
  }

  /** Asks Harbor to scan an image that was not scanned yet. */
  @FunctionalInterface
  interface Scans {
    void ask(PinnedImage image) throws InterruptedException;
  }

  /** What judging again needs. */
  record Means(VerdictStore store, Rounds rounds, Scans scans) {}

  /**
   * @param until when it is let through no more
   * @param next when it is looked at
   * @param subject what is judged: the first pod, with the containers that have the image
   * @param open whether nothing was told yet
   */
  private record Owed(
      Instant since,
      Instant until,
      Instant next,
      Subject subject,
      Set<String> workloads,
      boolean open) {
    Owed next(Instant moment) {
      return new Owed(since, until, moment, subject, workloads, open);
    }

    Owed told() {
      return new Owed(since, until, next, subject, workloads, false);
    }

    Unscanned asKept() {
      return new Unscanned(since, until, workloads.iterator().next(), !open);
    }
  }

  /**
   * @param most images of namespaces that are remembered
   * @param executor where Harbor is asked, which takes time
   * @param results is told what came of each
   */
  Rechecks(int most, Ticker ticker, Executor executor, Consumer<Result> results) {
    this.most = most;
    this.ticker = ticker;
    this.executor = executor;
    this.results = results;
  }

  @Override
  public Class<AdmittedUnscanned> serves() {
    return AdmittedUnscanned.class;
  }

  @Override
  public synchronized @Nullable Evidence<Unscanned> peek(AdmittedUnscanned key) {
    Owed known = owed.get(key);
    if (known != null) {
      return new Evidence.Present<>(known.asKept(), known.since());
    }
    return owed.size() < most
        ? null // the store may remember it from before a restart
        : new Evidence.Unavailable<>(
            Doubt.of(Cause.OVERLOADED, "too many images wait for their first scan already"));
  }

  /** Takes note of what {@code decision} let through without a scan. */
  void note(Decision decision, VerdictStore store) {
    if (!decision.letsPodIn()) {
      return;
    }
    for (Ruling ruling : decision.verdict().orElseThrow().rulings()) {
      for (Finding finding : ruling.findings()) {
        finding
            .unscanned()
            .ifPresent(image ->
                open(
                    decision.subject().orElseThrow(),
                    finding,
                    image,
                    decision.verdict().orElseThrow().at(),
                    store));
      }
    }
  }

  private synchronized void open(
      Subject subject, Finding finding, PinnedImage image, Instant now, VerdictStore store) {
    AdmittedUnscanned key = new AdmittedUnscanned(subject.namespace(), image);
    Owed before = owed.get(key);
    if (before == null && owed.size() >= most) {
      return;
    }
    Instant until = finding.owingUntil().orElseThrow();
    Set<String> workloads = new LinkedHashSet<>(before == null ? Set.of() : before.workloads());
    if (workloads.size() < MOST_WORKLOADS) {
      workloads.add(subject.workload());
    }
    Instant since = before == null ? since(key, now, store) : before.since();
    owed.put(
        key,
        new Owed(
            since,
            before == null || until.isAfter(before.until()) ? until : before.until(),
            before == null ? now.plus(LOOK_EVERY) : before.next(),
            before == null ? about(subject, finding) : before.subject(),
            workloads,
            true));
    if (since.equals(now)) {
      store.remember(key, owed.get(key).asKept());
    }
  }

  private static Instant since(AdmittedUnscanned key, Instant now, VerdictStore store) {
    return store.peek(key) instanceof Evidence.Present<Unscanned>(Unscanned first, var at)
            && first.since().isBefore(now)
        ? first.since()
        : now;
  }

  /**
   * Takes up again what the store's file has from before a restart. Of its pods no more is known
   * than namespace, image and the first workload, so a pod with nothing else is judged.
   */
  private void resume(VerdictStore store, Instant now) {
    Optional<List<AdmittedUnscanned>> keys = store.kept(AdmittedUnscanned.class, most);
    for (AdmittedUnscanned key : keys.orElse(List.of())) {
      if (store.knows(key)
          && store.peek(key) instanceof Evidence.Present<Unscanned>(Unscanned kept, var at)
          && !(kept.told() && kept.since().plus(LOOKED_AT).isBefore(now))) {
        resume(key, kept, now);
      }
    }
    resumed = keys.isPresent();
  }

  private synchronized void resume(AdmittedUnscanned key, Unscanned kept, Instant now) {
    if (owed.size() < most) {
      owed.putIfAbsent(
          key,
          new Owed(
              kept.since(),
              kept.until(),
              now,
              SomePod.of(key.namespace(), kept.workload(), key.image()),
              Set.of(kept.workload()),
              !kept.told()));
    }
  }

  /** {@code subject} with nothing but the container that {@code finding} is about. */
  private static Subject about(Subject subject, Finding finding) {
    List<Container> meant =
        subject.pod().containers().stream()
            .filter(container -> container.owns(finding.field()))
            .toList();
    return subject.asCreated().with(meant);
  }

  /** How many images of namespaces are let through without a scan at the moment. */
  synchronized long open() {
    return owed.values().stream().filter(Owed::open).count();
  }

  /** Looks at what is due at {@code now}; ends when all of it was looked at. */
  CompletableFuture<Void> look(Means means, Instant now) {
    return resumed
        ? lookAtDue(means, now)
        : CompletableFuture.runAsync(() -> resume(means.store(), now), executor)
            .thenCompose(done -> lookAtDue(means, now));
  }

  private CompletableFuture<Void> lookAtDue(Means means, Instant now) {
    List<AdmittedUnscanned> due;
    synchronized (this) {
      owed.values().removeIf(one -> !one.open() && one.since().plus(LOOKED_AT).isBefore(now));
      due =
          owed.entrySet().stream()
              .filter(entry -> !now.isBefore(entry.getValue().next()))
              .limit(MOST_AT_ONCE)
              .map(Map.Entry::getKey)
              .toList();
      due.forEach(key -> owed.computeIfPresent(key, (same, one) -> one.next(next(one, now))));
    }
    return CompletableFuture.allOf(
        due.stream().map(key -> look(key, means, now)).toArray(CompletableFuture[]::new));
  }

  private static Instant next(Owed one, Instant now) {
    Instant usual = now.plus(one.open() ? LOOK_EVERY : LATER);
    return one.open() && now.isBefore(one.until()) && one.until().isBefore(usual)
        ? one.until()
        : usual;
  }

  private CompletableFuture<Void> look(AdmittedUnscanned key, Means means, Instant now) {
    Subject subject;
    synchronized (this) {
      Owed one = owed.get(key);
      if (one == null) {
        return CompletableFuture.completedFuture(null);
      }
      subject = one.subject();
    }
    return means
        .rounds()
        .within(subject, Deadline.in(BUDGET, ticker))
        .toCompletableFuture()
        .thenAcceptAsync(
            verdict -> {
              judged(key, verdict, means.store(), now);
              try {
                means.scans().ask(key.image());
              } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
              }
            },
            executor);
  }

  private void judged(AdmittedUnscanned key, Verdict verdict, VerdictStore store, Instant now) {
    List<Ruling> rulings = verdict.rulings().stream().filter(Rechecks::counts).toList();
    List<Finding> findings = rulings.stream().flatMap(one -> one.findings().stream()).toList();
    List<Doubt> doubts = rulings.stream().flatMap(one -> one.doubts().stream()).toList();
    boolean refused = findings.stream().anyMatch(finding -> finding.owingUntil().isEmpty());
    boolean waits = findings.stream().anyMatch(finding -> finding.unscanned().isPresent());
    // A report of before the cache has dropped the image is none that ends this.
    boolean scanned =
        store.peek(new Scan(key.image(), ScanSource.HARBOR))
            instanceof Evidence.Present<ScanState>(ScanState.Reported reported, var at);
    Optional<Judged> judged =
        refused
            ? Optional.of(Judged.REFUSED)
            : waits
                ? Optional.empty()
                : doubts.isEmpty() ? Optional.of(Judged.PASSED) : Optional.of(Judged.UNDECIDED);
    tell(
        key,
        judged,
        scanned,
        Stream.concat(findings.stream().map(Finding::problem), doubts.stream().map(Doubt::tried))
            .toList(),
        store,
        now);
  }

  /**
   * Whether {@code ruling} says what came of an image. Where it is not known which policies apply,
   * nothing has passed; nor has an image that may not be used at all, which scans are not asked
   * about.
   */
  private static boolean counts(Ruling ruling) {
    return ruling.check().equals(CHECK)
        || ruling.check().equals(Gate.SCOPE)
        || (ruling.effect().refuses() && gatesImages(ruling.check()));
  }

  /** Of what is no check, deny lists remain. */
  private static boolean gatesImages(String check) {
    return Checks.all().find(check).map(one -> one.descriptor().gatesImages()).orElse(true);
  }

  private void tell(
      AdmittedUnscanned key,
      Optional<Judged> judged,
      boolean scanned,
      List<String> problems,
      VerdictStore store,
      Instant now) {
    Owed one;
    synchronized (this) {
      one = owed.get(key);
      if (one == null
          || judged.isEmpty()
          // A scan that failed may be repeated, a Harbor that fails may come back: until then.
          || (judged.get() == Judged.UNDECIDED && now.isBefore(one.until()))) {
        return;
      }
      boolean over = judged.get() == Judged.PASSED || scanned;
      if (over) {
        owed.remove(key);
        store.forget(key);
      } else {
        owed.put(key, one.told());
        store.remember(key, one.told().asKept());
      }
      if (!one.open() && !over) {
        return; // told already
      }
    }
    results.accept(
        new Result(
            judged.get(),
            key.namespace(),
            key.image(),
            List.copyOf(one.workloads()),
            one.since(),
            problems));
  }
}
