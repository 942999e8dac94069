package dev.tidegate.policy;

/** What a policy does about what it finds. */
public enum Mode {
  /** Refuse. */
  ENFORCE,
  /** Let through with a warning to whoever applies. */
  WARN,
  /** Let through and only log. */
  AUDIT
}
