package dev.tidegate.check;

/** Of what of a multi-platform image a rule demands something. */
public enum Platforms {
  /** What the reference names: of an index, the index itself. */
  NAMED,
  /** That, and everything in the index that could run. */
  EACH
}
