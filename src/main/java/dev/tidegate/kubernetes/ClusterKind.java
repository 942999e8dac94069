package dev.tidegate.kubernetes;

import java.util.List;
import java.util.stream.Stream;

/**
 * A kind of objects that the gate reads, with the permissions that reading takes. {@link #ALL} is
 * the whole of what the gate asks of an API server besides discovery; the ClusterRole in {@code
 * manifests/base} grants just that, and a test compares the two.
 *
 * @param group API group; empty for the core group
 * @param plural name of the resource in paths
 * @param kind name of the kind, for people
 * @param namespaced whether its objects live in namespaces
 * @param verbs what RBAC has to allow
 */
public record ClusterKind(
    String group, String plural, String kind, boolean namespaced, List<String> verbs) {

  /** Followed by list and watch; one is also read by name when it is not known yet. */
  static final ClusterKind NAMESPACES =
      new ClusterKind("", "namespaces", "Namespace", false, List.of("get", "list", "watch"));

  /** Followed by list and watch; those of one namespace are listed anew before a denial. */
  static final ClusterKind NETWORK_POLICIES =
      following("networking.k8s.io", "networkpolicies", "NetworkPolicy", true);

  /** Calico's policies as it stores them in a cluster. */
  static final String CALICO_STORED = "crd.projectcalico.org";

  /**
   * Calico's policies as its own API server offers them: the same objects, so they are read only
   * where the stored ones are not served.
   */
  static final String CALICO_OFFERED = "projectcalico.org";

  /**
   * Policies of network plugins, which may isolate pods and are not interpreted: only that one
   * exists is of interest.
   */
  static final List<ClusterKind> PLUGIN_POLICIES =
      List.of(
          following(CALICO_STORED, "networkpolicies", "Calico NetworkPolicy", true),
          following(CALICO_STORED, "globalnetworkpolicies", "Calico GlobalNetworkPolicy", false),
          following(CALICO_OFFERED, "networkpolicies", "Calico NetworkPolicy", true),
          following(CALICO_OFFERED, "globalnetworkpolicies", "Calico GlobalNetworkPolicy", false),
          following("cilium.io", "ciliumnetworkpolicies", "CiliumNetworkPolicy", true),
          following(
              "cilium.io",
              "ciliumclusterwidenetworkpolicies",
              "CiliumClusterwideNetworkPolicy",
              false),
          following(
              "policy.networking.k8s.io", "adminnetworkpolicies", "AdminNetworkPolicy", false),
          following(
              "policy.networking.k8s.io",
              "baselineadminnetworkpolicies",
              "BaselineAdminNetworkPolicy",
              false),
          following(
              "policy.networking.k8s.io", "clusternetworkpolicies", "ClusterNetworkPolicy", false));

  /** Everything that is read. */
  public static final List<ClusterKind> ALL =
      Stream.concat(Stream.of(NAMESPACES, NETWORK_POLICIES), PLUGIN_POLICIES.stream()).toList();

  public ClusterKind {
    verbs = List.copyOf(verbs);
  }

  private static ClusterKind following(
      String group, String plural, String kind, boolean namespaced) {
    return new ClusterKind(group, plural, kind, namespaced, List.of("list", "watch"));
  }

  /**
   * The path of its objects in one namespace, or in the whole cluster where it is not namespaced.
   */
  String path(String version, String namespace) {
    String api = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
    return api + (namespaced ? "/namespaces/" + namespace : "") + "/" + plural;
  }

  @Override
  public String toString() {
    return group.isEmpty() ? plural : plural + "." + group;
  }
}
