package dev.tidegate.document;

import dev.tidegate.model.PlainText;

/**
 * Something wrong in a policy document. All problems of a directory are reported together.
 *
 * @param severity whether the document can be used all the same
 * @param file the file, relative to the policy directory; empty when the directory is meant
 * @param line counted from 1; 0 when the file as a whole is meant
 * @param field path of the field, for instance {@code spec.checks.nonRoot.considerImageUser}; empty
 *     for the document
 * @param message what is wrong
 * @param fix what to write instead
 */
public record Problem(
    Severity severity, String file, int line, String field, String message, String fix) {
  public Problem {
    field = PlainText.of(field, 300);
    message = PlainText.of(message, 600);
    fix = PlainText.of(fix, 600);
  }

  /** Whether a document with this problem can be used. */
  public enum Severity {
    /** The whole set is refused; the last good one stays in force. */
    ERROR,
    /** The set is used; the document does less than it says, never more. */
    WARNING
  }

  /**
   * {@code baseline.yaml:12: spec.mode: "enfore" is not a mode. Fix: write one of enforce, warn,
   * audit.}
   */
  @Override
  public String toString() {
    return (file.isEmpty() ? "" : file + (line > 0 ? ":" + line : "") + ": ")
        + (field.isEmpty() ? "" : field + ": ")
        + message
        + (fix.isEmpty() ? "" : " Fix: " + fix);
  }
}
