package dev.tidegate.check;

import dev.tidegate.model.Container;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a pod as a whole asks for or may use, computed as scheduler and kubelet do (KEP-753, and
 * KEP-2837 for pod-level resources).
 *
 * <p>Main containers run together with all sidecars. An init container runs alone with the sidecars
 * before it, so its share counts only where that is more than what runs later.
 *
 * @param amount the total; 0 when nobody says anything
 * @param unbounded names of the containers that make the total boundless
 */
record ResourceTotals(Quantity amount, List<String> unbounded) {
  private static final Quantity NOTHING = Quantity.parse("0");

  ResourceTotals {
    unbounded = List.copyOf(unbounded);
  }

  /** The total of {@code key} in {@code pod}. */
  static ResourceTotals of(ResourceKey key, PodShape pod) {
    if (key.podLevel()) {
      Optional<Quantity> whole = key.written(pod.resources());
      if (whole.isPresent()) {
        return new ResourceTotals(whole.get(), List.of());
      }
    }
    Quantity together = NOTHING;
    Quantity sidecars = NOTHING;
    Quantity starting = NOTHING;
    List<String> unbounded = new ArrayList<>();
    for (Container container : pod.containers()) {
      if (!ResourceLimits.hasResources(container)) {
        continue;
      }
      Optional<Quantity> said = key.effective(container.resources());
      if (said.isEmpty() && key.boundless()) {
        unbounded.add(container.name());
      }
      Quantity own = said.orElse(NOTHING);
      if (container.role() == Role.INIT) {
        starting = greater(starting, sidecars.plus(own));
        continue;
      }
      together = together.plus(own);
      if (container.role() == Role.SIDECAR) {
        sidecars = sidecars.plus(own);
      }
    }
    Quantity total = greater(together, starting);
    // A pod-level limit is the pod's request where no container asks for anything.
    if (total.signum() == 0 && key.podLevel()) {
      total = key.effective(pod.resources()).orElse(total);
    }
    return new ResourceTotals(total, unbounded);
  }

  private static Quantity greater(Quantity one, Quantity other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
