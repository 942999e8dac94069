package dev.tidegate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The fixed input: a pod of about 7 KB with an Istio sidecar, 50 NetworkPolicies, 10 policies, 20
 * exemptions.
 */
final class Scene {
  private Scene() {}

  /** The manifest of the pod: it passes all policies of {@link #write}. */
  static String pod() {
    StringBuilder environment = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      environment.append("        - {name: ISTIO_META_SETTING_").append(i);
      environment
          .append(", value: \"some value of a usual length for number ")
          .append(i)
          .append("\"}\n");
    }
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: web-7d4f9-x2x
      namespace: shop
      labels: {app: web, pod-template-hash: 7d4f9, security.istio.io/tlsMode: istio}
      ownerReferences:
        - {apiVersion: apps/v1, kind: ReplicaSet, name: web-7d4f9, uid: 0e6f, controller: true}
    spec:
      securityContext: {runAsNonRoot: true, runAsUser: 10001, fsGroup: 1337}
      initContainers:
        - name: istio-init
          image: docker.io/istio/proxyv2:1.24.1
          args: [istio-iptables, -p, "15001", -z, "15006", -u, "1337"]
          securityContext: {runAsUser: 0, runAsNonRoot: false, capabilities: {add: [NET_ADMIN, NET_RAW]}}
          resources: {requests: {cpu: 10m, memory: 40Mi}, limits: {memory: 64Mi}}
      containers:
        - name: web
          image: harbor.example.com/shop/web:1.4.2
          resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 256Mi}}
        - name: istio-proxy
          image: docker.io/istio/proxyv2:1.24.1
          securityContext: {runAsUser: 1337, runAsNonRoot: true}
          resources: {requests: {cpu: 10m, memory: 40Mi}, limits: {memory: 1Gi}}
          env:
    """
        + environment;
  }

  /** Writes policies to {@code policies} and objects to {@code objects}. */
  static void write(Path policies, Path objects) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      text.append(
          """
          ---
          apiVersion: tidegate.dev/v1alpha1
          kind: GatePolicy
          metadata: {name: policy-%d}
          spec:
            mode: enforce
            scope: {namespaces: {matchLabels: {env: production}}}
            checks:
              imageReference: {registries: [harbor.example.com, docker.io/istio]}
              nonRoot: {}
              resourceLimits: {max: {limits.memory: %dGi}}
              networkPolicy: {}
          """
              .formatted(i, 8 + i));
    }
    String until = LocalDate.now(ZoneOffset.UTC).plusDays(30).toString();
    for (int i = 0; i < 20; i++) {
      text.append(
          """
          ---
          apiVersion: tidegate.dev/v1alpha1
          kind: Exemption
          metadata: {name: exemption-%d}
          spec:
            checks: [nonRoot]
            namespaces: [%s]
            container:
              image: docker.io/istio/proxyv2
              role: init
              args: "istio-iptables( .*)?"
              runAsUser: 0
              capabilities: [NET_ADMIN, NET_RAW]
            owner: platform-mesh
            reason: redirection of the mesh
            ticket: SEC-%d
            until: %s
          """
              .formatted(i, i == 19 ? "shop" : "other-" + i, i, until));
    }
    Files.writeString(policies.resolve("policies.yaml"), text);
    StringBuilder cluster =
        new StringBuilder(
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {env: production}}\n");
    for (int i = 0; i < 50; i++) {
      cluster.append(
          """
          ---
          apiVersion: networking.k8s.io/v1
          kind: NetworkPolicy
          metadata: {name: policy-%d, namespace: shop}
          spec:
            podSelector: {matchLabels: {app: %s}}
            policyTypes: [Ingress, Egress]
            ingress: [{from: [{podSelector: {matchLabels: {app: gateway}}}], ports: [{port: 8080}]}]
            egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}]
          """
              .formatted(i, i == 49 ? "web" : "other-" + i));
    }
    Files.writeString(objects.resolve("cluster.yaml"), cluster);
  }
}
