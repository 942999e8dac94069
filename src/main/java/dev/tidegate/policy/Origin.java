package dev.tidegate.policy;

/**
 * Where a document stands.
 *
 * @param file name of the file, relative to the policy directory
 * @param line line at which the document starts, counted from 1
 */
public record Origin(String file, int line) {
  /** {@code baseline.yaml:12}. */
  @Override
  public String toString() {
    return file + ":" + line;
  }
}
