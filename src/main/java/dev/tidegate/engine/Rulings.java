package dev.tidegate.engine;

import dev.tidegate.model.Subject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rulings of a verdict while they are being put together: what a check says to several policies
 * alike, with the same consequence, is one ruling.
 */
final class Rulings {
  private final List<Open> all = new ArrayList<>();

  /** A ruling that may still turn out to be other policies', too. */
  private static final class Open {
    private final Ruling ruling;
    private List<String> policies;

    Open(Ruling ruling) {
      this.ruling = ruling;
      this.policies = ruling.policies();
    }

    void alsoOf(List<String> others) {
      if (policies == ruling.policies()) {
        policies = new ArrayList<>(policies);
      }
      policies.addAll(others);
    }

    Ruling done() {
      return policies == ruling.policies() ? ruling : ruling.of(policies);
    }
  }

  /** Adds {@code ruling}. */
  void add(Ruling ruling) {
    Open alike = find(ruling);
    if (alike == null) {
      all.add(new Open(ruling));
    } else {
      alike.alsoOf(ruling.policies());
    }
  }

  /** Adds what {@code policies}, which deal alike with it, make of what a check said. */
  void add(
      String check, Plan.Deals deals, List<String> policies, Exemptions said, Subject subject) {
    Effect strict = FailureRules.strict(said.outcome(), deals.onUnknown());
    add(
        new Ruling(
            policies,
            deals.mode(),
            check,
            said.outcome(),
            said.exempted(),
            FailureRules.effect(strict, deals.mode(), deals.controllers(), subject),
            strict));
  }

  private @Nullable Open find(Ruling ruling) {
    for (Open one : all) {
      if (one.ruling.saysAs(ruling)) {
        return one;
      }
    }
    return null;
  }

  /** Whether there is none. */
  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Those that were added so far. */
  List<Ruling> toList() {
    List<Ruling> rulings = new ArrayList<>(all.size());
    for (Open one : all) {
      rulings.add(one.done());
    }
    return rulings;
  }
}
