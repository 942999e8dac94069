package dev.tidegate.cli;

import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.model.NetworkPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The namespaces and network policies that subjects are judged with: those of the files given, or
 * those of a cluster.
 */
final class World {
  /**
   * Most names of policies of foreign kinds that are kept per namespace; one would do to decide.
   */
  private static final int MOST_UNREAD = 20;

  private final Map<String, Map<String, String>> namespaces = new HashMap<>();
  private final Map<String, List<NetworkPolicy>> policies = new HashMap<>();
  private final Map<String, List<String>> unread = new HashMap<>();
  private final List<String> unreadEverywhere = new ArrayList<>();

  /** There is a namespace {@code name} with {@code labels}. */
  void namespace(String name, Map<String, String> labels) {
    Map<String, String> all = new HashMap<>(namespaces.getOrDefault(name, Map.of()));
    all.putAll(labels);
    // The API server adds this label to every namespace and lets nobody change it.
    all.put("kubernetes.io/metadata.name", name);
    namespaces.put(name, Map.copyOf(all));
  }

  /** There is {@code policy} in {@code namespace}. */
  void policy(String namespace, NetworkPolicy policy) {
    policies.computeIfAbsent(namespace, none -> new ArrayList<>()).add(policy);
  }

  /** There is a policy of a foreign kind in {@code namespace}. */
  void unread(String namespace, String name) {
    keep(unread.computeIfAbsent(namespace, none -> new ArrayList<>()), name);
  }

  /** There is a policy of a foreign kind that may concern every namespace. */
  void unreadEverywhere(String name) {
    keep(unreadEverywhere, name);
  }

  private static void keep(List<String> names, String name) {
    if (names.size() < MOST_UNREAD) {
      names.add(name);
    }
  }

  /** Labels of all namespaces that are known. */
  Map<String, Map<String, String>> namespaces() {
    return Map.copyOf(namespaces);
  }

  /** The network policies that concern {@code namespace}. */
  NetworkPolicies isolation(String namespace) {
    return new NetworkPolicies(
            policies.getOrDefault(namespace, List.of()), unread.getOrDefault(namespace, List.of()))
        .alsoUnread(unreadEverywhere);
  }
}
