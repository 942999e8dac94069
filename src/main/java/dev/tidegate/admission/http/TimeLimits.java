package dev.tidegate.admission.http;

import dev.tidegate.model.Deadline;
import dev.tidegate.model.Ticker;
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

  /** The deadline of a call that may take {@code whole}. */
  Deadline deadline(Duration whole, Ticker ticker) {
    return Deadline.in(whole, reserve, ticker);
  }

  /** The moment by which the answer must go out even if judging has not ended: half the reserve. */
  Duration last(Duration whole) {
    Duration half = whole.dividedBy(2);
    Duration kept = reserve.compareTo(half) < 0 ? reserve : half;
    return whole.minus(kept.dividedBy(2));
  }

  /**
   * What a call with {@code timeout} in its query may take, kept within 1 and 30 seconds, which is
   * what Kubernetes allows; the fallback if it is absent or makes no sense.
   */
  Duration timeout(@Nullable String timeout) {
    Duration asked = timeout == null ? fallback : GoDuration.parse(timeout).orElse(fallback);
    return asked.compareTo(SHORTEST) < 0
        ? SHORTEST
        : asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
  }
}
