package dev.tidegate.policy;

/** What the gate as a whole may do, whatever its policies say. */
public enum GlobalMode {
  /** Policies decide. */
  ENFORCE,
  /**
   * Nothing is denied: everything is judged, answered with what would have happened, and let
   * through.
   */
  AUDIT
}
