package dev.tidegate.evidence;

import dev.tidegate.model.NetworkPolicy;
import java.util.List;

/**
 * The network policies that concern the pods of one namespace.
 *
 * @param policies those of networking.k8s.io/v1
 * @param unread objects of other kinds (Calico, Cilium, admin network policies) that may isolate
 *     pods here but that this gate does not interpret, for people, as {@code kind name}; bounded by
 *     whoever reads them
 */
public record NetworkPolicies(List<NetworkPolicy> policies, List<String> unread) {
  /** Nothing there. */
  public static final NetworkPolicies NONE = new NetworkPolicies(List.of(), List.of());

  public NetworkPolicies {
    policies = List.copyOf(policies);
    unread = List.copyOf(unread);
  }
}
