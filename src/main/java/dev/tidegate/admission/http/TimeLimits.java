package dev.tidegate.admission.http;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How long an answer may take.
 *
 * @param fallback the timeout of callers that name none
 * @param reserve kept for answering, at least one second: the API server rounds its timeout up to
 *     whole seconds
 */
public record TimeLimits(Duration fallback, Duration reserve) {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  public TimeLimits {
    Objects.requireNonNull(fallback);
    if (reserve.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("the reserve for answering is at least one second");
    }
  }

  /**
   * The times of one call.
   *
   * @param judging how long evidence may be gathered and judged
   * @param answer when the answer must go out even if judging has not ended
   */
  record OfCall(Duration judging, Duration answer) {}

  /**
   * The times of a call with {@code timeout} in its query, which is kept within 1 and 30 seconds,
   * what Kubernetes allows; the fallback counts if it is absent or makes no sense.
   *
   * <p>Judging leaves the reserve. Where the timeout is shorter than twice the reserve it leaves
   * half of the timeout instead: a short deadline must still allow work. The answer goes out with
   * half of what is left.
   */
  OfCall of(@Nullable String timeout) {
    Duration asked = timeout == null ? fallback : GoDuration.parse(timeout).orElse(fallback);
    Duration whole =
        asked.compareTo(SHORTEST) < 0 ? SHORTEST : asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
    Duration half = whole.dividedBy(2);
    Duration kept = reserve.compareTo(half) < 0 ? reserve : half;
    return new OfCall(whole.minus(kept), whole.minus(kept.dividedBy(2)));
  }
}
