package dev.tidegate.evidence;

/** Whether a signature must be in a transparency log. */
public enum TransparencyLog {
  /** It must: one whose entry is missing or does not belong to it does not count. */
  REQUIRED,
  /** It need not; an entry that is there is verified all the same if the log's key is known. */
  NOT_REQUIRED
}
