package dev.tidegate.admission;

import dev.tidegate.engine.Rounds;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Subject;
import dev.tidegate.model.Ticker;
import dev.tidegate.policy.GlobalMode;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.Kinds;
import dev.tidegate.workload.WorkloadReader;
import dev.tidegate.workload.WorkloadReader.Read;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Answers admission reviews. Once a uid can be read there is an answer with it, whatever happens:
 * what cannot be read, is over a bound or meets a defect of ours could not be decided, and is never
 * let through by accident.
 */
public final class Admissions {
  private static final Set<String> JUDGED_SUB_RESOURCES =
      Set.of("", "ephemeralcontainers", "resize");

  private final Rounds rounds;
  private final Supplier<GlobalMode> mode;
  private final Decisions decisions;
  private final Consumer<RuntimeException> defects;
  private final Ticker ticker;

  /**
   * @param mode what the gate as a whole may do; asked once per request
   * @param decisions is told of every decision
   * @param defects is told of what went wrong inside, including in {@code decisions}
   */
  public Admissions(
      Rounds rounds,
      Supplier<GlobalMode> mode,
      Decisions decisions,
      Consumer<RuntimeException> defects,
      Ticker ticker) {
    this.rounds = rounds;
    this.mode = mode;
    this.decisions = decisions;
    this.defects = defects;
    this.ticker = ticker;
  }

  /** An answer as bytes, or that there is nobody to answer to. */
  public sealed interface Reply {
    /** An AdmissionReview for HTTP status 200. */
    record Json(byte[] body) implements Reply {}

    /** No uid could be read: HTTP status 400 with a sentence. */
    record NoUid(String why) implements Reply {}
  }

  /** Answers {@code body} before {@code deadline}; never ends exceptionally. */
  public CompletionStage<Reply> review(byte[] body, Deadline deadline) {
    long started = ticker.read();
    return switch (ReviewReader.read(body)) {
      case Review.Reading.Readable readable -> judge(readable.review(), deadline, started);
      case Review.Reading.Unreadable unreadable ->
          CompletableFuture.completedFuture(unjudged(unreadable.uid(), unreadable.why(), started));
    };
  }

  /**
   * Answers a request that is over a bound before it was judged.
   *
   * @param prefix the beginning of its body, for the uid
   * @param why as the words after "the request "
   */
  public Reply overBound(byte[] prefix, String why) {
    return unjudged(ReviewReader.uid(prefix), why, ticker.read());
  }

  private Reply unjudged(Optional<String> uid, String why, long started) {
    if (uid.isEmpty()) {
      return new Reply.NoUid("the request " + why);
    }
    GlobalMode now = mode.get();
    Answer answer = Answering.of(now).unjudged(why, uid.get());
    return reply(
        Optional.empty(), uid.get(), Optional.empty(), Optional.empty(), answer, now, started);
  }

  private CompletionStage<Reply> judge(Review review, Deadline deadline, long started) {
    GlobalMode now = mode.get();
    try {
      if (!judged(review)) {
        return done(
            review, new Answer.Admit(List.of(), notJudged(now, "not-judged")), now, started);
      }
      if (review.bad().isPresent()) {
        BadDocument bad = review.bad().get();
        return unjudged(
            review,
            (bad.isTooLarge() ? "is over a bound: " : "has an object that cannot be read: ")
                + bad.getMessage(),
            now,
            started);
      }
      return switch (review.object().orElse(null)) {
        case null -> unjudged(review, "has no object", now, started);
        case Read.NotAWorkload other ->
            unjudged(review, "has an object of another kind than it says", now, started);
        case Read.NothingToJudge nothing ->
            done(review, new Answer.Admit(List.of(), notJudged(now, nothing.why())), now, started);
        case Read.Workload workload -> judge(review, workload, deadline, now, started);
      };
    } catch (RuntimeException defect) {
      defects.accept(defect);
      return unjudged(review, "met a defect of the gate; its log says more", now, started);
    }
  }

  private CompletionStage<Reply> judge(
      Review review, Read.Workload workload, Deadline deadline, GlobalMode now, long started) {
    if (!workload.kind().equals(review.kind()) || !workload.group().equals(review.group())) {
      return unjudged(review, "has an object of another kind than it says", now, started);
    }
    Optional<Read.Workload> before =
        review.before().filter(Read.Workload.class::isInstance).map(Read.Workload.class::cast);
    Operation operation = review.operation().equals("UPDATE") ? Operation.UPDATE : Operation.CREATE;
    Subject subject =
        WorkloadReader.subject(
            workload,
            review.namespace(),
            review.name(),
            operation,
            review.requester(),
            operation == Operation.UPDATE ? before : Optional.empty());
    Optional<Verdict> atOnce = rounds.atOnce(subject);
    if (atOnce.isPresent()) {
      return CompletableFuture.completedFuture(
          answered(review, subject, atOnce.get(), now, started));
    }
    return rounds
        .within(subject, deadline)
        .thenApply(verdict -> answered(review, subject, verdict, now, started))
        .exceptionallyCompose(failure -> {
          defects.accept(new IllegalStateException("judging failed", failure));
          return unjudged(review, "met a defect of the gate; its log says more", now, started);
        });
  }

  private Reply answered(
      Review review, Subject subject, Verdict verdict, GlobalMode now, long started) {
    Answer answer = Answering.of(now).to(subject, verdict, review.uid());
    return reply(
        Optional.of(review),
        review.uid(),
        Optional.of(subject),
        Optional.of(verdict),
        answer,
        now,
        started);
  }

  /** CREATE and UPDATE of judged kinds; an operation that does not exist is judged, too. */
  private static boolean judged(Review review) {
    return Kinds.judged(review.group(), review.kind())
        && JUDGED_SUB_RESOURCES.contains(review.subResource())
        && !review.operation().equals("DELETE")
        && !review.operation().equals("CONNECT");
  }

  private static Map<String, String> notJudged(GlobalMode mode, String why) {
    return mode == GlobalMode.AUDIT
        ? Map.of("decision", "allow", "why", why, "global-mode", "audit")
        : Map.of("decision", "allow", "why", why);
  }

  private CompletionStage<Reply> unjudged(Review review, String why, GlobalMode now, long started) {
    return done(review, Answering.of(now).unjudged(why, review.uid()), now, started);
  }

  private CompletionStage<Reply> done(Review review, Answer answer, GlobalMode now, long started) {
    return CompletableFuture.completedFuture(
        reply(
            Optional.of(review),
            review.uid(),
            Optional.empty(),
            Optional.empty(),
            answer,
            now,
            started));
  }

  private Reply reply(
      Optional<Review> review,
      String uid,
      Optional<Subject> subject,
      Optional<Verdict> verdict,
      Answer answer,
      GlobalMode now,
      long started) {
    byte[] body = AnswerWriter.write(uid, answer);
    Duration took = Duration.ofNanos(ticker.read() - started);
    try {
      decisions.made(new Decision(review, subject, verdict, answer, now, uid, took));
    } catch (RuntimeException defect) {
      defects.accept(defect); // what is only told of a decision never changes it
    }
    return new Reply.Json(body);
  }
}
