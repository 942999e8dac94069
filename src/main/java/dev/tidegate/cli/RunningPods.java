package dev.tidegate.cli;

import dev.tidegate.model.Subject;
import java.util.List;

/**
 * What runs in a cluster at one moment.
 *
 * @param pods the pods that have not ended
 * @param world the namespaces and network policies
 */
record RunningPods(List<Subject> pods, World world) {
  RunningPods {
    pods = List.copyOf(pods);
  }
}
