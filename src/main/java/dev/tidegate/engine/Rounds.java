package dev.tidegate.engine;

import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceStore;
import dev.tidegate.evidence.EvidenceStore.Wanted;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Container;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.PolicySet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Judge, gather what was missing, judge again: gathering at most {@value #MOST} times, and with
 * what is there when the deadline comes. Work that missed the deadline goes on in the store, so
 * that the next try finds it done.
 */
public final class Rounds {
  /**
   * Most times that evidence is gathered from elsewhere; every check names all that it can before
   * it returns, so few need more than three.
   */
  public static final int MOST = 4;

  /** Most judgings, those between which only something was computed included. */
  private static final int MOST_JUDGINGS = 3 * MOST;

  /** A pod has fewer distinct images for good reasons; see the policy language, "Unknown". */
  private static final int MANY_IMAGES = 10;

  private static final Doubt NOT_GATHERED = Doubt.of(Cause.NOT_GATHERED, "not gathered yet");
  private static final Doubt TOO_LATE =
      Doubt.of(
          Cause.DEADLINE,
          "the time for an answer was over before all evidence was gathered; it is gathered on, try again");
  private static final Doubt TOO_MANY =
      Doubt.of(
          Cause.TOO_MANY_IMAGES,
          "the time for an answer was spent on more than "
              + MANY_IMAGES
              + " different images; they are looked at on, try again");
  private static final Doubt ENDLESS =
      Doubt.of(Cause.BUG, "evidence was still missing after it was gathered " + MOST + " times");

  private final Gate gate;
  private final Supplier<PolicySet> policies;
  private final EvidenceStore store;
  private final InstantSource clock;
  private final Duration tagAge;
  private final Executor executor;

  /**
   * @param policies the policies in force; asked once per subject, so that all its rounds see one
   *     set
   * @param clock the time of day, for ages and ends
   * @param tagAge how old an answer may be about what a tag points at
   * @param executor where judging goes on after gathering
   */
  public Rounds(
      Gate gate,
      Supplier<PolicySet> policies,
      EvidenceStore store,
      InstantSource clock,
      Duration tagAge,
      Executor executor) {
    this.gate = gate;
    this.policies = policies;
    this.store = store;
    this.clock = clock;
    this.tagAge = tagAge;
    this.executor = executor;
  }

  /** The verdict if nothing has to be gathered for it; never waits. */
  public Optional<Verdict> atOnce(Subject subject) {
    Instant now = clock.instant();
    Asking facts = new Asking(store, now, now, tagAge, NOT_GATHERED);
    Verdict verdict = gate.judge(subject, policies.get(), facts);
    return facts.missing().isEmpty() ? Optional.of(verdict) : Optional.empty();
  }

  /**
   * The verdict, with what could be gathered before {@code deadline}; never ends exceptionally but
   * by a defect.
   */
  public CompletionStage<Verdict> within(Subject subject, Deadline deadline) {
    return round(subject, policies.get(), clock.instant(), deadline, 1, 0);
  }

  private CompletionStage<Verdict> round(
      Subject subject,
      PolicySet set,
      Instant asked,
      Deadline deadline,
      int judging,
      int gatherings) {
    boolean late = deadline.passed();
    boolean last = judging == MOST_JUDGINGS;
    Doubt whenMissing = late ? tooLate(subject) : last ? ENDLESS : NOT_GATHERED;
    Asking facts = new Asking(store, asked, clock.instant(), tagAge, whenMissing);
    Verdict verdict = gate.judge(subject, set, facts).after(judging);
    if (last || late || facts.missing().isEmpty()) {
      return CompletableFuture.completedFuture(verdict);
    }
    // What is only computed costs nobody a call and is no round, also after the last one.
    boolean computed =
        facts.missing().stream().allMatch(wanted -> wanted.key() instanceof EvidenceKey.Derived);
    if (!computed && gatherings == MOST) {
      Asking ended = new Asking(store, asked, clock.instant(), tagAge, ENDLESS);
      return CompletableFuture.completedFuture(gate.judge(subject, set, ended).after(judging));
    }
    int next = computed ? gatherings : gatherings + 1;
    return gathered(facts.missing(), deadline)
        .thenComposeAsync(
            done -> round(subject, set, asked, deadline, judging + 1, next), executor);
  }

  private static Doubt tooLate(Subject subject) {
    return subject.pod().containers().stream().map(Container::image).distinct().count()
            > MANY_IMAGES
        ? TOO_MANY
        : TOO_LATE;
  }

  private CompletableFuture<Void> gathered(Set<Wanted> missing, Deadline deadline) {
    CompletableFuture<Void> gathering = store.gather(missing);
    // Ends this caller's own future; the flights behind it go on under their own budget.
    gathering.completeOnTimeout(
        null, Math.max(0, deadline.remaining().toNanos()), TimeUnit.NANOSECONDS);
    return gathering;
  }
}
