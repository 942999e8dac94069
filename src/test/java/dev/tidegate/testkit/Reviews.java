package dev.tidegate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.workload.Json;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** AdmissionReviews as an API server makes them of objects that people wrote. */
public final class Reviews {
  private Reviews() {}

  /** The review of creating {@code object}, which is not changed. */
  public static ObjectNode create(JsonNode object) {
    ObjectNode sent = object.deepCopy();
    ObjectNode metadata = sent.withObjectProperty("metadata");
    String namespace = metadata.path("namespace").asText("");
    if (namespace.isEmpty()) {
      namespace = "default";
      metadata.put("namespace", namespace);
    }
    String apiVersion = sent.path("apiVersion").asText();
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    String version = apiVersion.substring(slash + 1);
    String kind = sent.path("kind").asText();

    ObjectNode review = Json.MAPPER.createObjectNode();
    review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    ObjectNode request = review.putObject("request");
    request.put(
        "uid", UUID.nameUUIDFromBytes(sent.toString().getBytes(StandardCharsets.UTF_8)).toString());
    for (String field : new String[] {"kind", "resource", "requestKind", "requestResource"}) {
      ObjectNode type = request.putObject(field).put("group", group).put("version", version);
      if (field.endsWith("ind")) {
        type.put("kind", kind);
      } else {
        type.put("resource", kind.toLowerCase(Locale.ROOT) + "s");
      }
    }
    if (metadata.hasNonNull("name")) {
      request.set("name", metadata.get("name"));
    }
    request.put("namespace", namespace);
    request.put("operation", "CREATE");
    ObjectNode user = request.putObject("userInfo").put("username", "jane");
    user.putArray("groups").add("developers").add("system:authenticated");
    request.set("object", sent);
    request.putNull("oldObject");
    request.put("dryRun", false);
    request.putObject("options").put("apiVersion", "meta.k8s.io/v1").put("kind", "CreateOptions");
    return review;
  }

  /** The pod that the template of {@code controller} makes; empty without a template. */
  public static Optional<ObjectNode> podOf(JsonNode controller) {
    String kind = controller.path("kind").asText();
    JsonNode template =
        switch (kind) {
          case "CronJob" -> controller.at("/spec/jobTemplate/spec/template");
          case "PodTemplate" -> controller.path("template");
          default -> controller.at("/spec/template");
        };
    if (!template.path("spec").isObject()) {
      return Optional.empty();
    }
    ObjectNode pod = Json.MAPPER.createObjectNode();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = pod.putObject("metadata");
    for (String field : new String[] {"labels", "annotations"}) {
      JsonNode of = template.path("metadata").path(field);
      if (of.isObject()) {
        metadata.set(field, of.deepCopy());
      }
    }
    String owner = controller.path("metadata").path("name").asText();
    metadata.put("generateName", owner + "-");
    if (controller.path("metadata").hasNonNull("namespace")) {
      metadata.set("namespace", controller.path("metadata").get("namespace"));
    }
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", controller.path("apiVersion").asText())
        .put("kind", kind)
        .put("name", owner)
        .put("uid", "00000000-0000-4000-8000-000000000001")
        .put("controller", true)
        .put("blockOwnerDeletion", true);
    pod.set("spec", template.get("spec").deepCopy());
    return Optional.of(pod);
  }
}
