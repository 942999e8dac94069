package dev.tidegate.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.GateProcess;
import dev.tidegate.testkit.HarborDouble;
import dev.tidegate.testkit.HarborDouble.Finding;
import dev.tidegate.testkit.HarborDouble.Format;
import dev.tidegate.testkit.HarborDouble.Told;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/**
 * The demo's Harbor: an image is pushed and scanned, a pod is admitted without a call; something
 * critical is found, the next pod is refused; and a callback that is lost changes nothing about
 * that.
 */
final class HarborCases implements AutoCloseable {
  private static final String SECRET = "demo-callback-secret";
  private static final Duration LONGEST = Duration.ofSeconds(150);

  private final PrintStream out;
  private final HarborDouble harbor = HarborDouble.start(Instant::now);

  HarborCases(PrintStream out) {
    this.out = out;
  }

  /** The entry of the hosts file that leads to the Harbor; its secrets are put beside it. */
  String host(Path directory) throws IOException {
    Files.writeString(directory.resolve("callback-secrets"), SECRET);
    return "  %s: {plainHttp: true, callbackSecrets: callback-secrets}\n".formatted(harbor.name());
  }

  /** The policy for images from it. */
  String policy() {
    return """
    apiVersion: tidegate.dev/v1alpha1
    kind: GatePolicy
    metadata: {name: scanned-images}
    spec:
      mode: enforce
      scope: {namespaces: {matchLabels: {images: scanned}}}
      checks:
        imageReference: {registries: ["%s"], requireDigest: pin}
        imageScan: {source: harbor, denySeverity: Critical}
    """
        .formatted(harbor.name());
  }

  /** Plays all; returns how many came out as expected, of how many. */
  int[] play(GateProcess gate, ArrayNode summary) throws IOException {
    PinnedImage image = harbor.push("shop/web", "1.0", "first");
    deliver(gate);
    until(() -> harbor.scansAsked() == 1);
    harbor.scanned(image, Finding.of("CVE-2026-1001", "Medium", "1.1"));
    deliver(gate);
    int right = step(gate, summary, 1, "pushed and scanned", image, "allow", "");
    int asked = calls();
    harbor.scanned(image, Finding.of("CVE-2026-2002", "Critical", "1.2"));
    deliver(gate);
    right +=
        step(gate, summary, 2, "a critical vulnerability is found", image, "deny", "CVE-2026-2002");
    harbor.scanned(image, Finding.of("CVE-2026-3003", "Critical", "1.3"));
    harbor.callbacks(); // lost
    right += step(gate, summary, 3, "the callback is lost", image, "deny", "CVE-2026-3003");
    out.printf("  (Harbor was asked %d times since the first pod)%n", calls() - asked);
    return new int[] {right, 3};
  }

  private int calls() {
    return harbor.registry().lines().size();
  }

  private static void until(BooleanSupplier what) {
    Awaitility.await().atMost(LONGEST).until(what::getAsBoolean);
  }

  private void deliver(GateProcess gate) throws IOException {
    for (Told one : harbor.callbacks()) {
      gate.post("/harbor/events", one.body(Format.CLOUDEVENTS), Map.of("Authorization", SECRET));
    }
  }

  /** Creates pods until the answer is the expected one; the last must have needed no call. */
  private int step(
      GateProcess gate,
      ArrayNode summary,
      int number,
      String name,
      PinnedImage image,
      String decision,
      String says) {
    out.printf("%n[harbor %d/3] %s%n", number, name);
    Optional<JsonNode> last = Optional.empty();
    try {
      until(() -> is(create(gate, image), decision, says));
      int before = calls();
      JsonNode response = create(gate, image);
      last = Optional.of(response);
      boolean expected = is(response, decision, says) && calls() == before;
      ObjectNode line = summary.addObject().put("case", name).put("expected", decision);
      line.put("decision", response.at("/auditAnnotations/decision").asText());
      line.put("calls", calls() - before).put("asExpected", expected);
      out.println(
          response.path("allowed").asBoolean()
              ? "  pod/web created with image " + image
              : "  " + response.at("/status/message").asText().replace("\n", "\n  "));
      out.printf("  (with %d calls to Harbor)%n", calls() - before);
      return expected ? 1 : 0;
    } catch (org.awaitility.core.ConditionTimeoutException late) {
      out.println("  UNEXPECTED: not " + decision + " within " + LONGEST + "; last: " + last);
      return 0;
    }
  }

  private static boolean is(JsonNode response, String decision, String says) {
    return response.at("/auditAnnotations/decision").asText().equals(decision)
        && response.at("/status/message").asText().contains(says);
  }

  private static JsonNode create(GateProcess gate, PinnedImage image) {
    try {
      return ImageCases.send(gate, "/validate", ImageCases.review(image.toString(), "harbor"));
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    harbor.close();
  }
}
