package dev.tidegate.check;

import dev.tidegate.evidence.SignatureProofs.Proven;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Finds out whether those who have signed are a {@link Quorum}. Nobody counts twice: each name
 * takes one key or identity, and no two names the same one. Where expressions of several signers
 * match the same identities, that is a search; it is cut off after a number of steps, and then
 * there is no quorum.
 */
final class Assignment {
  private static final int MOST_STEPS = 20_000;

  private final Map<String, List<Proven>> candidates;
  private final Map<String, Proven> taken = new LinkedHashMap<>();
  private final Set<String> used = new HashSet<>();
  private int steps;

  private Assignment(Map<String, List<Proven>> candidates) {
    this.candidates = candidates;
  }

  /**
   * Who makes up {@code quorum}, by name.
   *
   * @param candidates what is proven of each name
   */
  static Optional<Map<String, Proven>> of(Quorum quorum, Map<String, List<Proven>> candidates) {
    Assignment assignment = new Assignment(candidates);
    return assignment.satisfied(quorum, () -> true)
        ? Optional.of(new LinkedHashMap<>(assignment.taken))
        : Optional.empty();
  }

  /** Whether {@code quorum} can be there and {@code rest} as well. */
  private boolean satisfied(Quorum quorum, BooleanSupplier rest) {
    if (++steps > MOST_STEPS) {
      return false;
    }
    return switch (quorum) {
      case Quorum.Named(String name) -> named(name, rest);
      case Quorum.Several several -> several(several, 0, several.atLeast(), rest);
    };
  }

  private boolean named(String name, BooleanSupplier rest) {
    for (Proven one : candidates.getOrDefault(name, List.of())) {
      if (used.add(one.signer())) {
        taken.put(name, one);
        if (rest.getAsBoolean()) {
          return true;
        }
        taken.remove(name);
        used.remove(one.signer());
      }
    }
    return false;
  }

  private boolean several(Quorum.Several of, int from, int missing, BooleanSupplier rest) {
    if (missing == 0) {
      return rest.getAsBoolean();
    }
    if (of.parts().size() - from < missing || !enough(of, from, missing)) {
      return false;
    }
    return satisfied(of.parts().get(from), () -> several(of, from + 1, missing - 1, rest))
        || several(of, from + 1, missing, rest);
  }

  /**
   * Whether there are as many distinct ones as parts are missing; spares most hopeless searches.
   */
  private boolean enough(Quorum.Several of, int from, int missing) {
    Set<String> distinct = new HashSet<>();
    for (Quorum part : of.parts().subList(from, of.parts().size())) {
      for (String name : part.names()) {
        candidates.getOrDefault(name, List.of()).forEach(one -> distinct.add(one.signer()));
        if (distinct.size() >= missing) {
          return true;
        }
      }
    }
    return false;
  }
}
