package dev.tidegate.testkit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.testkit.HarborDouble.Finding;
import dev.tidegate.testkit.HarborDouble.Format;
import dev.tidegate.testkit.HarborDouble.Told;
import dev.tidegate.testkit.HarborState.Held;
import dev.tidegate.testkit.HarborState.Line;
import dev.tidegate.testkit.HarborState.Scan;
import dev.tidegate.workload.Json;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The JSON of a {@link HarborDouble}, with the fields that Harbor 2.15.2 was seen to write. */
final class HarborTexts {
  static final String MIME = "application/vnd.security.vulnerability.report; version=1.1";
  private static final List<String> SEVERITIES =
      List.of("Unknown", "None", "Negligible", "Low", "Medium", "High", "Critical");
  private static final String NEVER = "0001-01-01T00:00:00.000Z";

  private final HarborState state;
  private final String host;

  HarborTexts(HarborState state, String host) {
    this.state = state;
    this.host = host;
  }

  /** A callback about an artifact. */
  Told artifact(String type, String event, Held held, String tag, Instant at) {
    ObjectNode data = Json.MAPPER.createObjectNode();
    resource(data, held, tag);
    repository(data, held).put("date_created", at.getEpochSecond());
    return callback(type, event, data, at);
  }

  /** A callback about a scan of vulnerabilities. */
  Told scan(String type, String event, Held held, Instant at) {
    String tag =
        held.tags.isEmpty() ? held.digest.toString() : held.tags.keySet().iterator().next();
    ObjectNode data = Json.MAPPER.createObjectNode();
    ObjectNode resource = resource(data, held, tag);
    if (held.tags.isEmpty()) {
      resource.remove("tag");
    }
    state
        .scan(held.digest)
        .ifPresent(scan -> {
          ObjectNode overview = resource.putObject("scan_overview").putObject(MIME);
          overview.put("report_id", UUID.nameUUIDFromBytes(new byte[] {1}).toString());
          overview.put("scan_status", scan.status());
          overview.put("severity", scan.status().equals("Success") ? severity(scan) : "");
          overview.put("duration", 2);
          if (scan.status().equals("Success")) {
            overview.set("summary", summary(scan));
            overview.set("scanner", scanner());
          } else {
            overview.putNull("summary");
          }
          overview.put("start_time", seconds(scan.started()));
          overview.put("end_time", seconds(scan.ended()));
          overview.put("complete_percent", scan.status().equals("Success") ? 100 : 0);
        });
    repository(data, held);
    data.putObject("scan").put("scan_type", "vulnerability");
    return callback(type, event, data, at);
  }

  private ObjectNode resource(ObjectNode data, Held held, String tag) {
    return data.putArray("resources")
        .addObject()
        .put("digest", held.digest.toString())
        .put("tag", tag)
        .put(
            "resource_url",
            host + "/" + held.repository + (tag.startsWith("sha256:") ? "@" : ":") + tag);
  }

  private static ObjectNode repository(ObjectNode data, Held held) {
    int slash = held.repository.indexOf('/');
    return data.putObject("repository")
        .put("name", held.repository.substring(slash + 1))
        .put("namespace", held.repository.substring(0, slash))
        .put("repo_full_name", held.repository)
        .put("repo_type", "private");
  }

  private static Told callback(String type, String event, ObjectNode data, Instant at) {
    ObjectNode plain = Json.MAPPER.createObjectNode();
    plain.put("type", type).put("occur_at", at.getEpochSecond());
    plain.put("operator", "robot$ci").set("event_data", data);
    ObjectNode cloud = Json.MAPPER.createObjectNode();
    cloud
        .put("specversion", "1.0")
        .put(
            "id",
            UUID.nameUUIDFromBytes(
                    (type + data + at).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString())
        .put("source", "/projects/2/webhook/policies/2")
        .put("type", event)
        .put("datacontenttype", "application/json")
        .put("time", seconds(at));
    cloud.set("data", data);
    cloud.put("operator", "robot$ci").put("requestid", "85986a1c-4cf6-452d-9cc2-b979142a2d8d");
    return new Told(
        type, Map.of(Format.DEFAULT, plain.toString(), Format.CLOUDEVENTS, cloud.toString()));
  }

  /** {@code GET …/artifacts/REFERENCE}, or an entry of their list. */
  ObjectNode artifact(Held held, boolean scan, boolean accessories) {
    int slash = held.repository.indexOf('/');
    String base =
        "/api/v2.0/projects/%s/repositories/%s/artifacts/%s/additions/"
            .formatted(
                held.repository.substring(0, slash),
                held.repository.substring(slash + 1).replace("/", "%252F"),
                held.digest);
    ObjectNode artifact = Json.MAPPER.createObjectNode();
    List<Held> refer = state.accessories(held);
    if (accessories && !refer.isEmpty()) {
      artifact.set("accessories", accessories(refer));
    } else {
      artifact.putNull("accessories");
    }
    ObjectNode links = artifact.putObject("addition_links");
    if (!held.index()) {
      links.putObject("build_history").put("absolute", false).put("href", base + "build_history");
    }
    if (held.scannable) {
      links
          .putObject("vulnerabilities")
          .put("absolute", false)
          .put("href", base + "vulnerabilities");
    }
    artifact.put("digest", held.digest.toString()).put("id", held.id).putNull("labels");
    artifact.put(
        "manifest_media_type",
        held.index()
            ? "application/vnd.oci.image.index.v1+json"
            : "application/vnd.oci.image.manifest.v1+json");
    artifact.put("media_type", "application/vnd.oci.image.config.v1+json").put("project_id", 2);
    artifact.put("pull_time", NEVER).put("push_time", millis(held.pushed));
    if (held.index()) {
      ArrayNode parts = artifact.putArray("references");
      held.children.forEach((architecture, child) -> {
        ObjectNode part = parts.addObject().put("child_digest", child.toString());
        part.put("parent_id", held.id)
            .putObject("platform")
            .put("os", architecture.equals("unknown") ? "unknown" : "linux")
            .put("architecture", architecture);
      });
    } else {
      artifact.putNull("references");
    }
    artifact.put("repository_id", 1).put("repository_name", held.repository);
    if (scan) {
      overview(held).ifPresent(one -> artifact.putObject("scan_overview").set(MIME, one));
    }
    artifact.put("size", 42261);
    if (held.tags.isEmpty()) {
      artifact.putNull("tags");
    } else {
      ArrayNode tags = artifact.putArray("tags");
      held.tags.forEach((tag, at) ->
          tags.addObject()
              .put("artifact_id", held.id)
              .put("id", held.id)
              .put("immutable", false)
              .put("name", tag)
              .put("pull_time", NEVER)
              .put("push_time", millis(at))
              .put("repository_id", 1));
    }
    return artifact.put("type", "IMAGE");
  }

  /** Of an index, the union of its parts: a failed part does not show. */
  private Optional<ObjectNode> overview(Held held) {
    if (!held.index()) {
      return state.scan(held.digest).map(HarborTexts::overview);
    }
    List<Scan> parts =
        held.children.values().stream().flatMap(child -> state.scan(child).stream()).toList();
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(
            overview(
                new Scan(
                    parts.stream().anyMatch(scan -> !scan.over()) ? "Running" : "Success",
                    parts.stream().flatMap(scan -> scan.findings().stream()).toList(),
                    parts.getFirst().started(),
                    parts.getLast().ended())));
  }

  private static ObjectNode overview(Scan scan) {
    ObjectNode overview = Json.MAPPER.createObjectNode();
    overview.put("report_id", "9a200bf6-288a-4ae8-becb-ea83e2a63881");
    overview.put("scan_status", scan.status());
    overview.put("start_time", scan.over() ? millis(scan.started()) : NEVER);
    overview.put("end_time", scan.over() ? millis(scan.ended()) : NEVER);
    if (scan.over()) {
      overview.put("duration", 2);
    }
    if (scan.status().equals("Success")) {
      overview.put("complete_percent", 100).put("severity", severity(scan));
      overview.set("summary", summary(scan));
      overview.set("scanner", scanner());
    }
    return overview;
  }

  private static String severity(Scan scan) {
    int worst =
        scan.findings().stream()
            .mapToInt(one -> SEVERITIES.indexOf(one.severity()))
            .max()
            .orElse(0);
    return worst <= 1 ? "None" : SEVERITIES.get(worst);
  }

  private static ObjectNode summary(Scan scan) {
    ObjectNode summary = Json.MAPPER.createObjectNode();
    summary.put("fixable", scan.findings().stream().filter(one -> !one.fixed().isEmpty()).count());
    summary.put("total", scan.findings().size());
    ObjectNode counts = summary.putObject("summary");
    for (Finding one : scan.findings()) {
      counts.put(one.severity(), counts.path(one.severity()).asInt() + 1);
    }
    return summary;
  }

  private static ObjectNode scanner() {
    return Json.MAPPER
        .createObjectNode()
        .put("name", "Trivy")
        .put("vendor", "Aqua Security")
        .put("version", "v0.72.0");
  }

  /** {@code GET …/additions/vulnerabilities}; {@code {}} when there is no report. */
  ObjectNode report(Held held) {
    ObjectNode all = Json.MAPPER.createObjectNode();
    Optional<Scan> scan = state.scan(held.digest).filter(one -> one.status().equals("Success"));
    if (scan.isPresent()) {
      ObjectNode report = all.putObject(MIME);
      report.put("generated_at", nanos(scan.get().ended())).set("scanner", scanner());
      report.put("severity", scan.get().findings().isEmpty() ? "" : severity(scan.get()));
      ArrayNode items = report.putArray("vulnerabilities");
      for (Finding one : scan.get().findings()) {
        items
            .addObject()
            .put("id", one.id())
            .put("package", one.component())
            .put("version", one.installed())
            .put("fix_version", one.fixed())
            .put("severity", one.severity())
            .put("status", one.fixed().isEmpty() ? "affected" : "fixed")
            .put("description", "what it is about")
            .putArray("links")
            .add("https://avd.aquasec.com/nvd/" + one.id().toLowerCase(java.util.Locale.ROOT));
      }
    }
    return all;
  }

  /** {@code GET …/accessories}. */
  ArrayNode accessories(List<Held> accessories) {
    ArrayNode all = Json.MAPPER.createArrayNode();
    for (Held one : accessories) {
      all.addObject()
          .put("artifact_id", one.id)
          .put("creation_time", millis(one.pushed))
          .put("digest", one.digest.toString())
          .put("icon", "")
          .put("id", one.id)
          .put("size", 1040)
          .put("subject_artifact_digest", String.valueOf(one.subject))
          .put("subject_artifact_repo", one.repository)
          .put("type", one.accessory);
    }
    return all;
  }

  /** {@code GET /projects/NAME}, or an entry of their list. */
  ObjectNode project(String name) {
    ObjectNode project = Json.MAPPER.createObjectNode();
    project.put("name", name).put("project_id", 2).put("owner_name", "admin");
    if (state.isProxy(name)) {
      project.put("registry_id", 1);
    }
    project.put("repo_count", state.repositories(name).size());
    project.putObject("metadata").put("public", "false").put("prevent_vul", "false");
    project.putObject("cve_allowlist").put("id", 2).put("project_id", 2).putArray("items");
    return project;
  }

  /** An entry of the list of repositories. */
  ObjectNode repository(String path) {
    return Json.MAPPER
        .createObjectNode()
        .put("id", 1)
        .put("name", path)
        .put("project_id", 2)
        .put("pull_count", 0)
        .put("artifact_count", state.in(path).size())
        .put(
            "update_time",
            millis(
                state.in(path).values().stream()
                    .map(held -> held.pushed)
                    .max(Instant::compareTo)
                    .orElse(Instant.EPOCH)));
  }

  /** A line of {@code /auditlog-exts}, or of {@code /audit-logs}. */
  static ObjectNode line(Line line, boolean extended) {
    ObjectNode one =
        Json.MAPPER
            .createObjectNode()
            .put("id", line.id())
            .put("username", "robot$ci")
            .put("resource", line.resource())
            .put("resource_type", "artifact")
            .put("operation", line.operation())
            .put("op_time", millis(line.at()));
    return extended
        ? one.put("operation_result", true)
            .put("operation_description", line.operation() + " artifact: " + line.resource())
        : one;
  }

  private static String millis(Instant at) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")
        .withZone(java.time.ZoneOffset.UTC)
        .format(at);
  }

  private static String nanos(Instant at) {
    return at.toString();
  }

  private static String seconds(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
