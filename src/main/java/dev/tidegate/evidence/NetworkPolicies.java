package dev.tidegate.evidence;

import dev.tidegate.model.NetworkPolicy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The network policies that concern the pods of one namespace. Immutable. */
public final class NetworkPolicies {
  /** Nothing there. */
  public static final NetworkPolicies NONE = new NetworkPolicies(List.of(), List.of());

  private final List<NetworkPolicy> policies;
  private final List<String> unread;
  private final PolicyIndex index;

  /**
   * The policies of a namespace.
   *
   * @param policies those of networking.k8s.io/v1
   * @param unread objects of other kinds (Calico, Cilium, admin network policies) that may isolate
   *     pods here but that this gate does not interpret, for people, as {@code kind name}; bounded
   *     by whoever reads them
   */
  public NetworkPolicies(List<NetworkPolicy> policies, List<String> unread) {
    this.policies = List.copyOf(policies);
    this.unread = List.copyOf(unread);
    this.index = new PolicyIndex(this.policies);
  }

  private NetworkPolicies(NetworkPolicies of, List<String> unread) {
    this.policies = of.policies;
    this.unread = List.copyOf(unread);
    this.index = of.index;
  }

  /** The same policies beside further objects that are not interpreted. */
  public NetworkPolicies alsoUnread(List<String> others) {
    if (others.isEmpty()) {
      return this;
    }
    return new NetworkPolicies(this, Stream.concat(unread.stream(), others.stream()).toList());
  }

  /** Those of networking.k8s.io/v1. */
  public List<NetworkPolicy> policies() {
    return policies;
  }

  /** Objects that may isolate pods here and are not interpreted, as {@code kind name}. */
  public List<String> unread() {
    return unread;
  }

  /** The policies that select a pod with {@code labels}, in their order. */
  public List<Selecting> selecting(Map<String, String> labels) {
    return index.selecting(labels);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NetworkPolicies those
        && policies.equals(those.policies)
        && unread.equals(those.unread);
  }

  @Override
  public int hashCode() {
    return Objects.hash(policies, unread);
  }

  /** For people who debug. */
  @Override
  public String toString() {
    return "NetworkPolicies[policies=" + policies + ", unread=" + unread + "]";
  }
}
