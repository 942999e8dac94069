package dev.tidegate.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks the API server which kinds it serves, and in which version. */
final class Discovery {
  /** More versions than this of one group are not looked at. */
  private static final int MOST_VERSIONS = 16;

  private static final String JSON = "application/json";

  private final ApiServer api;

  Discovery(ApiServer api) {
    this.api = api;
  }

  /** Whether a kind is served. */
  sealed interface Service {
    /** It is, best in {@code version}. */
    record Served(String version) implements Service {}

    /** It is not. */
    record Unserved() implements Service {}

    /** It could not be found out. */
    record Unclear(Doubt doubt) implements Service {}
  }

  /** Finds out for each of {@code kinds}, with one read per group and version. */
  Map<ClusterKind, Service> of(List<ClusterKind> kinds, Deadline until)
      throws InterruptedException {
    Map<String, List<ClusterKind>> groups = new LinkedHashMap<>();
    for (ClusterKind kind : kinds) {
      groups.computeIfAbsent(kind.group(), none -> new ArrayList<>()).add(kind);
    }
    Map<ClusterKind, Service> found = new LinkedHashMap<>();
    for (Map.Entry<String, List<ClusterKind>> group : groups.entrySet()) {
      lookUp(group.getKey(), group.getValue(), until, found);
    }
    return found;
  }

  private void lookUp(
      String group, List<ClusterKind> kinds, Deadline until, Map<ClusterKind, Service> found)
      throws InterruptedException {
    switch (api.get("the versions of " + group, "/apis/" + group, JSON, until)) {
      case ApiServer.Answer.Missing none -> all(kinds, new Service.Unserved(), found);
      case ApiServer.Answer.Trouble(Doubt doubt) -> all(kinds, new Service.Unclear(doubt), found);
      case ApiServer.Answer.Found(JsonNode json) ->
          lookUpIn(group, versions(json), kinds, until, found);
    }
  }

  private void lookUpIn(
      String group,
      List<String> versions,
      List<ClusterKind> kinds,
      Deadline until,
      Map<ClusterKind, Service> found)
      throws InterruptedException {
    Optional<Doubt> unclear = Optional.empty();
    for (String version : versions) {
      switch (api.get(
          "the kinds of " + group + "/" + version, "/apis/" + group + "/" + version, JSON, until)) {
        case ApiServer.Answer.Missing none -> {}
        case ApiServer.Answer.Trouble(Doubt doubt) -> unclear = Optional.of(doubt);
        case ApiServer.Answer.Found(JsonNode json) -> {
          for (ClusterKind kind : kinds) {
            if (lists(json, kind.plural())) {
              found.putIfAbsent(kind, new Service.Served(version));
            }
          }
        }
      }
    }
    Service rest = unclear.<Service>map(Service.Unclear::new).orElseGet(Service.Unserved::new);
    for (ClusterKind kind : kinds) {
      found.putIfAbsent(kind, rest);
    }
  }

  private static void all(
      List<ClusterKind> kinds, Service service, Map<ClusterKind, Service> found) {
    kinds.forEach(kind -> found.put(kind, service));
  }

  /** The versions of a group, the preferred one first. */
  private static List<String> versions(JsonNode group) {
    List<String> versions = new ArrayList<>();
    String preferred = group.path("preferredVersion").path("version").asText("");
    if (isVersion(preferred)) {
      versions.add(preferred);
    }
    for (JsonNode entry : group.path("versions")) {
      String version = entry.path("version").asText("");
      if (isVersion(version) && !versions.contains(version) && versions.size() < MOST_VERSIONS) {
        versions.add(version);
      }
    }
    return versions;
  }

  /** It becomes part of a path. */
  private static boolean isVersion(String text) {
    return text.length() <= 63 && text.matches("[a-z0-9]+");
  }

  private static boolean lists(JsonNode resources, String plural) {
    for (JsonNode resource : resources.path("resources")) {
      if (resource.path("name").asText("").equals(plural)) {
        return true;
      }
    }
    return false;
  }
}
