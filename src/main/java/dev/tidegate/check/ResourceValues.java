package dev.tidegate.check;

import dev.tidegate.model.Container;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the containers of one pod effectively ask for and may use, looked up once for all policies.
 */
final class ResourceValues {
  private final List<Container> containers = new ArrayList<>();
  private final @Nullable Quantity[][] values;

  /** The values of {@code pod} under {@code keys}. */
  ResourceValues(PodShape pod, List<ResourceKey> keys) {
    for (Container container : pod.containers()) {
      if (ResourceLimits.hasResources(container)) {
        containers.add(container);
      }
    }
    values = new Quantity[containers.size()][keys.size()];
    for (int i = 0; i < values.length; i++) {
      for (int k = 0; k < keys.size(); k++) {
        values[i][k] = keys.get(k).effective(containers.get(i).resources()).orElse(null);
      }
    }
  }

  /** The containers that may have requests and limits. */
  List<Container> containers() {
    return containers;
  }

  /** What the container at {@code place} has under {@code entry}; null if it is not set. */
  @Nullable Quantity at(int place, ResourcePlan.Entry entry) {
    return values[place][entry.place()];
  }
}
