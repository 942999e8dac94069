package dev.tidegate.admission;

import dev.tidegate.model.Doubt;

/** What came of one request. */
public sealed interface Handled {
  /** It gets an AdmissionReview. */
  record Answered(Decision decision) implements Handled {}

  /** It has no uid that could be echoed, so it cannot get one. */
  record Unanswerable(Doubt doubt) implements Handled {}
}
