package dev.tidegate.engine;

import dev.tidegate.check.Images;
import dev.tidegate.model.Container;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.DenyList;
import dev.tidegate.policy.ForControllers;
import dev.tidegate.policy.Mode;
import dev.tidegate.policy.OnUnknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deny lists as rulings: decided from the image's text alone, before everything else, and without
 * exemptions.
 */
final class DenyLists {
  /** Id under which denials by a list appear. */
  static final String CHECK = "denyList";

  private static final Set<Input> INPUTS = Set.of(Input.IMAGES);

  private static final Plan.Deals DEALS =
      new Plan.Deals(Mode.ENFORCE, OnUnknown.DENY, ForControllers.WARN);

  private DenyLists() {}

  /** Adds a ruling for every list that has an image of {@code subject}. */
  static void judge(List<DenyList> lists, Subject subject, Rulings rulings) {
    if (lists.isEmpty() || !subject.changed(INPUTS)) {
      return;
    }
    for (DenyList list : lists) {
      List<Finding> findings = new ArrayList<>();
      for (Container container : subject.pod().containers()) {
        Images.legible(container)
            .filter(list::has)
            .ifPresent(image -> findings.add(finding(list, container, image)));
      }
      if (!findings.isEmpty()) {
        rulings.add(
            CHECK,
            DEALS,
            List.of(list.name()),
            new Exemptions(new Outcome.Fail(findings, List.of()), List.of()),
            subject);
      }
    }
  }

  private static Finding finding(DenyList list, Container container, ImageReference image) {
    Optional<String> digest = image.digest().map(Digest::toString);
    return Finding.in(
        container,
        field(container),
        Severity.CRITICAL,
        "image " + image + " may not run anywhere (" + list.reason() + ")",
        "use another image; ask "
            + list.owner()
            + " about deny list "
            + list.name()
            + digest
                .map(text -> ", which names " + text)
                .filter(text -> list.digests().contains(image.digest().orElseThrow()))
                .orElse(""));
  }

  private static String field(Container container) {
    return container.role().runs() ? "image" : "image.reference";
  }
}
