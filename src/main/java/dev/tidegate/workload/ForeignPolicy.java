package dev.tidegate.workload;

import dev.tidegate.model.PlainText;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A network policy of a kind that is not interpreted (Calico, Cilium, AdminNetworkPolicy): that it
 * exists is all that is known, so "no policy selects this pod" cannot be said where it holds.
 *
 * @param kind for instance {@code CiliumNetworkPolicy}
 * @param name its name
 * @param namespace the namespace in which it holds; empty when it holds in the whole cluster
 */
public record ForeignPolicy(String kind, String name, Optional<String> namespace) {
  /** By group and kind: whether objects are in a namespace. */
  private static final Map<String, Boolean> NAMESPACED =
      Map.of(
          "projectcalico.org/NetworkPolicy", true,
          "projectcalico.org/GlobalNetworkPolicy", false,
          "crd.projectcalico.org/NetworkPolicy", true,
          "crd.projectcalico.org/GlobalNetworkPolicy", false,
          "cilium.io/CiliumNetworkPolicy", true,
          "cilium.io/CiliumClusterwideNetworkPolicy", false,
          "policy.networking.k8s.io/AdminNetworkPolicy", false,
          "policy.networking.k8s.io/BaselineAdminNetworkPolicy", false,
          "policy.networking.k8s.io/ClusterNetworkPolicy", false);

  public ForeignPolicy {
    kind = PlainText.of(kind, 63);
    name = PlainText.of(name, 253);
    Objects.requireNonNull(namespace);
  }

  /**
   * The policy in {@code manifest}, if it is of such a kind; nothing but its identity is read, so
   * that no version's or author's peculiarity can hide it.
   *
   * @param otherwise the namespace of objects that name none
   */
  public static Optional<ForeignPolicy> in(Manifest manifest, String otherwise) {
    Boolean namespaced = NAMESPACED.get(manifest.group() + "/" + manifest.kind());
    if (namespaced == null) {
      return Optional.empty();
    }
    return Optional.of(
        new ForeignPolicy(
            manifest.kind(),
            manifest.name().isEmpty() ? "(no name)" : manifest.name(),
            namespaced ? Optional.of(manifest.namespace(otherwise)) : Optional.empty()));
  }
}
