package dev.tidegate.workload;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The kinds of objects that are judged, and where each keeps the pod that it makes. */
public final class Kinds {
  private static final Map<String, Set<String>> GROUPS =
      Map.of(
          "Pod", Set.of(""),
          "ReplicationController", Set.of(""),
          "PodTemplate", Set.of(""),
          "Deployment", Set.of("apps"),
          "ReplicaSet", Set.of("apps"),
          "StatefulSet", Set.of("apps"),
          "DaemonSet", Set.of("apps"),
          "Job", Set.of("batch"),
          "CronJob", Set.of("batch"),
          "Rollout", Set.of("argoproj.io"));

  private Kinds() {}

  /** Names of all kinds that are judged, sorted. */
  public static Set<String> names() {
    return new TreeSet<>(GROUPS.keySet());
  }

  /** Whether objects of {@code kind} in API group {@code group} are judged. */
  public static boolean judged(String group, String kind) {
    return GROUPS.getOrDefault(kind, Set.of()).contains(group);
  }

  /** Path of the pod spec in an object of {@code kind}. */
  static String specField(String kind) {
    return switch (kind) {
      case "Pod" -> "spec";
      case "CronJob" -> "spec.jobTemplate.spec.template.spec";
      case "PodTemplate" -> "template.spec";
      default -> "spec.template.spec";
    };
  }

  /** The API group in {@code apiVersion}: {@code apps} of {@code apps/v1}, empty of {@code v1}. */
  public static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }
}
