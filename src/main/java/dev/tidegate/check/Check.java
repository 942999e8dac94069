package dev.tidegate.check;

import dev.tidegate.document.Field;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One demand on pods. Stateless and pure: no clock, no thread, no I/O; all that it needs to know it
 * asks {@code facts}.
 *
 * @param <P> its parameters: a record, which is the shape of its block in a policy
 */
public interface Check<P extends Record> {
  /** What it is. */
  CheckDescriptor descriptor();

  /** The record of its parameters; each component carries {@link Field}. */
  Class<P> parameters();

  /** Judges all containers of {@code subject} at once. */
  Outcome evaluate(Subject subject, P parameters, Facts facts);

  /**
   * The same, for a check that also heeds what the other policies that apply say.
   *
   * @param all the parameters of every policy that applies and has this check, {@code parameters}
   *     among them
   */
  default Outcome evaluate(Subject subject, P parameters, List<P> all, Facts facts) {
    return evaluate(subject, parameters, facts);
  }

  /**
   * The same for all that is asked about one subject: for a check whose work is for the most part
   * the same whatever the parameters.
   *
   * @param asked parameters, each once; the same list for many subjects
   * @param all as above
   * @return an outcome for each of {@code asked}, in their order
   */
  default List<Outcome> evaluateEach(Subject subject, List<P> asked, List<P> all, Facts facts) {
    List<Outcome> said = new ArrayList<>(asked.size());
    for (P parameters : asked) {
      said.add(evaluate(subject, parameters, all, facts));
    }
    return said;
  }

  /** The parts of a pod that it reads with these parameters. */
  default Set<Input> inputs(P parameters) {
    return descriptor().inputs();
  }
}
