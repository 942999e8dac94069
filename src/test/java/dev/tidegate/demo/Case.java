package dev.tidegate.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.testkit.Reviews;
import dev.tidegate.workload.Json;
import dev.tidegate.workload.Manifests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One review of the demo and what must come of it.
 *
 * @param name of the case, and of its manifest
 * @param decision allow, warn, deny or undecided
 * @param checks ids of the checks that must be named, sorted
 * @param exemption the exemption that must be named, if any
 * @param body what is sent
 * @param kind what kubectl would call the object
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Case(
    String name,
    String decision,
    List<String> checks,
    Optional<String> exemption,
    byte[] body,
    String kind) {
  /** More than the gate reads of one request. */
  private static final int TOO_MUCH = 9 * 1024 * 1024;

  static List<Case> all(Path directory) throws IOException {
    List<Case> cases = new ArrayList<>();
    for (JsonNode expected :
        Json.MAPPER.readTree(Files.readAllBytes(directory.resolve("cases.json")))) {
      String name = expected.get("name").asText();
      List<String> checks = new ArrayList<>();
      expected.get("checks").forEach(check -> checks.add(check.asText()));
      Path manifest = directory.resolve("cases").resolve(name + ".yaml");
      JsonNode object =
          read(Files.exists(manifest) ? manifest : directory.resolve("cases/good.yaml"));
      cases.add(
          new Case(
              name,
              expected.get("decision").asText(),
              List.copyOf(checks),
              Optional.ofNullable(expected.path("exemption").textValue()),
              body(name, object, expected.path("subResource").asText("")),
              object.path("kind").asText().toLowerCase(Locale.ROOT)));
    }
    return cases;
  }

  private static JsonNode read(Path manifest) throws IOException {
    Manifests manifests = new Manifests();
    manifests.read(manifest.getFileName().toString(), Files.readString(manifest));
    if (!manifests.problems().isEmpty() || manifests.objects().size() != 1) {
      throw new IOException(manifest + ": " + manifests.problems());
    }
    return manifests.objects().get(0).object();
  }

  private static byte[] body(String name, JsonNode object, String subResource) {
    ObjectNode review = Reviews.create(object);
    ObjectNode request = (ObjectNode) review.get("request");
    if (!subResource.isEmpty()) {
      ObjectNode before = request.get("object").deepCopy();
      ((ObjectNode) before.get("spec")).remove("ephemeralContainers");
      request.put("subResource", subResource).put("operation", "UPDATE").set("oldObject", before);
    }
    switch (name) {
      case "oversized" ->
          ((ObjectNode) request.get("object").get("metadata"))
              .putObject("annotations")
              .put("filler", "x".repeat(TOO_MUCH));
      case "malformed" ->
          ((ObjectNode) request.get("object").get("spec")).put("containers", "none");
      default -> {}
    }
    return review.toString().getBytes(StandardCharsets.UTF_8);
  }
}
