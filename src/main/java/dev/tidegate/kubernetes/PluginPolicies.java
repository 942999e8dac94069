package dev.tidegate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The policies of network plugins that exist: named, not interpreted. What may not or could not be
 * read is named as well, so that "no policy" is never said of what nobody looked at.
 */
final class PluginPolicies implements AutoCloseable {
  /** Most objects of one kind that are kept of a namespace: texts name a few at most. */
  private static final int MOST_IN_PLACE = 10;

  private static final int MOST_IN_ALL = 50_000;

  /** Most names given to a check. */
  private static final int MOST_NAMED = 20;

  private static final String IDENTITIES =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

  private final KubernetesClient client;
  private final ApiServer api;
  private final Troubles troubles;

  /** What is known of each kind; replaced as a whole. */
  private volatile @Nullable Map<ClusterKind, State> states;

  private boolean closed;

  /** What is known of one kind. */
  private sealed interface State {
    /** It is served and followed. */
    record Followed(Following<List<String>> following) implements State {}

    /** Whether it is served could not be found out. */
    record Unclear(String why) implements State {}
  }

  PluginPolicies(KubernetesClient client, ApiServer api, Troubles troubles) {
    this.client = client;
    this.api = api;
    this.troubles = troubles;
  }

  /** Follows what is served now, and no longer what is not. */
  synchronized void update(Map<ClusterKind, Discovery.Service> services) {
    if (closed) {
      return;
    }
    Map<ClusterKind, State> before = states == null ? Map.of() : states;
    Map<ClusterKind, State> now = new LinkedHashMap<>();
    services.forEach((kind, service) -> {
      State next = next(kind, before.get(kind), service);
      if (next != null) {
        now.put(kind, next);
      }
    });
    dropDoubles(now);
    states = now;
    Map<ClusterKind, State> gone = new HashMap<>(before);
    gone.values().removeAll(now.values());
    gone.values().forEach(PluginPolicies::end);
    now.values().stream().filter(state -> !before.containsValue(state)).forEach(this::begin);
  }

  private @Nullable State next(
      ClusterKind kind, @Nullable State before, Discovery.Service service) {
    return switch (service) {
      case Discovery.Service.Unserved none -> null;
      // One failed look does not end a following that works.
      case Discovery.Service.Unclear unclear ->
          before instanceof State.Followed
              ? before
              : new State.Unclear("whether the cluster has them could not be found out");
      case Discovery.Service.Served served ->
          before instanceof State.Followed(Following<List<String>> following)
                  && following.version().equals(served.version())
              ? before
              : new State.Followed(following(kind, served.version()));
    };
  }

  /** Calico's API server offers the objects that are stored as custom resources anyway. */
  private static void dropDoubles(Map<ClusterKind, State> now) {
    boolean stored =
        now.entrySet().stream()
            .anyMatch(entry ->
                entry.getKey().group().equals(ClusterKind.CALICO_STORED)
                    && entry.getValue() instanceof State.Followed);
    if (stored) {
      now.keySet().removeIf(kind -> kind.group().equals(ClusterKind.CALICO_OFFERED));
    }
  }

  private Following<List<String>> following(ClusterKind kind, String version) {
    ObjectTable<String, List<String>> table =
        new ObjectTable<>(
            PluginPolicies::place,
            object -> kind.kind() + " " + object.getMetadata().getName(),
            Function.identity(),
            MOST_IN_PLACE,
            MOST_IN_ALL);
    return new Following<>(client, kind, version, table, troubles);
  }

  private static String place(ObjectMeta metadata) {
    return metadata.getNamespace() == null ? "" : metadata.getNamespace();
  }

  private void begin(State state) {
    if (state instanceof State.Followed(Following<List<String>> following)) {
      following.start();
    }
  }

  private static void end(State state) {
    if (state instanceof State.Followed(Following<List<String>> following)) {
      following.close();
    }
  }

  /** Whether every kind that is served has been listed, or refused. */
  boolean isSettled() {
    Map<ClusterKind, State> now = states;
    return now != null
        && now.values().stream()
            .allMatch(state ->
                switch (state) {
                  case State.Unclear unclear -> true;
                  case State.Followed(Following<List<String>> following) -> following.isSettled();
                });
  }

  /** What may isolate pods of {@code namespace} and is not interpreted; from memory. */
  List<String> unread(String namespace) {
    Map<ClusterKind, State> now = states;
    if (now == null || now.isEmpty()) {
      return List.of();
    }
    List<String> unread = new ArrayList<>();
    now.forEach((kind, state) -> {
      switch (state) {
        case State.Unclear(String why) -> unread.add(of(kind, why));
        case State.Followed(Following<List<String>> following) -> {
          if (following.isComplete()) {
            unread.addAll(following.table().in(kind.namespaced() ? namespace : ""));
            if (following.table().isOver(kind.namespaced() ? namespace : "")) {
              unread.add(of(kind, "there are too many to keep"));
            }
          } else {
            unread.add(of(kind, following.obstacle()));
          }
        }
      }
    });
    return bounded(unread);
  }

  /** The same, asked of the API server now. */
  List<String> unreadNow(String namespace, Deadline until) throws InterruptedException {
    List<String> unread = new ArrayList<>(unread(namespace));
    Map<ClusterKind, State> now = states;
    if (now == null || !unread.isEmpty()) {
      return unread; // one is enough for the answer; no need to look for more
    }
    for (State state : now.values()) {
      if (state instanceof State.Followed(Following<List<String>> following)) {
        ClusterKind kind = following.kind();
        String path = kind.path(following.version(), namespace) + "?limit=" + MOST_IN_PLACE;
        switch (api.get(kind + " of namespace " + namespace, path, IDENTITIES, until)) {
          case ApiServer.Answer.Missing none -> {} // its definition was just removed
          case ApiServer.Answer.Trouble(Doubt doubt) -> unread.add(of(kind, doubt.tried()));
          case ApiServer.Answer.Found(JsonNode list) -> {
            for (JsonNode object : list.path("items")) {
              unread.add(kind.kind() + " " + object.path("metadata").path("name").asText("?"));
            }
          }
        }
      }
    }
    return bounded(unread);
  }

  private static String of(ClusterKind kind, String why) {
    return kind.kind() + " (" + why + ")";
  }

  private static List<String> bounded(List<String> unread) {
    return unread.size() <= MOST_NAMED ? unread : List.copyOf(unread.subList(0, MOST_NAMED));
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (states != null) {
      states.values().forEach(PluginPolicies::end);
    }
  }
}
