package dev.tidegate.app;

import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Owner;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Requester;
import dev.tidegate.model.Subject;
import java.util.List;
import java.util.Optional;

/** A pod of which no more is known than its namespace, its workload and one of its images. */
final class SomePod {
  private SomePod() {}

  /**
   * The pod, as nobody creates it: what policies and exemptions ask of user, labels or containers
   * besides is not so.
   *
   * @param workload as {@link Subject#workload()} names it, {@code Deployment web}
   */
  static Subject of(String namespace, String workload, PinnedImage image) {
    int space = workload.indexOf(' ');
    Owner owner =
        space < 0
            ? new Owner("Pod", workload)
            : new Owner(workload.substring(0, space), workload.substring(space + 1));
    return new Subject(
        new ObjectName("", "Pod", namespace, owner.name()),
        Optional.of(owner),
        Operation.CREATE,
        new Requester("", List.of()),
        PodShape.of(owner.name(), image.toString()),
        Optional.empty(),
        false);
  }
}
