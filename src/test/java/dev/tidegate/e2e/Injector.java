package dev.tidegate.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.tidegate.testkit.TestCa;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Somebody else's mutating webhook, called after the gate's: it adds a container with a tag. */
final class Injector implements AutoCloseable {
  private final HttpsServer server;
  private final TestCa ca;
  private final String image;

  private Injector(HttpsServer server, TestCa ca, String image) {
    this.server = server;
    this.ca = ca;
    this.image = image;
    server.createContext("/", this::answer);
    server.start();
  }

  /** Listens, and injects {@code image}. */
  static Injector of(String image) throws IOException, GeneralSecurityException {
    TestCa ca = TestCa.named("injector-ca");
    TestCa.Pair pair = ca.server("localhost", Duration.ofDays(1));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server", pair.keys().getPrivate(), new char[0], new Certificate[] {pair.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new Injector(server, ca, image);
  }

  /** Its registration for {@code namespace}; by its name it comes after the gate. */
  String configuration(String namespace) {
    return """
    apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: {name: zz-injector}
    webhooks:
    - name: inject.example.com
      admissionReviewVersions: [v1]
      clientConfig: {url: "https://localhost:%d/", caBundle: "%s"}
      failurePolicy: Fail
      sideEffects: None
      namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
      rules: [{apiGroups: [""], apiVersions: [v1], resources: [pods], operations: [CREATE]}]
    """
        .formatted(
            server.getAddress().getPort(),
            Base64.getEncoder()
                .encodeToString(TestCa.pem(ca.certificate()).getBytes(StandardCharsets.UTF_8)),
            namespace);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = Json.MAPPER.readTree(exchange.getRequestBody()).get("request");
      JsonNode containers = request.at("/object/spec/containers");
      ObjectNode review = Json.MAPPER.createObjectNode();
      review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
      ObjectNode response = review.putObject("response");
      response.set("uid", request.get("uid"));
      response.put("allowed", true);
      if (containers.size() == 1) {
        ObjectNode added = ((ObjectNode) containers.get(0)).deepCopy();
        added.put("name", "injected").put("image", image);
        String patch = "[{\"op\":\"add\",\"path\":\"/spec/containers/-\",\"value\":" + added + "}]";
        response
            .put("patchType", "JSONPatch")
            .put(
                "patch",
                Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
      }
      byte[] body = review.toString().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
