package dev.tidegate.engine;

/**
 * What a ruling does to the request, mildest first, so that the greatest of several is what
 * happens.
 */
public enum Effect {
  /** Nothing; at most a line in the log. */
  NONE,
  /** A warning to whoever applies. */
  WARN,
  /** Let through with a warning, to be judged again. */
  ADMIT_OWING,
  /** Refused because it could not be decided; nothing is known to be wrong. */
  REFUSE_UNDECIDED,
  /** Refused because something is wrong. */
  REFUSE;

  /** Whether the request is refused. */
  public boolean refuses() {
    return this == REFUSE || this == REFUSE_UNDECIDED;
  }
}
