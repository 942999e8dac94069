package dev.tidegate.policy;

/**
 * What an enforcing policy does about controllers; their pods are judged again when they are
 * created.
 */
public enum ForControllers {
  /** Warn whoever applies it. */
  WARN,
  /** Refuse the controller, too. */
  DENY
}
