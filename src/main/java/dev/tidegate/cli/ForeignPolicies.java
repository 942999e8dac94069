package dev.tidegate.cli;

import java.util.List;
import java.util.Optional;

/**
 * Kinds of policies that isolate pods but are not interpreted: where one exists, "no NetworkPolicy
 * selects this pod" would be too much said.
 *
 * @param group API group
 * @param plural resource name
 * @param kind kind
 * @param namespaced whether it concerns one namespace only
 */
record ForeignPolicies(String group, String plural, String kind, boolean namespaced) {
  /** All of them. */
  static final List<ForeignPolicies> ALL =
      List.of(
          new ForeignPolicies("crd.projectcalico.org", "networkpolicies", "NetworkPolicy", true),
          new ForeignPolicies(
              "crd.projectcalico.org", "globalnetworkpolicies", "GlobalNetworkPolicy", false),
          new ForeignPolicies("projectcalico.org", "networkpolicies", "NetworkPolicy", true),
          new ForeignPolicies(
              "projectcalico.org", "globalnetworkpolicies", "GlobalNetworkPolicy", false),
          new ForeignPolicies("cilium.io", "ciliumnetworkpolicies", "CiliumNetworkPolicy", true),
          new ForeignPolicies(
              "cilium.io",
              "ciliumclusterwidenetworkpolicies",
              "CiliumClusterwideNetworkPolicy",
              false),
          new ForeignPolicies(
              "policy.networking.k8s.io", "adminnetworkpolicies", "AdminNetworkPolicy", false),
          new ForeignPolicies(
              "policy.networking.k8s.io",
              "baselineadminnetworkpolicies",
              "BaselineAdminNetworkPolicy",
              false),
          new ForeignPolicies(
              "policy.networking.k8s.io", "clusternetworkpolicies", "ClusterNetworkPolicy", false));

  /** The one that objects of {@code kind} in {@code group} are. */
  static Optional<ForeignPolicies> of(String group, String kind) {
    return ALL.stream()
        .filter(foreign -> foreign.group.equals(group) && foreign.kind.equals(kind))
        .findFirst();
  }

  /** Adds an object of this kind to {@code world}. */
  void add(World world, String namespace, String name) {
    if (namespaced) {
      world.unread(namespace, kind + " " + name);
    } else {
      world.unreadEverywhere(kind + " " + name);
    }
  }
}
