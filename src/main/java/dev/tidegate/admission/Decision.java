package dev.tidegate.admission;

import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.GlobalMode;
import java.time.Duration;
import java.util.Optional;

/**
 * A request and what was answered, for log and metrics.
 *
 * @param review the request; empty when not even that could be read
 * @param subject what was judged; empty when nothing was
 * @param verdict what was decided about it; empty when nothing was judged
 * @param answer what was answered
 * @param mode what the gate as a whole may do
 * @param requestId the request's uid, or one of our own
 * @param took from the body's arrival to the answer
 */
public record Decision(
    Optional<Review> review,
    Optional<Subject> subject,
    Optional<Verdict> verdict,
    Answer answer,
    GlobalMode mode,
    String requestId,
    Duration took) {
  /** Whether nothing will be stored, so that nothing may be recorded either. */
  public boolean dryRun() {
    return review.map(Review::dryRun).orElse(false);
  }
}
