package dev.tidegate.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Real cosign, real registries, and images that are made on the spot. */
final class SigningTools implements AutoCloseable {
  private final Path tools;
  private final Path directory;
  private final List<Process> registries = new ArrayList<>();

  private SigningTools(Path tools, Path directory) {
    this.tools = tools;
    this.directory = directory;
  }

  /** The tools that `make e2e` has built. */
  static SigningTools of(Path directory) {
    String named = System.getenv("TIDEGATE_SIGNING");
    if (named == null || !Files.isExecutable(Path.of(named).resolve("cosign"))) {
      throw new IllegalStateException(
          "TIDEGATE_SIGNING names no folder with cosign: run these tests by `make e2e`");
    }
    return new SigningTools(Path.of(named), directory);
  }

  /** A registry on loopback. */
  record Registry(Process process, int port) {
    /** How references name it. */
    String name() {
      return "localhost:" + port;
    }

    void stop() {
      process.destroy();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Starts the registry of go-containerregistry, which has the referrers API. */
  Registry withReferrers() throws IOException {
    Process process =
        new ProcessBuilder(tools.resolve("registry").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    registries.add(process);
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String address = out.readLine();
    return new Registry(process, Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
  }

  /** Whether Debian's registry, which has no referrers API, is installed here. */
  static boolean hasDistribution() {
    return Files.isExecutable(Path.of("/usr/bin/docker-registry"));
  }

  /** Starts it. */
  Registry distribution() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path storage = Files.createDirectory(directory.resolve("distribution"));
    Path config = directory.resolve("distribution.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: "%s"}}
        http: {addr: "127.0.0.1:%d"}
        """
            .formatted(storage, port));
    Process process =
        new ProcessBuilder("/usr/bin/docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    registries.add(process);
    Registry registry = new Registry(process, port);
    Awaitility.await("the registry listens")
        .until(() -> crane("catalog", registry.name()).exit() == 0);
    return registry;
  }

  /** Makes a key pair; the result is its public key. */
  String keys() throws IOException {
    cosign("generate-key-pair").orFail();
    Files.writeString(
        directory.resolve("no-services.json"),
        "{\"mediaType\":\"application/vnd.dev.sigstore.signingconfig.v0.2+json\"}");
    return Files.readString(directory.resolve("cosign.pub"));
  }

  /** Pushes an image whose only file says {@code content}; its digest. */
  String push(String reference, String content) {
    try {
      Path file = directory.resolve("content");
      Files.writeString(file, content);
      Shell.run(directory, Map.of(), "", List.of("tar", "cf", "layer.tar", "content")).orFail();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    crane("append", "--oci-empty-base", "-f", "layer.tar", "-t", reference).orFail();
    return crane("digest", reference).orFail().out().strip();
  }

  /** Signs as cosign 3 does by default: a bundle that refers to the image. */
  void sign(String byDigest) {
    cosign("sign", "--key", "cosign.key", "--signing-config", "no-services.json", "-y", byDigest)
        .orFail();
  }

  /** Starts a Sigstore of its own, with its files in the folder {@code name}. */
  LocalSigstore sigstore(String name) throws IOException, GeneralSecurityException {
    return LocalSigstore.start(tools, directory.resolve(name));
  }

  /** Signs as whoever has the mail address {@code mail}, with the services of {@code sigstore}. */
  void signKeyless(LocalSigstore sigstore, String mail, String byDigest)
      throws IOException, GeneralSecurityException {
    Files.writeString(directory.resolve("services.json"), sigstore.signingConfig());
    Files.writeString(directory.resolve("root.json"), sigstore.trustedRoot());
    cosign(
            "sign",
            "--signing-config",
            "services.json",
            "--trusted-root",
            "root.json",
            "--identity-token",
            sigstore.token(mail),
            "-y",
            byDigest)
        .orFail();
  }

  /** Signs in the older format. */
  void signByTag(String byDigest) {
    cosign(
            "sign",
            "--key",
            "cosign.key",
            "--use-signing-config=false",
            "--tlog-upload=false",
            "--new-bundle-format=false",
            "-y",
            byDigest)
        .orFail();
  }

  private Shell.Result cosign(String... arguments) {
    return run("cosign", arguments);
  }

  private Shell.Result crane(String... arguments) {
    return run("crane", arguments);
  }

  private Shell.Result run(String tool, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(tools.resolve(tool).toString());
    command.addAll(List.of(arguments));
    return Shell.run(
        directory, Map.of("COSIGN_PASSWORD", "", "HOME", directory.toString()), "", command);
  }

  @Override
  public void close() {
    registries.forEach(Process::destroyForcibly);
  }
}
