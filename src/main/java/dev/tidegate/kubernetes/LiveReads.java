package dev.tidegate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.IsolationNow;
import dev.tidegate.evidence.EvidenceKey.NamespaceLabels;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What is read from the API server while an admission waits. */
final class LiveReads {
  private static final String JSON = "application/json";
  private static final int PAGE = 500;

  /** A DNS label (RFC 1123), as names of namespaces are; they become part of a path. */
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private final ApiServer api;
  private final PluginPolicies plugins;
  private final InstantSource clock;
  private final int mostPolicies;

  /**
   * @param mostPolicies most policies of one namespace
   */
  LiveReads(ApiServer api, PluginPolicies plugins, InstantSource clock, int mostPolicies) {
    this.api = api;
    this.plugins = plugins;
    this.clock = clock;
    this.mostPolicies = mostPolicies;
  }

  EvidenceSource<NamespaceLabels, Map<String, String>> labels() {
    return new EvidenceSource<>() {
      @Override
      public Class<NamespaceLabels> serves() {
        return NamespaceLabels.class;
      }

      @Override
      public Evidence<Map<String, String>> obtain(NamespaceLabels key, Errand errand)
          throws InterruptedException {
        return labels(key.namespace(), errand.budget());
      }
    };
  }

  EvidenceSource<IsolationNow, NetworkPolicies> isolation() {
    return new EvidenceSource<>() {
      @Override
      public Class<IsolationNow> serves() {
        return IsolationNow.class;
      }

      @Override
      public Evidence<NetworkPolicies> obtain(IsolationNow key, Errand errand)
          throws InterruptedException {
        return isolation(key.namespace(), errand.budget());
      }
    };
  }

  private Evidence<Map<String, String>> labels(String namespace, Deadline until)
      throws InterruptedException {
    if (!NAMESPACE.matcher(namespace).matches()) {
      return new Evidence.Absent<>(clock.instant()); // no namespace can have this name
    }
    String path = "/api/v1/namespaces/" + namespace;
    return switch (api.get("namespace " + namespace, path, JSON, until)) {
      case ApiServer.Answer.Missing none -> new Evidence.Absent<>(clock.instant());
      case ApiServer.Answer.Trouble(Doubt doubt) -> new Evidence.Unavailable<>(doubt);
      case ApiServer.Answer.Found(JsonNode json) -> {
        Map<String, String> labels = new HashMap<>();
        json.path("metadata")
            .path("labels")
            .properties()
            .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        yield new Evidence.Present<>(Map.copyOf(labels), clock.instant());
      }
    };
  }

  private Evidence<NetworkPolicies> isolation(String namespace, Deadline until)
      throws InterruptedException {
    if (!NAMESPACE.matcher(namespace).matches()) {
      return new Evidence.Present<>(NetworkPolicies.NONE, clock.instant());
    }
    if (!plugins.isSettled()) {
      return new Evidence.Unavailable<>(
          Doubt.of(
              Cause.NOT_SYNCED,
              "the gate has not yet read which kinds of network policies the cluster has"));
    }
    String what = "the network policies of namespace " + namespace;
    String path = ClusterKind.NETWORK_POLICIES.path("v1", namespace) + "?limit=" + PAGE;
    List<Listed> listed = new ArrayList<>();
    String next = "";
    do {
      switch (api.get(what, path + next, JSON, until)) {
        case ApiServer.Answer.Trouble(Doubt doubt) -> {
          return new Evidence.Unavailable<>(doubt);
        }
        case ApiServer.Answer.Missing none -> {
          return new Evidence.Unavailable<>(
              Doubt.of(Cause.SERVER_ERROR, "tried to read " + what + ", but none are served"));
        }
        case ApiServer.Answer.Found(JsonNode list) -> {
          list.path("items").forEach(item -> listed.add(Listed.of(item)));
          next = continuation(list);
        }
      }
      if (listed.size() > mostPolicies) {
        return new Evidence.Unavailable<>(
            Doubt.of(
                Cause.TOO_LARGE,
                "namespace " + namespace + " has more than " + mostPolicies + " network policies"));
      }
    } while (!next.isEmpty());
    return new Evidence.Present<>(
        Listed.together(listed).alsoUnread(plugins.unreadNow(namespace, until)), clock.instant());
  }

  private static String continuation(JsonNode list) {
    String token = list.path("metadata").path("continue").asText("");
    return token.isEmpty() ? "" : "&continue=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
  }
}
