package dev.tidegate.evidence;

/** A value that knows how much memory it takes, for stores that are bounded by weight. */
public interface Weighed {
  /** About how many bytes it takes. */
  int weight();
}
