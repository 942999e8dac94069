package dev.tidegate.sigstore;

import dev.tidegate.evidence.SignatureProofs.Reason;

/** Why one document does not count. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final String why;

  /**
   * Does not count.
   *
   * @param why as the end of "does not count: "
   */
  Refused(Reason reason, String why) {
    super(why, null, false, false);
    this.reason = reason;
    this.why = why;
  }

  static Refused malformed(String why) {
    return new Refused(Reason.MALFORMED, why);
  }

  Reason reason() {
    return reason;
  }

  String why() {
    return why;
  }
}
