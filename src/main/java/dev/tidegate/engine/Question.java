package dev.tidegate.engine;

import dev.tidegate.check.Check;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * One check with all that the policies which apply ask of it: judged together, since the same check
 * with the same parameters says the same for every policy that has it.
 *
 * @param check what judges
 * @param inputs the parts of a pod that it reads with these parameters
 * @param asked parameters, each once
 * @param all the parameters of every policy that applies and has this check
 */
record Question<P extends Record>(Check<P> check, Set<Input> inputs, List<P> asked, List<P> all) {
  private static final Outcome UNCHANGED =
      new Outcome.Skip("nothing that this check reads was changed");
  private static final Outcome DEFECT =
      Outcome.unknown(
          Doubt.of(Cause.BUG, "a defect of the gate stopped this check; its log says more"));

  Question {
    asked = List.copyOf(asked);
    all = List.copyOf(all);
  }

  /** Id of the check. */
  String id() {
    return check.descriptor().id();
  }

  /**
   * What the check says, one outcome for each of {@code asked} in their order.
   *
   * @param open {@code subject} with the containers whose image may be used: only these are seen by
   *     checks that read images
   */
  List<Outcome> judge(Subject subject, Subject open, Facts facts, Mishaps mishaps) {
    if (!subject.changed(inputs)) {
      return Collections.nCopies(asked.size(), UNCHANGED);
    }
    Subject seen = inputs.contains(Input.IMAGES) ? open : subject;
    try {
      List<Outcome> said = check.evaluateEach(seen, asked, all, facts);
      if (said.size() != asked.size()) {
        throw new IllegalStateException(
            said.size() + " outcomes for " + asked.size() + " parameters");
      }
      return said;
    } catch (RuntimeException defect) {
      mishaps.inCheck(id(), defect);
      return asked.size() == 1 ? List.of(DEFECT) : oneByOne(seen, facts, mishaps);
    }
  }

  /** A defect with the parameters of one policy leaves the others as they are. */
  private List<Outcome> oneByOne(Subject seen, Facts facts, Mishaps mishaps) {
    List<Outcome> said = new ArrayList<>();
    for (P one : asked) {
      try {
        said.add(check.evaluate(seen, one, all, facts));
      } catch (RuntimeException defect) {
        mishaps.inCheck(id(), defect);
        said.add(DEFECT);
      }
    }
    return said;
  }
}
