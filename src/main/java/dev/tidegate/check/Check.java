package dev.tidegate.check;

import dev.tidegate.document.Field;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;

/**
 * One demand on pods. Stateless and pure: no clock, no thread, no I/O; all that it needs to know it
 * asks {@code facts}.
 *
 * @param <P> its parameters: a record, which is the shape of its block in a policy
 */
public interface Check<P extends Record> {
  /** What it is. */
  CheckDescriptor descriptor();

  /** The record of its parameters; each component carries {@link Field}. */
  Class<P> parameters();

  /** Judges all containers of {@code subject} at once. */
  Outcome evaluate(Subject subject, P parameters, Facts facts);
}
