package dev.tidegate.admission;

import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Subject;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * One request and what it was answered, for those who keep records of it. Records are made after
 * the answer is settled and can never change it.
 *
 * @param uid of the request
 * @param review the request, if it could be read
 * @param subject what was judged, if anything was
 * @param verdict what was decided about {@code subject}
 * @param undecided why nothing could be judged
 * @param answer what was answered
 * @param auditOnly whether the gate was in global audit mode
 * @param dryRun whether nothing may be recorded
 * @param took from reading to answering, without the time on the wire
 */
public record Decision(
    String uid,
    Optional<Review> review,
    Optional<Subject> subject,
    Optional<Verdict> verdict,
    Optional<Answering.Undecided> undecided,
    Answer answer,
    boolean auditOnly,
    boolean dryRun,
    Duration took) {
  public Decision {
    Objects.requireNonNull(uid);
    Objects.requireNonNull(review);
    Objects.requireNonNull(subject);
    Objects.requireNonNull(verdict);
    Objects.requireNonNull(undecided);
    Objects.requireNonNull(answer);
    Objects.requireNonNull(took);
  }

  /**
   * Whether a pod was let through for good or for now, because of what policies said of it: no dry
   * run, and not since the gate lets everything through.
   */
  public boolean letsPodIn() {
    return !dryRun
        && !auditOnly
        && answer instanceof Answer.Admit
        && verdict.isPresent()
        && subject.map(Subject::isPod).orElse(false);
  }

  /** The answer as it goes out. */
  public byte[] body() {
    return AnswerWriter.write(uid, answer);
  }
}
