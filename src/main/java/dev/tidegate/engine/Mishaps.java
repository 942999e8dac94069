package dev.tidegate.engine;

/**
 * Is told of defects that the engine turned into "could not decide", so that they reach log and
 * metric.
 */
@FunctionalInterface
public interface Mishaps {
  /** The check called {@code check} threw {@code defect}. */
  void inCheck(String check, RuntimeException defect);
}
