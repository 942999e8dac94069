package dev.tidegate.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.testkit.GateProcess;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.testkit.Reviews;
import dev.tidegate.workload.Json;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/**
 * The demo's images: signed by real cosign, in a registry that moves a tag, throttles and goes down
 * in between. Each pod is created as the API server does it: mutating call, patch, validating call.
 */
final class ImageCases implements AutoCloseable {
  private static final String KNOWN = "registry.demo/tidepool/key-p256:1.0.0";

  private final PrintStream out;
  private final RegistryDouble registry = RegistryDouble.start();
  private String pinned = "";

  /**
   * @param samples the folder of signed images
   */
  ImageCases(PrintStream out, Path samples) {
    this.out = out;
    registry.load(samples.resolve("v2-data"));
  }

  /** What happens first, and what must come of a pod with an image then. */
  private record Step(String name, Runnable before, String image, String decision) {}

  /** Writes the file of hosts that leads to the registry, and to {@code others}. */
  void hosts(Path file, String others) throws IOException {
    Files.writeString(
        file,
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: Hosts
        hosts:
          registry.demo: {plainHttp: true, endpoint: "http://localhost:%d"}
        """
                .formatted(registry.port())
            + others);
  }

  private List<Step> steps() {
    Runnable nothing = () -> {};
    return List.of(
        new Step("signed", nothing, KNOWN, "allow"),
        new Step("signed as a bundle", nothing, "registry.demo/tidepool/v3-key:1.0.0", "allow"),
        new Step("unsigned", nothing, "registry.demo/tidepool/unsigned:1.0.0", "deny"),
        new Step("wrong key", nothing, "registry.demo/tidepool/key-ed25519-pure:1.0.0", "deny"),
        new Step("transplanted", nothing, "registry.demo/tidepool/transplant-to:1.0.0", "deny"),
        new Step("tampered", nothing, "registry.demo/tidepool/payload-tampered:1.0.0", "deny"),
        new Step("another registry", nothing, "evil.example/web:1", "deny"),
        new Step(
            "tag moved after verification",
            () -> registry.image("tidepool/key-p256", "1.0.0", "0", "moved"),
            KNOWN,
            "deny"),
        new Step("the digest from before the move", nothing, "", "allow"),
        new Step(
            "registry throttles, image not known",
            () ->
                registry.instead(
                    asked -> true, RegistryDouble.status(429, "", "Retry-After", "30")),
            "registry.demo/tidepool/key-rekor:1.0.0",
            "undecided"),
        new Step("registry throttles, image known", nothing, "", "allow"),
        new Step("registry down, image known", registry::close, "", "allow"));
  }

  /** Plays all; returns how many came out as expected, of how many. */
  int[] play(GateProcess gate, ArrayNode summary) throws IOException {
    int right = 0;
    List<Step> steps = steps();
    for (Step step : steps) {
      out.printf("%n[image %d/%d] %s%n", steps.indexOf(step) + 1, steps.size(), step.name());
      step.before().run();
      String image = step.image().isEmpty() ? pinned : step.image();
      ObjectNode review = review(image, "images");
      JsonNode mutation = send(gate, "/mutate", review);
      if (mutation.has("patch")) {
        ((ObjectNode) review.get("request"))
            .set(
                "object",
                JsonPatch.apply(
                    Json.MAPPER.readTree(
                        Base64.getDecoder().decode(mutation.get("patch").asText())),
                    review.at("/request/object")));
      }
      String text = review.at("/request/object/spec/containers/0/image").asText();
      if (step.name().equals("signed")) {
        pinned = text;
      }
      JsonNode response = send(gate, "/validate", review);
      String decision = response.at("/auditAnnotations/decision").asText();
      boolean expected = decision.equals(step.decision());
      out.println(
          response.path("allowed").asBoolean()
              ? "  pod/web created with image " + text
              : "  " + response.at("/status/message").asText().replace("\n", "\n  "));
      summary
          .addObject()
          .put("case", step.name())
          .put("expected", step.decision())
          .put("decision", decision)
          .put("asExpected", expected);
      if (expected) {
        right++;
      } else {
        out.println("  UNEXPECTED: decision " + decision + " instead of " + step.decision());
      }
    }
    return new int[] {right, steps.size()};
  }

  /** The review of creating a pod with {@code image}. */
  static ObjectNode review(String image, String namespace) {
    ObjectNode pod = Json.MAPPER.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata").put("name", "web").put("namespace", namespace);
    ObjectNode spec = pod.putObject("spec");
    spec.putObject("securityContext").put("runAsNonRoot", true).put("runAsUser", 1000);
    spec.putArray("containers").addObject().put("name", "web").put("image", image);
    return Reviews.create(pod);
  }

  /** The response to a review. */
  static JsonNode send(GateProcess gate, String path, ObjectNode review) throws IOException {
    String body =
        gate.post(path + "?timeout=10s", review.toString().getBytes(StandardCharsets.UTF_8)).body();
    return Json.MAPPER.readTree(body.getBytes(StandardCharsets.UTF_8)).path("response");
  }

  @Override
  public void close() {
    registry.close();
  }
}
