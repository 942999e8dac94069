package dev.tidegate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Host;
import dev.tidegate.workload.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * An OCI registry on loopback that holds what a test pushes, notes what it is asked, and does
 * everything wrong that it is told to.
 */
public final class RegistryDouble implements AutoCloseable {
  private static final Pattern PATH =
      Pattern.compile("/v2/(.+)/(manifests|blobs|referrers)/([A-Za-z0-9_][A-Za-z0-9._:-]*)");
  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentMap<String, Repo> repos = new ConcurrentHashMap<>();
  private final List<Instead> instead = new CopyOnWriteArrayList<>();
  private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
  private final Queue<Served> served = new ConcurrentLinkedQueue<>();
  private volatile boolean referrersApi = true;
  private volatile Duration delay = Duration.ZERO;

  private record Stored(String mediaType, Bytes content) {}

  /** From when to when a request was in work, in nanoseconds. */
  private record Served(long from, long to) {}

  private record Instead(Predicate<Asked> when, Answer answer) {}

  /** What one repository holds. */
  private static final class Repo {
    private final ConcurrentMap<String, Stored> manifests = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Bytes> blobs = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, String> tags = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, byte[]> referrers = new ConcurrentHashMap<>();
    private @Nullable Boolean referrersApi;
  }

  /** A request that came. */
  public record Asked(String method, String path, String query, Map<String, String> headers) {
    /** Whether it is for the manifest or blob {@code reference}, or its referrers. */
    public boolean isFor(String reference) {
      return path.endsWith("/" + reference);
    }

    /** {@code GET /v2/…}. */
    @Override
    public String toString() {
      return method + " " + path + (query.isEmpty() ? "" : "?" + query);
    }
  }

  /** Answers a request. */
  @FunctionalInterface
  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private RegistryDouble(HttpServer server) {
    this.server = server;
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** A registry without TLS. */
  public static RegistryDouble start() {
    try {
      return new RegistryDouble(HttpServer.create(loopback(), 0));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A registry with TLS. */
  public static RegistryDouble start(SSLContext tls) {
    try {
      HttpsServer server = HttpsServer.create(loopback(), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls));
      return new RegistryDouble(server);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A registry with TLS that speaks only to who shows a certificate. */
  public static RegistryDouble demandingClientCertificate(SSLContext tls) {
    try {
      HttpsServer server = HttpsServer.create(loopback(), 0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters wanted = tls.getDefaultSSLParameters();
              wanted.setNeedClientAuth(true);
              parameters.setSSLParameters(wanted);
            }
          });
      return new RegistryDouble(server);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Its port. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** {@code http}, or {@code https} with TLS. */
  String scheme() {
    return server instanceof HttpsServer ? "https" : "http";
  }

  /** How references name it. */
  public String name() {
    return "localhost:" + port();
  }

  /** It as a configured host, called by its name. */
  public Host host() {
    return host(name());
  }

  /** It as a configured host that references call {@code name}. */
  public Host host(String name) {
    return Host.at(name, URI.create(scheme() + "://localhost:" + port()));
  }

  private Repo repo(String path) {
    return repos.computeIfAbsent(path, none -> new Repo());
  }

  /** Holds what lies in a folder {@code v2-data} of the corpus {@code signed-images}. */
  public RegistryDouble load(Path folder) {
    try {
      JsonNode all = Json.MAPPER.readTree(Files.readAllBytes(folder.resolve("index.json")));
      for (Map.Entry<String, JsonNode> entry : all.get("repositories").properties()) {
        load(folder.resolve(entry.getKey()), repo(entry.getKey()), entry.getValue());
      }
      return this;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static void load(Path folder, Repo repo, JsonNode index) throws IOException {
    repo.referrersApi = index.path("referrersApi").asBoolean();
    for (Map.Entry<String, JsonNode> one : index.path("manifests").properties()) {
      Path file = folder.resolve("manifests").resolve(one.getKey());
      if (Files.isRegularFile(file)) {
        repo.manifests.put(
            one.getKey(),
            new Stored(
                one.getValue().path("mediaType").asText(), Bytes.copyOf(Files.readAllBytes(file))));
      }
    }
    for (Map.Entry<String, JsonNode> one : index.path("blobs").properties()) {
      Path file = folder.resolve("blobs").resolve(one.getKey());
      if (Files.isRegularFile(file)) {
        repo.blobs.put(one.getKey(), Bytes.copyOf(Files.readAllBytes(file)));
      }
    }
    index
        .path("tags")
        .properties()
        .forEach(tag -> repo.tags.put(tag.getKey(), tag.getValue().asText()));
    Path referrers = folder.resolve("referrers");
    if (Files.isDirectory(referrers)) {
      try (var files = Files.list(referrers)) {
        for (Path file : files.toList()) {
          repo.referrers.put(
              String.valueOf(file.getFileName()).replace(".json", ""), Files.readAllBytes(file));
        }
      }
    }
  }

  /** Whether it has the referrers API; a repository of a folder decides for itself. */
  public RegistryDouble referrersApi(boolean has) {
    this.referrersApi = has;
    return this;
  }

  /** Pushes a blob. */
  public Digest blob(String repository, byte[] content) {
    Bytes bytes = Bytes.copyOf(content);
    repo(repository).blobs.put(bytes.sha256().toString(), bytes);
    return bytes.sha256();
  }

  /** Pushes a manifest. */
  public Digest manifest(String repository, String mediaType, byte[] content) {
    Bytes bytes = Bytes.copyOf(content);
    repo(repository).manifests.put(bytes.sha256().toString(), new Stored(mediaType, bytes));
    return bytes.sha256();
  }

  /** Lets {@code tag} point at {@code digest}. */
  public void tag(String repository, String tag, Digest digest) {
    repo(repository).tags.put(tag, digest.toString());
  }

  /** Removes a tag. */
  public void untag(String repository, String tag) {
    repo(repository).tags.remove(tag);
  }

  /** Removes a manifest, its tags, and its place in the lists of what refers to others. */
  public void delete(String repository, Digest digest) {
    Repo repo = repo(repository);
    repo.manifests.remove(digest.toString());
    repo.tags.values().removeIf(digest.toString()::equals);
    repo.referrers.replaceAll((subject, list) -> without(list, digest));
  }

  private static byte[] without(byte[] list, Digest digest) {
    try {
      JsonNode index = Json.MAPPER.readTree(list);
      var entries = index.path("manifests").elements();
      while (entries.hasNext()) {
        if (entries.next().path("digest").asText().equals(digest.toString())) {
          entries.remove();
        }
      }
      return index.toString().getBytes(StandardCharsets.UTF_8);
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }

  /** Pushes an index of {@code children}, by their platforms' architectures. */
  public PinnedImage index(String repository, String tag, Map<String, PinnedImage> children) {
    ObjectNode index =
        Json.MAPPER.createObjectNode().put("schemaVersion", 2).put("mediaType", OCI_INDEX);
    ArrayNode manifests = index.putArray("manifests");
    children.forEach((architecture, child) -> {
      Stored stored =
          Objects.requireNonNull(repo(repository).manifests.get(child.digest().toString()));
      describe(manifests.addObject(), stored.mediaType(), stored.content().toArray())
          .putObject("platform")
          .put("os", architecture.equals("unknown") ? "unknown" : "linux")
          .put("architecture", architecture);
    });
    Digest digest =
        manifest(repository, OCI_INDEX, index.toString().getBytes(StandardCharsets.UTF_8));
    tag(repository, tag, digest);
    return new PinnedImage(ImageReference.parse(name() + "/" + repository).repository(), digest);
  }

  /** Pushes an image that starts as {@code user}; {@code content} makes it another. */
  public PinnedImage image(String repository, String tag, String user, String content) {
    ObjectNode config =
        Json.MAPPER.createObjectNode().put("os", "linux").put("architecture", "amd64");
    config.putObject("config").put("User", user);
    config.put("author", content);
    byte[] written = config.toString().getBytes(StandardCharsets.UTF_8);
    ObjectNode manifest = artifact("application/vnd.oci.image.config.v1+json", written);
    blob(repository, written);
    Digest digest =
        manifest(repository, OCI_MANIFEST, manifest.toString().getBytes(StandardCharsets.UTF_8));
    tag(repository, tag, digest);
    return new PinnedImage(ImageReference.parse(name() + "/" + repository).repository(), digest);
  }

  /** A manifest without layers whose configuration is {@code config}. */
  public static ObjectNode artifact(String configType, byte[] config) {
    ObjectNode manifest =
        Json.MAPPER.createObjectNode().put("schemaVersion", 2).put("mediaType", OCI_MANIFEST);
    describe(manifest.putObject("config"), configType, config);
    manifest.putArray("layers");
    return manifest;
  }

  /** Describes {@code content} in {@code node}. */
  public static ObjectNode describe(ObjectNode node, String mediaType, byte[] content) {
    return node.put("mediaType", mediaType)
        .put("digest", Bytes.copyOf(content).sha256().toString())
        .put("size", content.length);
  }

  /** Pushes a signature of the older format beside {@code image}, after those that are there. */
  public Digest signature(PinnedImage image, byte[] payload, Map<String, String> annotations) {
    return layer(image, ".sig", CosignSigner.SIMPLE_SIGNING, payload, annotations);
  }

  /** Pushes an attestation of the older format beside {@code image}, after those that are there. */
  public void attestation(PinnedImage image, SignatureDocument.Layer layer) {
    layer(image, ".att", CosignSigner.DSSE, layer.payload().toArray(), layer.annotations());
  }

  private Digest layer(
      PinnedImage image,
      String suffix,
      String mediaType,
      byte[] payload,
      Map<String, String> annotations) {
    String repository = image.in().path();
    String tag = "sha256-" + image.digest().hex() + suffix;
    String before = repo(repository).tags.get(tag);
    ObjectNode manifest;
    try {
      manifest =
          before == null
              ? artifact(
                  "application/vnd.oci.image.config.v1+json", "{}".getBytes(StandardCharsets.UTF_8))
              : (ObjectNode)
                  Json.MAPPER.readTree(
                      Objects.requireNonNull(repo(repository).manifests.get(before))
                          .content()
                          .toArray());
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
    blob(repository, "{}".getBytes(StandardCharsets.UTF_8));
    blob(repository, payload);
    ObjectNode layer =
        describe(((ArrayNode) manifest.get("layers")).addObject(), mediaType, payload);
    annotations.forEach(layer.putObject("annotations")::put);
    Digest digest =
        manifest(repository, OCI_MANIFEST, manifest.toString().getBytes(StandardCharsets.UTF_8));
    tag(repository, tag, digest);
    return digest;
  }

  /** Pushes a signature of {@code image} by {@code signer} in the older format. */
  public Digest signature(PinnedImage image, CosignSigner signer) {
    var layer = signer.layer(image.digest(), Map.of());
    return signature(image, layer.payload().toArray(), layer.annotations());
  }

  /** Pushes a Sigstore bundle that refers to {@code image}. */
  public Digest bundle(PinnedImage image, byte[] json) {
    String repository = image.in().path();
    byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
    String type = "application/vnd.dev.sigstore.bundle.v0.3+json";
    ObjectNode manifest = artifact("application/vnd.oci.empty.v1+json", empty);
    manifest.put("artifactType", type);
    blob(repository, empty);
    blob(repository, json);
    describe(((ArrayNode) manifest.get("layers")).addObject(), type, json);
    manifest
        .putObject("subject")
        .put("mediaType", OCI_MANIFEST)
        .put("digest", image.digest().toString())
        .put("size", 1);
    return refers(image, manifest);
  }

  /** Pushes {@code manifest} and lists it as a referrer of {@code image}. */
  public Digest refers(PinnedImage image, ObjectNode manifest) {
    String repository = image.in().path();
    byte[] written = manifest.toString().getBytes(StandardCharsets.UTF_8);
    Digest digest = manifest(repository, OCI_MANIFEST, written);
    Repo repo = repo(repository);
    byte[] list = repo.referrers.get(image.digest().toString());
    try {
      ObjectNode index =
          list == null
              ? Json.MAPPER.createObjectNode().put("schemaVersion", 2).put("mediaType", OCI_INDEX)
              : (ObjectNode) Json.MAPPER.readTree(list);
      describe(index.withArray("manifests").addObject(), OCI_MANIFEST, written);
      byte[] whole = index.toString().getBytes(StandardCharsets.UTF_8);
      repo.referrers.put(image.digest().toString(), whole);
      if (!referrersApi) {
        tag(repository, "sha256-" + image.digest().hex(), manifest(repository, OCI_INDEX, whole));
      }
      return digest;
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }

  /** Answers requests that are {@code when} otherwise; the last such rule counts. */
  public void instead(Predicate<Asked> when, Answer answer) {
    instead.addFirst(new Instead(when, answer));
  }

  /** Forgets all rules of {@link #instead}. */
  public void behave() {
    instead.clear();
  }

  /** What it was asked, in order. */
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** The same as texts. */
  public List<String> lines() {
    return asked.stream().map(Asked::toString).toList();
  }

  /** Forgets what it was asked. */
  public void forget() {
    asked.clear();
    served.clear();
  }

  /** Lets each answer come {@code later}: what a network does. */
  public RegistryDouble delay(Duration later) {
    this.delay = later;
    return this;
  }

  /** Most requests of which each came only after the one before was answered. */
  public int rounds() {
    int rounds = 0;
    long free = Long.MIN_VALUE;
    for (Served one : served.stream().sorted(Comparator.comparingLong(Served::to)).toList()) {
      if (one.from() >= free) {
        rounds++;
        free = one.to();
      }
    }
    return rounds;
  }

  /** An answer of a status with a body of JSON. */
  public static Answer status(int status, String body, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
      }
      send(exchange, status, "application/json", body.getBytes(StandardCharsets.UTF_8));
    };
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().add("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
    }
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head && body.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    long from = System.nanoTime();
    LockSupport.parkNanos(delay.toNanos());
    served.add(new Served(from, System.nanoTime()));
    try (exchange) {
      URI uri = exchange.getRequestURI();
      Map<String, String> headers = new LinkedHashMap<>();
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
      Asked request =
          new Asked(
              exchange.getRequestMethod(),
              uri.getRawPath(),
              Optional.ofNullable(uri.getRawQuery()).orElse(""),
              Map.copyOf(headers));
      asked.add(request);
      // Read at once, so that no answer is late for it; whoever answers may read it again.
      byte[] body = exchange.getRequestBody().readAllBytes();
      exchange.setStreams(new ByteArrayInputStream(body), null);
      for (Instead rule : instead) {
        if (rule.when().test(request)) {
          rule.answer().to(exchange);
          return;
        }
      }
      normally(exchange, request);
    }
  }

  /** Answers as a registry does. */
  public void normally(HttpExchange exchange, Asked request) throws IOException {
    if (request.path().equals("/v2/")) {
      status(200, "{}").to(exchange);
      return;
    }
    Matcher matcher = PATH.matcher(request.path());
    Repo repo = matcher.matches() ? repos.get(matcher.group(1)) : null;
    if (repo == null) {
      none(exchange, "NAME_UNKNOWN");
      return;
    }
    String reference = matcher.group(3);
    switch (matcher.group(2)) {
      case "blobs" -> {
        Bytes blob = repo.blobs.get(reference);
        if (blob == null) {
          none(exchange, "BLOB_UNKNOWN");
        } else {
          send(exchange, 200, "application/octet-stream", blob.toArray());
        }
      }
      case "referrers" -> referrers(exchange, repo, reference);
      default -> {
        String digest = repo.tags.getOrDefault(reference, reference);
        Stored manifest = repo.manifests.get(digest);
        if (manifest == null) {
          none(exchange, "MANIFEST_UNKNOWN");
        } else {
          exchange.getResponseHeaders().add("Docker-Content-Digest", digest);
          send(exchange, 200, manifest.mediaType(), manifest.content().toArray());
        }
      }
    }
  }

  private void referrers(HttpExchange exchange, Repo repo, String digest) throws IOException {
    Boolean own = repo.referrersApi;
    if (own == null ? !referrersApi : !own) {
      none(exchange, "NOT_FOUND");
      return;
    }
    byte[] list = repo.referrers.get(digest);
    send(
        exchange,
        200,
        OCI_INDEX,
        list == null
            ? "{\"schemaVersion\":2,\"manifests\":[]}".getBytes(StandardCharsets.UTF_8)
            : list);
  }

  private static void none(HttpExchange exchange, String code) throws IOException {
    status(404, "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"not here\"}]}").to(exchange);
  }

  /** Stops; further requests are refused by the operating system. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
