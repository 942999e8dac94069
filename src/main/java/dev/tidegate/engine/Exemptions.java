package dev.tidegate.engine;

import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Exemption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is left of an outcome once exemptions are taken into account. Each finding needs one
 * exemption that covers all of it. Doubts are never exempted: nobody gave permission for what
 * nobody knows. Where it is not known whether an exemption covers a finding, the finding stands,
 * with that doubt beside it.
 */
record Exemptions(Outcome outcome, List<Ruling.Exempted> exempted) {

  static Exemptions apply(
      List<Exemption> exemptions, String check, Outcome outcome, Subject subject, Facts facts) {
    if (!(outcome instanceof Outcome.Fail fail) || exemptions.isEmpty()) {
      return new Exemptions(outcome, List.of());
    }
    List<Finding> left = new ArrayList<>();
    List<Ruling.Exempted> exempted = new ArrayList<>();
    List<Doubt> doubts = new ArrayList<>(fail.doubts());
    for (Finding finding : fail.findings()) {
      Optional<String> by = Optional.empty();
      List<Doubt> unclear = new ArrayList<>();
      for (Exemption exemption : exemptions) {
        switch (exemption.covers(check, finding, subject, facts)) {
          case Exemption.Covers.Yes yes -> by = by.or(() -> Optional.of(exemption.name()));
          case Exemption.Covers.No no -> {}
          case Exemption.Covers.NotKnown(Doubt doubt) ->
              unclear.add(
                  new Doubt(
                      doubt.cause(),
                      "whether exemption " + exemption.name() + " covers it: " + doubt.tried(),
                      doubt.retryAt()));
        }
      }
      if (by.isPresent()) {
        exempted.add(new Ruling.Exempted(finding, by.get()));
      } else {
        // It is wrong unless somebody permitted it: a doubt about the permission opens nothing.
        left.add(finding);
        doubts.addAll(unclear);
      }
    }
    return new Exemptions(
        exempted.isEmpty() && doubts.size() == fail.doubts().size()
            ? outcome
            : Outcome.of(left, doubts),
        List.copyOf(exempted));
  }
}
