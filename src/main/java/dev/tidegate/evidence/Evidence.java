package dev.tidegate.evidence;

import dev.tidegate.model.Doubt;
import java.time.Instant;
import java.util.Objects;

/** The three answers to a question: there it is, there is none, could not be known. */
public sealed interface Evidence<T> {

  /** There it is. */
  record Present<T>(T value, Instant obtained) implements Evidence<T> {
    public Present {
      Objects.requireNonNull(value);
      Objects.requireNonNull(obtained);
    }
  }

  /** It was looked for, and there is none. */
  record Absent<T>(Instant obtained) implements Evidence<T> {
    public Absent {
      Objects.requireNonNull(obtained);
    }
  }

  /** It could not be known. */
  record Unavailable<T>(Doubt doubt) implements Evidence<T> {
    public Unavailable {
      Objects.requireNonNull(doubt);
    }
  }
}
