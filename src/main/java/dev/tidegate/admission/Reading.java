package dev.tidegate.admission;

import dev.tidegate.model.Doubt;
import java.util.Objects;
import java.util.Optional;

/** What came of reading the bytes of a request. */
public sealed interface Reading {

  /** It is an AdmissionReview that can be answered. */
  record Understood(Review review) implements Reading {}

  /**
   * It is not. With a uid it is answered as "could not decide", without one it cannot be answered
   * as an AdmissionReview at all.
   *
   * @param uid {@code request.uid}, if it could be read
   * @param dryRun whether {@code request.dryRun} was read as true
   * @param doubt what is wrong with it
   */
  record Illegible(Optional<String> uid, boolean dryRun, Doubt doubt) implements Reading {
    public Illegible {
      Objects.requireNonNull(uid);
      Objects.requireNonNull(doubt);
    }
  }
}
