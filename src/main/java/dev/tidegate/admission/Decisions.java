package dev.tidegate.admission;

/** Is told of every decision after it was made. Whatever it does or throws, the decision stands. */
@FunctionalInterface
public interface Decisions {
  /** {@code decision} was made. */
  void made(Decision decision);
}
