package dev.tidegate.check;

import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import java.util.Collection;

/**
 * Whether something is still on its way. What is known and only has to be found in the file or
 * verified must not be asked for anew meanwhile: a restart, a new key or a new policy would cost
 * calls to the registry.
 */
final class Pending {
  private Pending() {}

  /** Whether one of {@code doubts} is over as soon as what was noted has been gathered. */
  static boolean in(Collection<Doubt> doubts) {
    return doubts.stream().anyMatch(doubt -> doubt.cause() == Cause.NOT_GATHERED);
  }
}
