package dev.tidegate.e2e;

/** Manifests of the tests: one good pod, and variants that differ in what their name says. */
final class Pods {
  private Pods() {}

  static String good(String name) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, labels: {app: web}}
    spec:
      securityContext: {runAsNonRoot: true, runAsUser: 1000}
      containers:
        - name: web
          image: registry.example/shop/web:1.4
          resources:
            requests: {cpu: 10m, memory: 64Mi}
            limits: {memory: 64Mi}
    """
        .formatted(name);
  }

  static String root(String name) {
    return good(name).replace("{runAsNonRoot: true, runAsUser: 1000}", "{runAsUser: 0}");
  }

  /** Wrong in every way that there is a check for. */
  static String bad(String name) {
    return root(name)
        .replace("registry.example/shop/web:1.4", "docker.io/library/nginx")
        .replace("labels: {app: web}", "labels: {app: other}")
        .replace("memory: 64Mi}\n        limits: {memory: 64Mi}", "memory: 64Mi}")
        .replace("limits: {memory: 64Mi}", "limits: {memory: 8Gi}");
  }

  static String unselected(String name) {
    return good(name).replace("app: web", "app: lonely");
  }

  /** A good pod whose object is larger than {@code bytes}. */
  static String large(String pod, int bytes) {
    return pod.replace("labels:", "annotations: {padding: \"" + "x".repeat(bytes) + "\"}, labels:");
  }

  static String deployment(String name, String securityContext) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %s}
    spec:
      replicas: 1
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          securityContext: %s
          containers:
            - name: web
              image: registry.example/shop/web:1.4
              resources:
                requests: {cpu: 10m, memory: 64Mi}
                limits: {memory: 64Mi}
    """
        .formatted(name, securityContext);
  }

  static String namespace(String name, String mode) {
    return """
    apiVersion: v1
    kind: Namespace
    metadata: {name: %s, labels: {mode: %s}}
    """
        .formatted(name, mode);
  }

  static String isolation(String namespace) {
    return isolation(namespace, "web");
  }

  static String isolation(String namespace, String app) {
    return """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: isolate-%s, namespace: %s}
    spec:
      podSelector: {matchLabels: {app: %s}}
      ingress:
        - from: [{podSelector: {matchLabels: {app: front}}}]
    """
        .formatted(app, namespace, app);
  }
}
