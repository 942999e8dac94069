package dev.tidegate.admission;

import dev.tidegate.engine.Pin;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.PolicySet;
import java.util.List;

/**
 * From what was decided to what is answered.
 *
 * @param <A> the answers that can be given: in global audit mode {@link Answer.Admit} only, so that
 *     nothing there can write a refusal
 */
public sealed interface Answering<A extends Answer> permits Enforcing, GlobalAudit {
  /** The answer to a verdict. */
  A judged(Subject subject, Verdict verdict, String uid);

  /** The answer to the mutating call: {@code pins} as a patch, where anything may be changed. */
  A pinned(Subject subject, List<Pin> pins, String uid);

  /** The answer to a request that could not be judged at all. */
  A undecided(Undecided undecided, PolicySet policies, String uid);

  /** The answer to a request that is none of the gate's business. */
  A notJudged(String why);

  /** Whether nothing is ever refused. */
  boolean auditOnly();

  /**
   * A request that could not be judged at all.
   *
   * @param about the object, as far as known, for people: {@code Pod shop/web}, or {@code this
   *     request}
   * @param doubt why
   */
  record Undecided(String about, Doubt doubt) {
    /** Id under which this appears where checks are named. */
    public static final String CHECK = "bounds";
  }
}
