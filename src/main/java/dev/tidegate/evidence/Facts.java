package dev.tidegate.evidence;

import java.time.Duration;
import java.time.Instant;

/** All that a check may know: answers from memory at once. */
public interface Facts {
  /** How old an answer may be that a denial rests on. */
  Duration RECENT = Duration.ofSeconds(2);

  /**
   * What is known about {@code key}. Never waits: what would have to be gathered first is noted and
   * answers {@link Evidence.Unavailable} with cause NOT_GATHERED; the check is asked again when it
   * is there. So a check asks for all that it can name before it returns.
   */
  <T> Evidence<T> get(EvidenceKey<T> key);

  /**
   * The same, but nothing that was obtained more than {@code age} before this request came. Where
   * asking anew has failed, that failure is the answer, even if something older is known.
   */
  <T> Evidence<T> asOf(EvidenceKey.Fetched<T> key, Duration age);

  /**
   * {@link #asOf} with {@link #RECENT}: before a denial rests on what is not there, it is looked
   * for once more, since people push first and sign after.
   */
  default <T> Evidence<T> recent(EvidenceKey.Fetched<T> key) {
    return asOf(key, RECENT);
  }

  /** How old an answer may be about what a tag points at; nothing (zero) unless configured. */
  Duration tagAge();

  /** The moment of judging: ages, ends and windows of validity are compared with it. */
  Instant now();
}
