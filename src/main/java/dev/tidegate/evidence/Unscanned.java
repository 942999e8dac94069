package dev.tidegate.evidence;

import java.time.Instant;
import java.util.Objects;

/**
 * That pods of a namespace are let through with an image that has no scan yet.
 *
 * @param since when the first one was
 * @param until when no further ones are (exclusive), as was said to the first
 * @param workload which the first one belonged to, as {@code Subject.workload()} names it
 * @param told whether what came of it was told already
 */
public record Unscanned(Instant since, Instant until, String workload, boolean told) {
  public Unscanned {
    Objects.requireNonNull(since);
    Objects.requireNonNull(until);
    Objects.requireNonNull(workload);
  }
}
