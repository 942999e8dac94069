package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tidegate check --cluster} against a server that answers lists as an API server does. */
class CheckClusterIT {
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private HttpServer server;
  private String kubeconfig;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    Path file = directory.resolve("config");
    CliRun.kubeconfig(file, server.getAddress().getPort());
    kubeconfig = file.toString();
    answers.put(
        "/api/v1/namespaces",
        "{\"items\": [{\"metadata\": {\"name\": \"shop\", \"labels\": {\"env\": \"production\"}}}]}");
    answers.put("/apis", "{\"groups\": []}");
    answers.put("/apis/networking.k8s.io/v1/networkpolicies", "{\"items\": []}");
    answers.put(
        "/api/v1/pods",
        page(
            "\"continue\": \"two\"",
            pod("web-1", "web:1", true) + "," + pod("web-2", "web:1", true)));
    answers.put("/api/v1/pods#two", page("", pod("web-3", "web:1", false)));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static String page(String metadata, String items) {
    return "{\"metadata\": {" + metadata + "}, \"items\": [" + items + "]}";
  }

  private static String pod(String name, String image, boolean nonRoot) {
    return """
    {"metadata": {"name": "%s", "namespace": "shop",
      "labels": {"app": "web", "pod-template-hash": "7d4f9"},
      "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-7d4f9",
        "uid": "u", "controller": true}]},
     "spec": {"securityContext": {"runAsNonRoot": %s},
       "containers": [{"name": "web", "image": "%s"}]}}\
    """
        .formatted(name, nonRoot, image);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    String key = query.contains("continue=two") ? path + "#two" : path;
    String body = answers.get(key);
    int code = failures.getOrDefault(path, body == null ? 404 : 200);
    byte[] bytes = (body == null ? "{}" : body).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private CliRun check(String policies, String... more) {
    String[] args = new String[6 + more.length];
    System.arraycopy(
        new String[] {"check", "--cluster", "--policy", policies, "--kubeconfig", kubeconfig},
        0,
        args,
        0,
        6);
    System.arraycopy(more, 0, args, 6, more.length);
    return CliRun.of(args);
  }

  @Test
  void allPagesAreJudgedAndEqualPodsToldOnce() {
    CliRun run = check("scoped");

    assertThat(run.status()).as("%s", run).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out())
        .contains("pass    Deployment shop/web (2 pods)", "fail    Deployment shop/web")
        .endsWith("3 objects: 1 fails, 2 pass\n");
  }

  @Test
  void policiesOfNetworkPluginsMakeTheAnswerAWarning() {
    answers.put(
        "/apis",
        "{\"groups\": [{\"name\": \"cilium.io\", \"preferredVersion\": {\"version\": \"v2\"}}]}");
    answers.put(
        "/apis/cilium.io/v2/ciliumnetworkpolicies",
        "{\"items\": [{\"metadata\": {\"name\": \"deny\", \"namespace\": \"shop\"}}]}");

    assertThat(check("enforce").out()).contains("CiliumNetworkPolicy");
  }

  @Test
  void refusalAndAbsenceAreToldWithARemedyAndWithoutSecrets() {
    failures.put("/api/v1/pods", 403);
    CliRun refused = check("warn");
    assertThat(refused.status()).isEqualTo(ExitStatus.UNDECIDED);
    assertThat(refused.err())
        .contains("/api/v1/pods", "permission")
        .doesNotContain("secret-token", "Exception");

    CliRun missing = check("warn", "-n", "nowhere");
    assertThat(missing.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(missing.err()).contains("no namespace \"nowhere\"");

    CliRun context = check("warn", "--context", "other");
    assertThat(context.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(context.err()).contains("no context \"other\"");
  }

  @Test
  void clusterThatDoesNotAnswerIsUndecided() {
    server.stop(0);
    CliRun run = check("warn");

    assertThat(run.status()).isEqualTo(ExitStatus.UNDECIDED);
    assertThat(run.err()).contains("could not be reached").doesNotContain("secret-token");
  }

  @Test
  void whatIsNoKubeconfigIsNotQuoted(@TempDir Path directory) throws IOException {
    kubeconfig = directory.resolve("token").toString();
    Files.writeString(Path.of(kubeconfig), "secret-token");
    CliRun run = check("warn");

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains("is not a kubeconfig").doesNotContain("secret-token");
  }
}
