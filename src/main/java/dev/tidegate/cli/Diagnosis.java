package dev.tidegate.cli;

import dev.tidegate.model.PlainText;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * How one thing stands.
 *
 * @param subject what was looked at, {@code credentials}
 * @param state how it stands
 * @param what what was seen, or why nothing was; on one line, never a secret
 * @param repair the command, or the field of a file, that puts it right
 */
record Diagnosis(String subject, State state, String what, Optional<String> repair) {
  private static final int LONGEST = 1_500;

  /** How a thing stands. */
  enum State {
    OK,
    /** It works, but not for long, or not as well as it could. */
    WARNING,
    /** It does not work. */
    WRONG,
    /** It was not looked at. */
    SKIPPED;

    /** As it is written. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Diagnosis {
    subject = PlainText.of(subject, LONGEST);
    Objects.requireNonNull(state);
    what = PlainText.of(what, LONGEST);
    repair = repair.map(text -> PlainText.of(text, LONGEST));
    if (state == State.WRONG && repair.isEmpty()) {
      throw new IllegalArgumentException("nobody is told how to repair: " + subject);
    }
  }
}
