package dev.tidegate.engine;

import dev.tidegate.model.Finding;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Exemption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is left of an outcome once exemptions are taken into account. Each finding needs one
 * exemption that covers all of it. Doubts are never exempted: nobody gave permission for what
 * nobody knows.
 */
record Exemptions(Outcome outcome, List<Ruling.Exempted> exempted) {

  static Exemptions apply(
      List<Exemption> exemptions, String check, Outcome outcome, Subject subject, Instant now) {
    if (!(outcome instanceof Outcome.Fail fail) || exemptions.isEmpty()) {
      return new Exemptions(outcome, List.of());
    }
    List<Finding> left = new ArrayList<>();
    List<Ruling.Exempted> exempted = new ArrayList<>();
    for (Finding finding : fail.findings()) {
      Optional<Exemption> by =
          exemptions.stream()
              .filter(exemption -> exemption.covers(check, finding, subject, now))
              .findFirst();
      if (by.isPresent()) {
        exempted.add(new Ruling.Exempted(finding, by.get().name()));
      } else {
        left.add(finding);
      }
    }
    return new Exemptions(
        exempted.isEmpty() ? outcome : Outcome.of(left, fail.doubts()), List.copyOf(exempted));
  }
}
