package dev.tidegate.e2e;

import dev.tidegate.workload.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real API server with etcd and, where there is one, the controller manager; all on loopback. */
final class ControlPlane implements AutoCloseable {
  private static final Pattern EXPORT = Pattern.compile("export (\\w+)='([^']*)'");

  /** The project. */
  static final Path ROOT = Path.of(System.getProperty("tidegate.basedir", "")).toAbsolutePath();

  /** Where logs of a run are kept. */
  static final Path LOGS = ROOT.resolve("target/e2e");

  private final Path assets;
  private final Path directory;
  private final Map<String, String> environment;
  private final int minor;

  private ControlPlane(Path assets, Path directory, Map<String, String> environment)
      throws IOException {
    this.assets = assets;
    this.directory = directory;
    this.environment = environment;
    // Some distributions write a plus behind it.
    this.minor =
        Integer.parseInt(
            Json.MAPPER
                .readTree(kubectl("get", "--raw", "/version").orFail().out())
                .path("minor")
                .asText()
                .replaceAll("\\D", ""));
  }

  static ControlPlane start() throws IOException {
    String named = System.getenv("KUBEBUILDER_ASSETS");
    if (named == null || !Files.isExecutable(Path.of(named).resolve("kube-apiserver"))) {
      throw new IllegalStateException(
          "KUBEBUILDER_ASSETS names no folder with kube-apiserver: run these tests by `make e2e`");
    }
    Path assets = Path.of(named);
    Path directory = Files.createTempDirectory("tidegate-e2e");
    List<String> command = new ArrayList<>();
    command.add(ROOT.resolve("tools/control-plane/control-plane").toString());
    command.add("start");
    if (!Files.isExecutable(assets.resolve("kube-controller-manager"))) {
      command.add("-n");
    }
    command.add(directory.toString());
    String exports =
        Shell.run(ROOT, Map.of("CONTROL_PLANE_BIN", named), "", command).orFail().out();
    Map<String, String> environment = new HashMap<>();
    Matcher matcher = EXPORT.matcher(exports);
    while (matcher.find()) {
      environment.put(matcher.group(1), matcher.group(2));
    }
    environment.remove("PATH");
    return new ControlPlane(assets, directory, environment);
  }

  /** Whether ReplicaSets are made and so on. */
  boolean hasControllers() {
    return Files.isExecutable(assets.resolve("kube-controller-manager"));
  }

  /** Whether it is Kubernetes 1.{@code minor} or later. */
  boolean knows(int minor) {
    return this.minor >= minor;
  }

  /** Its files: CA, certificates, logs. */
  Path directory() {
    return directory;
  }

  /** What it says of itself to those who use it: {@code KUBECONFIG} of the administrator. */
  @Nullable String environment(String name) {
    return environment.get(name);
  }

  /** Address of the API server. */
  String url() {
    return Objects.requireNonNull(environment.get("CONTROL_PLANE_URL"));
  }

  /** A token of a ServiceAccount, good for two hours. */
  String token(String namespace, String account) {
    return kubectl("create", "token", account, "-n", namespace, "--duration=2h")
        .orFail()
        .out()
        .strip();
  }

  /** Writes {@code file}: a kubeconfig for this API server with {@code token}. */
  Path kubeconfig(Path file, String token) throws IOException {
    return Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        current-context: local
        contexts: [{name: local, context: {cluster: local, user: somebody}}]
        clusters: [{name: local, cluster: {server: "%s", certificate-authority: "%s"}}]
        users: [{name: somebody, user: {token: "%s"}}]
        """
            .formatted(url(), directory.resolve("ca.crt"), token));
  }

  /** kubectl as administrator. */
  Shell.Result kubectl(String... arguments) {
    return kubectlWith("", arguments);
  }

  /** The same, with {@code input} as its standard input. */
  Shell.Result kubectlWith(String input, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(assets.resolve("kubectl").toString());
    command.addAll(List.of(arguments));
    Map<String, String> with = new HashMap<>(environment);
    with.put("HOME", directory.toString()); // kubectl keeps a cache there
    return Shell.run(ROOT, with, input, command);
  }

  @Override
  public void close() {
    try {
      Files.createDirectories(LOGS);
      try (Stream<Path> logs = Files.list(directory)) {
        for (Path log : logs.filter(file -> file.toString().endsWith(".log")).toList()) {
          Files.copy(
              log, LOGS.resolve(log.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException lost) {
      throw new UncheckedIOException("keeping logs", lost);
    } finally {
      Shell.run(
          ROOT,
          Map.of("CONTROL_PLANE_BIN", assets.toString()),
          "",
          List.of(
              ROOT.resolve("tools/control-plane/control-plane").toString(),
              "stop",
              directory.toString()));
      Folders.delete(directory);
    }
  }
}
