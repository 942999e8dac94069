package dev.tidegate.engine;

import dev.tidegate.check.Images;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Container;
import dev.tidegate.model.Role;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Mode;
import java.util.ArrayList;
import java.util.List;

/**
 * Which images get a digest. Those that a policy pins which does more than audit, that are new or
 * changed, and with which {@code imageReference} finds nothing wrong: what may not be used is left
 * as it is, so that validation names the true reason.
 */
final class Pins {
  private Pins() {}

  /** The pins of a subject to which a policy applies that pins. */
  static List<Pin> of(Subject subject, List<Ruling> rulings, Facts facts) {
    if (!subject.pinnedLater() || subject.mirror()) {
      return List.of();
    }
    List<Pin> pins = new ArrayList<>();
    for (Container container : subject.pod().containers()) {
      if (!subject.unchanged(container)
          && !refused(container, rulings)
          && Images.of(container, facts) instanceof Images.Content content
          && !content.byDigest()) {
        pins.add(
            new Pin(
                container.name(),
                container.field()
                    + (container.role() == Role.IMAGE_VOLUME ? ".image.reference" : ".image"),
                content.reference(),
                content.image(),
                content.staleSince()));
      }
    }
    return pins;
  }

  private static boolean refused(Container container, List<Ruling> rulings) {
    return rulings.stream()
        .filter(ruling -> ruling.mode() != Mode.AUDIT)
        .flatMap(ruling -> ruling.findings().stream())
        .anyMatch(finding -> finding.container().isPresent() && container.owns(finding.field()));
  }
}
