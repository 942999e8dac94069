package dev.tidegate.evidence;

import java.time.Instant;

/** All that a check may know: answers from memory at once. */
public interface Facts {
  /**
   * What is known about {@code key}. Never waits: what would have to be gathered first is noted and
   * answers {@link Evidence.Unavailable} with cause NOT_GATHERED; the check is asked again when it
   * is there. So a check asks for all that it can name before it returns.
   */
  <T> Evidence<T> get(EvidenceKey<T> key);

  /** The moment of judging: ages, ends and windows of validity are compared with it. */
  Instant now();
}
