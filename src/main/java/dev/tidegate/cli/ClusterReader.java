package dev.tidegate.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Subject;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.Json;
import dev.tidegate.workload.NetworkPolicyReader;
import dev.tidegate.workload.WorkloadReader;
import dev.tidegate.workload.WorkloadReader.Read;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what runs in a cluster through the user's kubeconfig, page by page, as plain JSON: the
 * readers are the ones that files and admissions have.
 */
final class ClusterReader implements AutoCloseable {
  private static final int PAGE = 250;
  private static final int MOST_OBJECTS = 50_000;
  private static final int REQUEST_MILLIS = 20_000;
  private static final int RETRIES = 2;
  private static final String ENDED = "status.phase!=Succeeded,status.phase!=Failed";

  private final KubernetesClient client;

  private ClusterReader(KubernetesClient client) {
    this.client = client;
  }

  /** Takes one object of a list. */
  @FunctionalInterface
  private interface Taker {
    void take(JsonNode object) throws BadDocument;
  }

  /**
   * A reader of the cluster that the kubeconfig names.
   *
   * @throws CommandFailure if there is no such kubeconfig or context
   */
  static ClusterReader open(
      @Nullable String kubeconfig, @Nullable String context, Invocation invocation)
      throws CommandFailure {
    Config config = config(kubeconfig, context, invocation);
    if (context != null) {
      NamedContext current = config.getCurrentContext();
      if (current == null || !current.getName().equals(context)) {
        throw CommandFailure.usage(
            "the kubeconfig has no context \""
                + context
                + "\"; kubectl config get-contexts lists those that it has");
      }
    }
    config.setRequestTimeout(REQUEST_MILLIS);
    config.setRequestRetryBackoffLimit(RETRIES);
    return new ClusterReader(new KubernetesClientBuilder().withConfig(config).build());
  }

  private static Config config(
      @Nullable String kubeconfig, @Nullable String context, Invocation invocation)
      throws CommandFailure {
    if (kubeconfig == null) {
      return Config.autoConfigure(context);
    }
    Path file = invocation.environment().directory().resolve(kubeconfig);
    if (!Files.isRegularFile(file)) {
      throw CommandFailure.usage(kubeconfig + ": there is no such kubeconfig; check --kubeconfig");
    }
    if (!Files.isReadable(file)) {
      throw CommandFailure.usage(kubeconfig + " may not be read; check its permissions");
    }
    try {
      return Config.fromKubeconfig(context, file.toFile());
    } catch (IllegalArgumentException | KubernetesClientException unusable) {
      // What the library says quotes the file, and so its credentials.
      throw CommandFailure.usage(kubeconfig + " is not a kubeconfig; check --kubeconfig");
    }
  }

  /**
   * The pods of {@code namespace}, or of all, and what they are judged with.
   *
   * @throws CommandFailure if the cluster does not answer, or refuses
   */
  RunningPods read(@Nullable String namespace) throws CommandFailure {
    World world = new World();
    namespaces(namespace, world);
    String in = namespace == null ? "" : "/namespaces/" + encoded(namespace);
    list(
        "/apis/networking.k8s.io/v1" + in + "/networkpolicies",
        "",
        object -> world.policy(namespaceOf(object), NetworkPolicyReader.read(object)));
    foreign(namespace, in, world);
    List<Subject> pods = new ArrayList<>();
    list(
        "/api/v1" + in + "/pods",
        "&fieldSelector=" + encoded(ENDED),
        object -> pod(object).ifPresent(pods::add));
    return new RunningPods(pods, world);
  }

  private void namespaces(@Nullable String namespace, World world) throws CommandFailure {
    if (namespace == null) {
      list("/api/v1/namespaces", "", object -> namespace(object, world));
      return;
    }
    JsonNode found = get("/api/v1/namespaces/" + encoded(namespace));
    if (found == null) {
      throw CommandFailure.usage("the cluster has no namespace \"" + namespace + "\"; check -n");
    }
    namespace(found, world);
  }

  private static void namespace(JsonNode object, World world) {
    Map<String, String> labels = new HashMap<>();
    object
        .path("metadata")
        .path("labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText("")));
    world.namespace(object.path("metadata").path("name").asText(""), labels);
  }

  /** Policies of network plugins, where the cluster has their kinds. */
  private void foreign(@Nullable String namespace, String in, World world) throws CommandFailure {
    Map<String, String> versions = new HashMap<>();
    JsonNode groups = get("/apis");
    if (groups != null) {
      for (JsonNode group : groups.path("groups")) {
        versions.put(
            group.path("name").asText(""),
            group.path("preferredVersion").path("version").asText(""));
      }
    }
    for (ForeignPolicies kind : ForeignPolicies.ALL) {
      String version = versions.getOrDefault(kind.group(), "");
      if (!version.isEmpty()) {
        list(
            "/apis/"
                + kind.group()
                + "/"
                + version
                + (kind.namespaced() && namespace != null ? in : "")
                + "/"
                + kind.plural(),
            "",
            object ->
                kind.add(
                    world, namespaceOf(object), object.path("metadata").path("name").asText("")));
      }
    }
  }

  private static Optional<Subject> pod(JsonNode object) throws BadDocument {
    // Objects in lists do not say their kind.
    ((com.fasterxml.jackson.databind.node.ObjectNode) object)
        .put("apiVersion", "v1")
        .put("kind", "Pod");
    return WorkloadReader.read(object) instanceof Read.Workload workload
        ? Optional.of(
            WorkloadReader.subject(
                workload,
                namespaceOf(object),
                "",
                Operation.CREATE,
                GivenFiles.NOBODY,
                Optional.empty()))
        : Optional.empty();
  }

  private static String namespaceOf(JsonNode object) {
    return object.path("metadata").path("namespace").asText("");
  }

  private void list(String path, String query, Taker taker) throws CommandFailure {
    String more = "";
    int objects = 0;
    do {
      JsonNode page =
          get(
              path
                  + "?limit="
                  + PAGE
                  + query
                  + (more.isEmpty() ? "" : "&continue=" + encoded(more)));
      if (page == null) {
        return; // the kind is not served (any more)
      }
      for (JsonNode object : page.path("items")) {
        if (++objects > MOST_OBJECTS) {
          throw CommandFailure.undecided(
              "the cluster has more than "
                  + MOST_OBJECTS
                  + " objects at "
                  + path
                  + "; check it namespace by namespace with -n");
        }
        try {
          taker.take(object);
        } catch (BadDocument bad) {
          throw CommandFailure.undecided(
              "an object at " + path + " cannot be understood: " + bad.getMessage());
        }
      }
      more = page.path("metadata").path("continue").asText("");
    } while (!more.isEmpty());
  }

  private @Nullable JsonNode get(String pathAndQuery) throws CommandFailure {
    String path = pathAndQuery.replaceFirst("\\?.*", "");
    try {
      String body = client.raw(pathAndQuery);
      return body == null ? null : Json.MAPPER.readTree(body);
    } catch (JsonProcessingException notJson) {
      throw CommandFailure.undecided(
          "tried to read " + path + " from the cluster, but its answer is not JSON");
    } catch (KubernetesClientException failure) {
      throw failed(path, failure);
    }
  }

  private CommandFailure failed(String path, KubernetesClientException failure) {
    String tried = "tried to read " + path + " from " + client.getMasterUrl() + ", but ";
    return switch (Integer.valueOf(failure.getCode())) {
      case 401 ->
          CommandFailure.undecided(
              tried + "the credentials of the kubeconfig were refused; log in again");
      case 403 ->
          CommandFailure.undecided(
              tried
                  + "this user may not; ask for the permission to list it, or use another --context");
      case 410 ->
          CommandFailure.undecided(tried + "the list changed too much meanwhile; try again");
      case Integer code when code <= 0 -> // there was no answer at all
          CommandFailure.undecided(
              tried
                  + "it could not be reached: "
                  + said(failure)
                  + "; check --kubeconfig and --context");
      case Integer code ->
          CommandFailure.undecided(tried + "it answered " + code + "; try again later");
    };
  }

  private static String said(Throwable failure) {
    Throwable last = failure;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    String message = last.getMessage();
    return dev.tidegate.model.PlainText.of(message == null ? "no reason was given" : message, 300);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
  }
}
