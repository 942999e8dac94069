package dev.tidegate.policy;

/** What an enforcing policy does when a check could not be decided because of infrastructure. */
public enum OnUnknown {
  /** Refuse. */
  DENY,
  /**
   * Let through with a warning. Covers trouble of infrastructure only: what an author of a pod
   * could bring about is refused all the same.
   */
  ADMIT
}
