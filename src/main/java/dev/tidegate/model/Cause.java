package dev.tidegate.model;

/**
 * Why something could not be known; decides which failure rule applies (policy language,
 * "Unknown").
 */
public enum Cause {
  /** Nobody has asked for it yet; an answer that the engine turns into a round of gathering. */
  NOT_GATHERED(Kind.INFRASTRUCTURE),
  /** The admission's deadline passed first. */
  DEADLINE(Kind.INFRASTRUCTURE),
  /** No connection to a configured host. */
  UNREACHABLE(Kind.INFRASTRUCTURE),
  /** A configured host told us to slow down. */
  THROTTLED(Kind.INFRASTRUCTURE),
  /** A configured host failed with an error of its own. */
  SERVER_ERROR(Kind.INFRASTRUCTURE),
  /** The local copy of the cluster's state is not complete yet. */
  NOT_SYNCED(Kind.INFRASTRUCTURE),
  /** The other side wants credentials that we do not have, or refuses ours. */
  UNAUTHENTICATED(Kind.INPUT),
  /** Our credentials do not allow it. */
  FORBIDDEN(Kind.INPUT),
  /** What was sent cannot be read. */
  MALFORMED(Kind.INPUT),
  /** What was sent is over a bound. */
  TOO_LARGE(Kind.INPUT),
  /**
   * Too much at once for this gate; anybody who can create pods can cause it, so it never opens the
   * gate.
   */
  OVERLOADED(Kind.INPUT),
  /** The registry or scanner is not one that the operator configured, so it is not asked. */
  NOT_CONFIGURED(Kind.INPUT),
  /** The deadline was spent on more distinct images than a pod has for good reasons. */
  TOO_MANY_IMAGES(Kind.INPUT),
  /**
   * Nobody has scanned it yet, or its scan came to nothing; whoever pushes an image can cause it,
   * so it never opens the gate.
   */
  NOT_SCANNED(Kind.INPUT),
  /** Rules exist that this gate does not interpret, so a "no" would be too much said. */
  INCOMPLETE(Kind.INCOMPLETE),
  /** A defect of ours. */
  BUG(Kind.INPUT);

  /** Which failure rule a cause falls under. */
  public enum Kind {
    /** Trouble of configured hosts or of our own: {@code onUnknown: admit} covers it. */
    INFRASTRUCTURE,
    /** What an author of a pod could bring about: never admitted by {@code onUnknown}. */
    INPUT,
    /** Input of the gate that it does not read: at most a warning. */
    INCOMPLETE
  }

  private final Kind kind;

  Cause(Kind kind) {
    this.kind = kind;
  }

  /** The failure rule that this cause falls under. */
  public Kind kind() {
    return kind;
  }
}
