package dev.tidegate.store;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.Partial;
import dev.tidegate.evidence.Weighed;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered under one slot: the last whole answer, and what came of asking since then if
 * that gave none. A failed try never displaces an answer.
 *
 * @param usable there it is, or there is none
 * @param since an answer with parts missing, or why there is none
 */
record Entry(@Nullable Learned usable, @Nullable Learned since) {
  /** What an entry takes beside its values. */
  private static final int OVERHEAD = 400;

  /**
   * Something that came of asking.
   *
   * @param born reading of the ticker when asking began
   * @param end reading of the ticker from which on it is of no use
   */
  record Learned(Evidence<?> evidence, long born, long end) {}

  /** Whether parts of {@code evidence} are missing, or all of it. */
  static boolean incomplete(Evidence<?> evidence) {
    return switch (evidence) {
      case Evidence.Unavailable<?> unavailable -> true;
      case Evidence.Present<?>(Partial partial, var at) -> !partial.unread().isEmpty();
      case Evidence.Present<?> present -> false;
      case Evidence.Absent<?> absent -> false;
    };
  }

  /** This entry, or a new one, after {@code learned}. */
  static Entry after(@Nullable Entry before, Learned learned) {
    Learned usable = before == null ? null : before.usable();
    if (incomplete(learned.evidence())) {
      return new Entry(usable, learned);
    }
    // What was learnt on the way of something older must not displace what is newer.
    return before != null && usable != null && usable.born() - learned.born() > 0
        ? before
        : new Entry(learned, null);
  }

  /** Reading of the ticker from which on nothing of it is of use. */
  long end() {
    Learned answer = usable;
    Learned attempt = since;
    if (answer == null) {
      return attempt == null ? 0 : attempt.end();
    }
    return attempt == null || answer.end() - attempt.end() > 0 ? answer.end() : attempt.end();
  }

  /** About how many bytes it takes. */
  int weight() {
    return OVERHEAD + weight(usable) + weight(since);
  }

  static int weight(@Nullable Learned learned) {
    return learned != null
            && learned.evidence() instanceof Evidence.Present<?>(Weighed value, var at)
        ? value.weight()
        : 0;
  }
}
