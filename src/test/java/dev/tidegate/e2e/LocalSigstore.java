package dev.tidegate.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.testkit.TestCa;
import dev.tidegate.workload.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A whole Sigstore on loopback: the real Fulcio, Rekor v2 and timestamp authority, an issuer of
 * tokens and a certificate log of our own. Everything is new at each start. The timestamp authority
 * has its metrics on port 2112 whatever one tells it, so only one can run on a machine.
 */
final class LocalSigstore implements AutoCloseable {
  private static final String LOG = "rekor.tidegate.test";
  private static final int RAW_KEY = 32;
  private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Path directory;
  private final Path tools;
  private final TokenIssuer issuer;
  private final CertificateLog certificates;
  private final KeyPair log;
  private final List<Process> services = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final int fulcio = port();
  private final int rekor = port();
  private final int stamps = port();

  private LocalSigstore(Path tools, Path directory) throws IOException, GeneralSecurityException {
    this.tools = tools;
    this.directory = Files.createDirectories(directory);
    this.issuer = TokenIssuer.start();
    this.certificates = CertificateLog.start();
    this.log = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  /** Starts it with the programs in {@code tools}; its files are in {@code directory}. */
  static LocalSigstore start(Path tools, Path directory)
      throws IOException, GeneralSecurityException {
    LocalSigstore sigstore = new LocalSigstore(tools, directory);
    try {
      sigstore.serve();
    } catch (IOException | RuntimeException | AssertionError failed) {
      sigstore.close();
      throw failed;
    }
    return sigstore;
  }

  private void serve() throws IOException {
    Files.writeString(
        directory.resolve("fulcio.yaml"),
        """
        oidc-issuers:
          "%1$s": {issuer-url: "%1$s", client-id: sigstore, type: email}
        """
            .formatted(issuer.url()));
    Files.writeString(directory.resolve("rekor.pem"), TestCa.pem(log.getPrivate()));
    run(
        "fulcio",
        "serve --ca ephemeralca --config-path fulcio.yaml --ct-log-url %s --host 127.0.0.1 --port %d --grpc-host"
                .formatted(certificates.url(), fulcio)
            + " 127.0.0.1 --grpc-port %d --metrics-port %d --legacy-unix-domain-socket fulcio.sock"
                .formatted(port(), port()));
    run(
        "rekor-server",
        "serve --hostname %s --http-port %d --grpc-port %d --http-metrics-port %d"
                .formatted(LOG, rekor, port(), port())
            + " --storage-dir log --signer-filepath rekor.pem --checkpoint-interval 1s"
            + " --batch-max-age 100ms");
    run(
        "timestamp-server",
        "serve --host 127.0.0.1 --port %d --scheme http --timestamp-signer memory --disable-ntp-monitoring"
            .formatted(stamps));
    for (String ready :
        List.of(at(fulcio) + "/healthz", at(rekor) + "/healthz", at(stamps) + "/ping")) {
      Awaitility.await(ready)
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> get(ready).statusCode() == 200);
    }
  }

  private void run(String program, String arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(tools.resolve(program).toString()));
    command.addAll(List.of(arguments.split(" ")));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(program + ".log").toFile());
    builder.environment().put("HOME", directory.toString());
    services.add(builder.start());
  }

  private static int port() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException none) {
      throw new IllegalStateException("no port is free", none);
    }
  }

  private static String at(int port) {
    return "http://127.0.0.1:" + port;
  }

  private HttpResponse<String> get(String url) throws IOException {
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException(stopped);
    }
  }

  /** The issuer as certificates name it. */
  String issuer() {
    return issuer.url();
  }

  /** A token for whoever has the mail address {@code mail}. */
  String token(String mail) throws IOException, GeneralSecurityException {
    return issuer.token(mail);
  }

  /** Where cosign is to ask whom: a signing configuration, version 0.2. */
  String signingConfig() throws IOException {
    return Json.MAPPER.writeValueAsString(
        Map.of(
            "mediaType",
            "application/vnd.dev.sigstore.signingconfig.v0.2+json",
            "caUrls",
            List.of(service(at(fulcio), 1)),
            "oidcUrls",
            List.of(service(issuer.url(), 1)),
            "rekorTlogUrls",
            List.of(service(at(rekor), 2)),
            "rekorTlogConfig",
            Map.of("selector", "ANY"),
            "tsaUrls",
            List.of(service(at(stamps) + "/api/v1/timestamp", 1)),
            "tsaConfig",
            Map.of("selector", "ANY")));
  }

  private static Map<String, Object> service(String url, int version) {
    return Map.of(
        "url",
        url,
        "majorApiVersion",
        version,
        "operator",
        "test",
        "validFor",
        Map.of("start", START.toString()));
  }

  /** {@code trusted_root.json}. */
  String trustedRoot() throws IOException, GeneralSecurityException {
    List<String> authority = new ArrayList<>();
    for (JsonNode pem :
        Json.MAPPER
            .readTree(get(at(fulcio) + "/api/v2/trustBundle").body())
            .at("/chains/0/certificates")) {
      authority.add(pem.asText());
    }
    byte[] key = log.getPublic().getEncoded();
    ByteArrayOutputStream named = new ByteArrayOutputStream();
    named.writeBytes((LOG + "\n\u0001").getBytes(StandardCharsets.UTF_8));
    named.writeBytes(Arrays.copyOfRange(key, key.length - RAW_KEY, key.length));
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("mediaType", "application/vnd.dev.sigstore.trustedroot+json;version=0.1");
    root.put("tlogs", List.of(log("https://" + LOG, key, "PKIX_ED25519", named.toByteArray())));
    root.put("certificateAuthorities", List.of(authority(at(fulcio), String.join("", authority))));
    root.put(
        "ctlogs",
        List.of(
            log(
                certificates.url(),
                certificates.key(),
                "PKIX_ECDSA_P256_SHA_256",
                certificates.key())));
    root.put(
        "timestampAuthorities",
        List.of(
            authority(
                at(stamps) + "/api/v1/timestamp",
                get(at(stamps) + "/api/v1/timestamp/certchain").body())));
    return Json.MAPPER.writeValueAsString(root);
  }

  private static Map<String, Object> log(String url, byte[] key, String kind, byte[] identified)
      throws GeneralSecurityException {
    return Map.of(
        "baseUrl",
        url,
        "hashAlgorithm",
        "SHA2_256",
        "publicKey",
        Map.of(
            "rawBytes",
            base64(key),
            "keyDetails",
            kind,
            "validFor",
            Map.of("start", START.toString())),
        "logId",
        Map.of("keyId", base64(CertificateLog.sha256(identified))));
  }

  private static Map<String, Object> authority(String url, String pem)
      throws GeneralSecurityException {
    List<Map<String, String>> chain = new ArrayList<>();
    for (Certificate one :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))) {
      chain.add(Map.of("rawBytes", base64(one.getEncoded())));
    }
    return Map.of(
        "subject",
        Map.of("organization", "test", "commonName", "test"),
        "uri",
        url,
        "certChain",
        Map.of("certificates", chain),
        "validFor",
        Map.of("start", START.toString()));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public void close() {
    services.forEach(Process::destroyForcibly);
    issuer.close();
    certificates.close();
  }
}
