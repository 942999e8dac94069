package dev.tidegate.model;

import java.util.List;

/**
 * What one check says about one subject, all containers together. "No" ({@link Fail}) and "don't
 * know" ({@link Unknown}) are different types, and a failure may have doubts beside it.
 */
public sealed interface Outcome {

  /**
   * Nothing is wrong.
   *
   * @param because what shows it
   * @param passed what is worth remembering of it, if the pod is let through
   */
  record Pass(List<Proof> because, List<Passed> passed) implements Outcome {
    public Pass {
      because = List.copyOf(because);
      passed = List.copyOf(passed);
    }

    /** Nothing is wrong, and nothing of it is worth remembering. */
    public Pass(List<Proof> because) {
      this(because, List.of());
    }
  }

  /** Something is wrong, whatever else could not be known. */
  record Fail(List<Finding> findings, List<Doubt> doubts) implements Outcome {
    public Fail {
      findings = List.copyOf(findings);
      doubts = List.copyOf(doubts);
      if (findings.isEmpty()) {
        throw new IllegalArgumentException("a failure names at least one finding");
      }
    }
  }

  /** Nothing is known to be wrong, but it could not be decided. */
  record Unknown(List<Doubt> doubts) implements Outcome {
    public Unknown {
      doubts = List.copyOf(doubts);
      if (doubts.isEmpty()) {
        throw new IllegalArgumentException("what is unknown names at least one doubt");
      }
    }
  }

  /** The check had nothing to judge. */
  record Skip(String why) implements Outcome {}

  /** A pass without explanation. */
  static Outcome pass() {
    return new Pass(List.of());
  }

  /** Unknown for one reason. */
  static Outcome unknown(Doubt doubt) {
    return new Unknown(List.of(doubt));
  }

  /**
   * The outcome of findings and doubts: a failure if there is any finding, else unknown if there is
   * any doubt.
   */
  static Outcome of(List<Finding> findings, List<Doubt> doubts) {
    if (!findings.isEmpty()) {
      return new Fail(findings, doubts);
    }
    return doubts.isEmpty() ? pass() : new Unknown(doubts);
  }
}
