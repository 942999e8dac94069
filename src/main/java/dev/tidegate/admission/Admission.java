package dev.tidegate.admission;

import dev.tidegate.engine.Rounds;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Subject;
import dev.tidegate.model.Ticker;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.Kinds;
import dev.tidegate.workload.WorkloadReader;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The way from the bytes of a request to its answer. Every request whose uid can be read gets one;
 * what goes wrong on the way, even by a defect of ours, is "could not decide", never "allowed".
 */
public final class Admission {
  /** Deepest JSON: an object of 100 levels in its envelope. */
  private static final int DEEPEST = 102;

  /** What changes a pod's containers; other subresources cannot. */
  private static final Set<String> SUBRESOURCES = Set.of("", "ephemeralcontainers", "resize");

  private final ReviewReader reader = new ReviewReader(DEEPEST);
  private final Rounds rounds;
  private final Supplier<PolicySet> policies;
  private final Supplier<? extends Answering<? extends Answer>> answering;
  private final Recorder recorder;
  private final Ticker ticker;

  /**
   * @param policies those that {@code rounds} judges by
   * @param answering how to answer; asked once per request, so it may be switched at any time
   */
  public Admission(
      Rounds rounds,
      Supplier<PolicySet> policies,
      Supplier<? extends Answering<? extends Answer>> answering,
      Recorder recorder,
      Ticker ticker) {
    this.rounds = rounds;
    this.policies = policies;
    this.answering = answering;
    this.recorder = recorder;
    this.ticker = ticker;
  }

  /** Judges the AdmissionReview in {@code body}; never ends exceptionally. */
  public CompletionStage<Handled> validate(Slice body, Deadline deadline) {
    return handle(body, review -> judge(review, deadline));
  }

  /**
   * Answers the mutating call for the AdmissionReview in {@code body}: with a patch that adds
   * digests, where policies pin. It refuses nothing that it can read, and {@link #validate} relies
   * on nothing that was said here.
   */
  public CompletionStage<Handled> mutate(Slice body, Deadline deadline) {
    return handle(body, review -> pin(review, deadline));
  }

  /**
   * Answers a request that will not be read to its end.
   *
   * @param prefix as much of it as was read
   */
  public Handled cutShort(Slice prefix, Doubt doubt) {
    long start = ticker.read();
    Optional<String> uid = reader.uid(prefix);
    if (uid.isEmpty()) {
      return new Handled.Unanswerable(doubt);
    }
    return record(start, undecided(uid.get(), Optional.empty(), "this request", false, doubt));
  }

  private interface Step {
    CompletionStage<Settled> of(Review review);
  }

  /** A decision without the time that it took. */
  private record Settled(
      String uid,
      Optional<Review> review,
      Optional<Subject> subject,
      Optional<Verdict> verdict,
      Optional<Answering.Undecided> undecided,
      Answer answer,
      boolean auditOnly,
      boolean dryRun) {}

  private CompletionStage<Handled> handle(Slice body, Step step) {
    long start = ticker.read();
    return switch (reader.read(body)) {
      case Reading.Illegible illegible ->
          CompletableFuture.completedFuture(
              illegible.uid().isEmpty()
                  ? new Handled.Unanswerable(illegible.doubt())
                  : record(start, undecided(illegible.uid().get(), illegible)));
      case Reading.Understood understood -> guarded(start, understood.review(), step);
    };
  }

  private CompletionStage<Handled> guarded(long start, Review review, Step step) {
    CompletionStage<Settled> settling;
    try {
      settling = step.of(review);
    } catch (RuntimeException | StackOverflowError defect) {
      return CompletableFuture.completedFuture(record(start, broken(review, defect)));
    }
    return settling.handle(
        (settled, defect) -> record(start, settled != null ? settled : broken(review, defect)));
  }

  private Settled broken(Review review, Throwable defect) {
    recorder.defect("admission of " + review.name(), defect);
    return undecided(
        review, Doubt.of(Cause.BUG, "a defect of the gate stopped judging; its log says more"));
  }

  /** What a review is about: something to judge, or an answer at once. */
  private sealed interface About {
    record ToJudge(Subject subject) implements About {}

    record Answered(Settled settled) implements About {}
  }

  private CompletionStage<Settled> judge(Review review, Deadline deadline) {
    return switch (about(review)) {
      case About.Answered(Settled settled) -> done(settled);
      case About.ToJudge(Subject subject) ->
          verdict(subject, deadline).thenApply(verdict -> judged(review, subject, verdict));
    };
  }

  private CompletionStage<Settled> pin(Review review, Deadline deadline) {
    return switch (about(review)) {
      case About.Answered(Settled settled) -> done(settled);
      case About.ToJudge(Subject subject) when subject.isPod() ->
          verdict(subject.beforePinning(), deadline)
              .thenApply(verdict -> pinned(review, subject, verdict));
      case About.ToJudge other -> done(passed(review, "only pods are pinned"));
    };
  }

  private About about(Review review) {
    Operation operation;
    switch (review.operation()) {
      case "CREATE" -> operation = Operation.CREATE;
      case "UPDATE" -> operation = Operation.UPDATE;
      case "DELETE", "CONNECT" -> {
        return answered(passed(review, review.operation() + " is not judged"));
      }
      default -> {
        return answered(
            undecided(
                review,
                Doubt.of(
                    Cause.MALFORMED,
                    "the operation \"" + review.operation() + "\" is not known to the gate")));
      }
    }
    if (!Kinds.judged(review.name().group(), review.name().kind())
        || !SUBRESOURCES.contains(review.subResource())) {
      return answered(
          passed(
              review,
              review.resource()
                  + (review.subResource().isEmpty() ? "" : "/" + review.subResource())
                  + " is not judged"));
    }
    if (policies.get().generation() == 0) {
      return answered(
          undecided(
              review, Doubt.of(Cause.NOT_SYNCED, "the gate has not loaded its policies yet")));
    }
    return aboutWorkload(review, operation);
  }

  private static About answered(Settled settled) {
    return new About.Answered(settled);
  }

  private About aboutWorkload(Review review, Operation operation) {
    if (review.object().isEmpty()) {
      return answered(undecided(review, Doubt.of(Cause.MALFORMED, "the request has no object")));
    }
    WorkloadReader.Read read;
    try {
      read = review.object().get().read();
    } catch (BadDocument bad) {
      return answered(
          undecided(
              review,
              Doubt.of(
                  bad.isTooLarge() ? Cause.TOO_LARGE : Cause.MALFORMED,
                  "the object cannot be read: " + bad.getMessage())));
    }
    return switch (read) {
      case WorkloadReader.Read.NothingToJudge nothing -> answered(passed(review, nothing.why()));
      case WorkloadReader.Read.NotAWorkload other -> answered(anotherKind(review));
      case WorkloadReader.Read.Workload workload ->
          workload.kind().equals(review.name().kind())
                  && workload.group().equals(review.name().group())
              ? new About.ToJudge(subject(review, workload, operation))
              : answered(anotherKind(review));
    };
  }

  private Settled anotherKind(Review review) {
    return undecided(
        review,
        Doubt.of(Cause.MALFORMED, "the object is not the " + review.name().kind() + " it is for"));
  }

  private static Subject subject(
      Review review, WorkloadReader.Read.Workload workload, Operation operation) {
    return WorkloadReader.subject(
        workload,
        review.name().namespace(),
        review.name().name(),
        operation,
        review.requester(),
        operation == Operation.UPDATE ? before(review) : Optional.empty());
  }

  /**
   * The object as it is. Where it cannot be read everything counts as changed, so all is judged.
   */
  private static Optional<WorkloadReader.Read.Workload> before(Review review) {
    if (review.before().isEmpty()) {
      return Optional.empty();
    }
    try {
      return review.before().get().read() instanceof WorkloadReader.Read.Workload workload
          ? Optional.of(workload)
          : Optional.empty();
    } catch (BadDocument unreadable) {
      return Optional.empty();
    }
  }

  private CompletionStage<Verdict> verdict(Subject subject, Deadline deadline) {
    Optional<Verdict> atOnce = rounds.atOnce(subject);
    return atOnce.isPresent()
        ? CompletableFuture.completedFuture(atOnce.get())
        : rounds.within(subject, deadline);
  }

  /** Without the verdict: validation will reach it, and count it, once all is as it shall be. */
  private Settled pinned(Review review, Subject subject, Verdict verdict) {
    Answering<? extends Answer> way = answering.get();
    return new Settled(
        review.uid(),
        Optional.of(review),
        Optional.of(subject),
        Optional.empty(),
        Optional.empty(),
        way.pinned(subject, verdict.pins(), review.uid()),
        way.auditOnly(),
        review.dryRun());
  }

  private Settled judged(Review review, Subject subject, Verdict verdict) {
    Answering<? extends Answer> way = answering.get();
    return new Settled(
        review.uid(),
        Optional.of(review),
        Optional.of(subject),
        Optional.of(verdict),
        Optional.empty(),
        way.judged(subject, verdict, review.uid()),
        way.auditOnly(),
        review.dryRun());
  }

  private Settled passed(Review review, String why) {
    Answering<? extends Answer> way = answering.get();
    return new Settled(
        review.uid(),
        Optional.of(review),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        way.notJudged(why),
        way.auditOnly(),
        review.dryRun());
  }

  private Settled undecided(String uid, Reading.Illegible illegible) {
    return undecided(uid, Optional.empty(), "this request", illegible.dryRun(), illegible.doubt());
  }

  private Settled undecided(Review review, Doubt doubt) {
    return undecided(
        review.uid(), Optional.of(review), review.name().toString(), review.dryRun(), doubt);
  }

  private Settled undecided(
      String uid, Optional<Review> review, String about, boolean dryRun, Doubt doubt) {
    Answering.Undecided undecided = new Answering.Undecided(about, doubt);
    Answering<? extends Answer> way = answering.get();
    return new Settled(
        uid,
        review,
        Optional.empty(),
        Optional.empty(),
        Optional.of(undecided),
        way.undecided(undecided, policies.get(), uid),
        way.auditOnly(),
        dryRun);
  }

  private static CompletionStage<Settled> done(Settled settled) {
    return CompletableFuture.completedFuture(settled);
  }

  private Handled record(long start, Settled settled) {
    Decision decision =
        new Decision(
            settled.uid(),
            settled.review(),
            settled.subject(),
            settled.verdict(),
            settled.undecided(),
            settled.answer(),
            settled.auditOnly(),
            settled.dryRun(),
            Duration.ofNanos(ticker.read() - start));
    try {
      recorder.made(decision);
    } catch (RuntimeException defect) {
      recorder.defect("recording a decision", defect);
    }
    return new Handled.Answered(decision);
  }
}
