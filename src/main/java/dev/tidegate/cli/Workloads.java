package dev.tidegate.cli;

import dev.tidegate.engine.Ruling;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Owner;
import dev.tidegate.model.Subject;
import dev.tidegate.report.Judged;
import dev.tidegate.report.Row;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells of running pods by their workloads: a hundred equal replicas are one row. */
final class Workloads {
  private static final Comparator<ObjectName> ORDER =
      Comparator.comparing(ObjectName::namespace)
          .thenComparing(ObjectName::kind)
          .thenComparing(ObjectName::name);

  private Workloads() {}

  /** The workload that {@code pod} belongs to, or the pod itself. */
  static ObjectName named(Subject pod) {
    return pod.owner()
        .map(owner -> new ObjectName(group(owner), owner.kind(), pod.namespace(), owner.name()))
        .orElse(pod.object());
  }

  private static String group(Owner owner) {
    return switch (owner.kind()) {
      case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet" -> "apps";
      case "Job", "CronJob" -> "batch";
      case "Rollout" -> "argoproj.io";
      default -> "";
    };
  }

  private record Same(ObjectName object, List<Row> rows, List<Ruling> rulings) {}

  /**
   * {@code pods} with those of one workload that came out the same put together, in the order of
   * namespace, kind and name.
   */
  static List<Judged> together(List<Judged> pods) {
    Map<Same, Integer> counts = new LinkedHashMap<>();
    for (Judged pod : pods) {
      counts.merge(new Same(pod.object(), pod.rows(), pod.rulings()), 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .map(entry ->
            new Judged(
                entry.getKey().object(),
                "",
                entry.getValue(),
                entry.getKey().rows(),
                entry.getKey().rulings()))
        .sorted(Comparator.comparing(Judged::object, ORDER))
        .toList();
  }
}
