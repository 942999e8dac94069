package dev.tidegate.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * What {@code manifests/base} installs, with the gate outside the cluster: its files lie in a
 * folder instead of {@code /etc/tidegate}, as a kubelet would mount them; it speaks to the API
 * server as its own ServiceAccount; the Service leads to it. Nothing else differs.
 */
final class Installation implements AutoCloseable {
  private static final String NAMESPACE = "tidegate-system";

  private final ControlPlane plane;
  private final Path directory;
  private final Volumes volumes;
  private final Path certificates;
  private final Forwarder service;
  private final Map<String, String> environment;
  private final List<Gate> gates = new ArrayList<>();
  private int started;

  private Installation(
      ControlPlane plane,
      Path directory,
      Path certificates,
      Forwarder service,
      Map<String, String> environment) {
    this.plane = plane;
    this.directory = directory;
    this.volumes = new Volumes(directory.resolve("etc"));
    this.certificates = certificates;
    this.service = service;
    this.environment = environment;
  }

  /** Applies the manifests and starts {@code replicas} gates. */
  static Installation on(ControlPlane plane, int replicas) throws IOException {
    Path directory = Files.createDirectory(plane.directory().resolve("installation"));
    Path certificates = directory.resolve("certs");
    script("certs/make", certificates.toString());
    Forwarder service = new Forwarder();
    Installation installation =
        new Installation(plane, directory, certificates, service, new HashMap<>());
    try {
      installation.apply("manifests/base");
      installation.mountAll();
      installation.environment.putAll(installation.containerEnvironment());
      installation.environment.put(
          "KUBECONFIG",
          plane
              .kubeconfig(directory.resolve("kubeconfig"), plane.token(NAMESPACE, "tidegate"))
              .toString());
      // Polled faster than by default: what is shown is that it happens, not when.
      installation.environment.put("TIDEGATE_POLICY_POLL", "PT0.2S");
      installation.environment.put("TIDEGATE_TLS_POLL", "PT0.2S");
      installation.environment.put("QUARKUS_SHUTDOWN_DELAY", "2S");
      for (int i = 0; i < replicas; i++) {
        installation.addReplica();
      }
      return installation;
    } catch (IOException | RuntimeException | AssertionError failed) {
      installation.close();
      throw failed;
    }
  }

  private static String script(String... command) {
    List<String> words = new ArrayList<>(List.of("sh"));
    words.addAll(List.of(command));
    return Shell.run(ControlPlane.ROOT, Map.of(), "", words).orFail().out();
  }

  /**
   * Applies other manifests over those that are installed; reset policies and switch afterwards.
   */
  void apply(String manifests) {
    plane.kubectl("apply", "-k", manifests).orFail();
    lead();
    trust();
  }

  /** The Service leads out of the cluster, to our forwarder's port. */
  private void lead() {
    plane
        .kubectl(
            "patch",
            "service",
            "tidegate",
            "-n",
            NAMESPACE,
            "--type=merge",
            "-p",
            "{\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"localhost\",\"clusterIP\":null,"
                + "\"clusterIPs\":null}}")
        .orFail();
    patchWebhooks("validatingwebhookconfiguration", 2);
    patchWebhooks("mutatingwebhookconfiguration", 1);
  }

  private void patchWebhooks(String kind, int entries) {
    List<String> operations = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      operations.add(
          "{\"op\":\"replace\",\"path\":\"/webhooks/%d/clientConfig/service/port\",\"value\":%d}"
              .formatted(i, service.port()));
    }
    plane
        .kubectl(
            "patch",
            kind,
            "tidegate",
            "--type=json",
            "-p",
            "[" + String.join(",", operations) + "]")
        .orFail();
  }

  /** Applies what certs/make or certs/renew wrote for those that trust: API server and replicas. */
  void trust() {
    plane.kubectl("apply", "-f", certificates.resolve("replicas.yaml").toString()).orFail();
    for (String kind : List.of("validating", "mutating")) {
      plane
          .kubectl(
              "patch",
              kind + "webhookconfiguration",
              "tidegate",
              "--type=json",
              "--patch-file=" + certificates.resolve(kind + "-ca.json"))
          .orFail();
    }
  }

  /**
   * Applies the Secret with the pair, and mounts it and the ConfigMaps, as the cluster has them
   * now. The key of replicas is mounted by the test that gives them addresses of their own.
   */
  void mountAll() throws IOException {
    mountPair();
    for (String name : List.of("policies", "hosts", "switch")) {
      mountMap(name);
    }
  }

  private String pem(String file) throws IOException {
    return Files.readString(certificates.resolve(file));
  }

  /** The environment of the Deployment's container, with its paths in our folder. */
  private Map<String, String> containerEnvironment() throws IOException {
    JsonNode deployment =
        Json.MAPPER.readTree(
            plane
                .kubectl("get", "deployment", "tidegate", "-n", NAMESPACE, "-o", "json")
                .orFail()
                .out());
    Map<String, String> variables = new HashMap<>();
    for (JsonNode variable :
        deployment
            .path("spec")
            .path("template")
            .path("spec")
            .path("containers")
            .path(0)
            .path("env")) {
      variables.put(
          variable.path("name").asText(),
          variable.has("valueFrom")
              ? ofPod(variable.at("/valueFrom/fieldRef/fieldPath").asText())
              : variable
                  .path("value")
                  .asText()
                  .replace("/etc/tidegate", volumes.root().toString()));
    }
    return variables;
  }

  /** What the downward API says of the pod, which is a process on loopback here. */
  private static String ofPod(String field) {
    return switch (field) {
      case "status.podIPs" -> "127.0.0.1";
      case "metadata.namespace" -> NAMESPACE;
      case "metadata.uid" -> "00000000-0000-4000-8000-000000000000";
      default -> throw new IllegalStateException("no pod is there to ask for " + field);
    };
  }

  /** Starts one more gate and, when it is ready, lets the Service lead to it. */
  Gate addReplica() throws IOException {
    return addReplica(Map.of());
  }

  /** The same with {@code more} environment. */
  Gate addReplica(Map<String, String> more) throws IOException {
    started++;
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    Gate gate = Gate.start("gate-" + started, all);
    gates.add(gate);
    gate.awaitReady();
    leadTo();
    return gate;
  }

  /** Lets the Service lead to those that are ready, as the endpoints controller does. */
  void leadTo() {
    service.to(gates.stream().filter(Gate::ready).map(Gate::port).toList());
  }

  /** The Service leads to {@code gates} only; to nobody without any. */
  void leadTo(List<Integer> ports) {
    service.to(ports);
    service.cut();
  }

  /**
   * Ends {@code gate} as a rolling update does: out of the endpoints when it is no longer ready.
   */
  void retire(Gate gate) {
    gate.terminate();
    Awaitility.await().until(() -> !gate.ready());
    gates.remove(gate);
    leadTo();
    Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> !gate.alive());
  }

  /** Ends the connections that exist, so that the next admission opens a new one. */
  void cut() {
    service.cut();
  }

  List<Gate> gates() {
    return List.copyOf(gates);
  }

  Path certificates() {
    return certificates;
  }

  /** More environment for gates that are started from now on. */
  void with(String variable, String value) {
    environment.put(variable, value);
  }

  void without(String variable) {
    environment.remove(variable);
  }

  /** Replaces the policies, through the ConfigMap. */
  void policies(String yaml) throws IOException {
    configMap("policies", "default.yaml", yaml);
  }

  /** Puts a file beside the policies, or replaces it. */
  void policyFile(String name, String text) throws IOException {
    configMap("policies", name, text);
  }

  /** Removes a file from beside the policies. */
  void withoutPolicyFile(String name) throws IOException {
    configMap("policies", name, null);
  }

  /** Replaces the registries that may be asked, for gates that start from now on. */
  void hosts(String yaml) throws IOException {
    configMap("hosts", "hosts.yaml", yaml);
  }

  /** Turns the kill switch: {@code enforce} or {@code audit}. */
  void turn(String word) throws IOException {
    configMap("switch", "mode", word);
  }

  private void configMap(String volume, String key, @Nullable String text) throws IOException {
    String patch =
        Json.MAPPER
            .createObjectNode()
            .set("data", Json.MAPPER.createObjectNode().put(key, text))
            .toString();
    plane
        .kubectl(
            "patch",
            "configmap",
            "tidegate-" + volume,
            "-n",
            NAMESPACE,
            "--type=merge",
            "-p",
            patch)
        .orFail();
    mountMap(volume);
  }

  /** Mounts a ConfigMap, as the cluster has it now. */
  private void mountMap(String volume) throws IOException {
    Map<String, String> files = new HashMap<>();
    Json.MAPPER
        .readTree(
            plane
                .kubectl("get", "configmap", "tidegate-" + volume, "-n", NAMESPACE, "-o", "json")
                .orFail()
                .out())
        .path("data")
        .properties()
        .forEach(file -> files.put(file.getKey(), file.getValue().asText()));
    volumes.mount(volume, files);
  }

  /** Mounts a Secret, as the cluster has it now, for gates that start from now on. */
  void mountSecret(String volume, String secret) throws IOException {
    Map<String, String> files = new HashMap<>();
    Json.MAPPER
        .readTree(
            plane.kubectl("get", "secret", secret, "-n", NAMESPACE, "-o", "json").orFail().out())
        .path("data")
        .properties()
        .forEach(file ->
            files.put(
                file.getKey(),
                new String(
                    Base64.getDecoder().decode(file.getValue().asText()), StandardCharsets.UTF_8)));
    volumes.mount(volume, files);
  }

  /** Takes a volume away, as an optional one whose Secret does not exist. */
  void unmount(String volume) {
    Folders.delete(volumes.root().resolve(volume));
  }

  /** Serves the pair that is in the folder of certificates now. */
  void mountPair() throws IOException {
    plane.kubectl("apply", "-f", certificates.resolve("secret.yaml").toString()).orFail();
    volumes.mount("tls", Map.of("tls.crt", pem("tls.crt"), "tls.key", pem("tls.key")));
  }

  @Override
  public void close() throws IOException {
    gates.forEach(Gate::terminate);
    gates.forEach(Gate::close);
    service.close();
    plane.kubectl("delete", "-k", "manifests/base", "--ignore-not-found", "--wait=false");
    Folders.delete(directory);
  }
}
