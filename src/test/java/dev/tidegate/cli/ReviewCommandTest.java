package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.testkit.Reviews;
import dev.tidegate.workload.Json;
import dev.tidegate.workload.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** {@code tidegate review}: the webhook's answer without the webhook. */
class ReviewCommandTest {
  private static JsonNode pod(String file, int index) throws IOException {
    Manifests manifests = new Manifests();
    manifests.read(file, Files.readString(CliRun.DIRECTORY.resolve(file)));
    return manifests.objects().get(index).object();
  }

  private static CliRun review(JsonNode object, String policies, String... more) {
    return CliRun.reading(
        Reviews.create(object).toString(),
        Stream.concat(Stream.of("review", "-f", "-", "--policy", policies), Stream.of(more))
            .toArray(String[]::new));
  }

  private static JsonNode response(CliRun run) throws JsonProcessingException {
    return Json.MAPPER.readTree(run.out()).path("response");
  }

  @Test
  void badPodIsRefusedWithTheTextThatKubectlShows() throws IOException {
    CliRun run = review(pod("root.yaml", 0), "enforce");

    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    JsonNode response = response(run);
    assertThat(response.path("allowed").asBoolean(true)).isFalse();
    assertThat(response.path("status").path("code").asInt()).isEqualTo(403);
    assertThat(response.path("status").path("message").asText())
        .startsWith("3 problems stop Pod shop/root (policy baseline): ");
  }

  @Test
  void goodPodIsAllowedWithTheObjectsGiven() throws IOException {
    JsonNode pod = pod("calico.yaml", 1);

    assertThat(review(pod, "enforce").status()).isEqualTo(ExitStatus.REFUSED);
    CliRun run = review(pod, "enforce", "--objects", "calico.yaml");
    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
    assertThat(response(run).path("allowed").asBoolean()).isTrue();
    assertThat(response(run).path("warnings").toString()).contains("networkPolicy");
  }

  @Test
  void undecidedScopeIsRefusedAsSuch() throws IOException {
    CliRun run = review(pod("root.yaml", 0), "scoped");

    assertThat(run.status()).isEqualTo(ExitStatus.UNDECIDED);
    assertThat(response(run).path("status").path("message").asText())
        .startsWith("could not decide about Pod shop/root");
    assertThat(review(pod("root.yaml", 0), "scoped", "--namespace-label", "shop:env=test").status())
        .isEqualTo(ExitStatus.PASS);
  }

  @Test
  void reviewAndCheckFindTheSame() throws IOException {
    CliRun check = CliRun.of("check", "-f", "root.yaml", "--policy", "enforce", "--output", "json");
    List<String> found =
        StreamSupport.stream(
                Json.MAPPER.readTree(check.out()).at("/objects/0/findings").spliterator(), false)
            .map(finding ->
                finding.path("problem").asText() + " Fix: " + finding.path("fix").asText())
            .toList();
    String message =
        response(review(pod("root.yaml", 0), "enforce"))
            .path("status")
            .path("message")
            .asText()
            .replace(".\n   Fix: ", " Fix: ");

    assertThat(found).hasSize(3);
    assertThat(message.lines().skip(1).filter(line -> line.matches("^[0-9]+\\) .*"))).hasSize(3);
    assertThat(found).allSatisfy(finding -> assertThat(message).contains(finding));
  }

  @Test
  void exemptionsCountInReviewAsInCheck() throws IOException {
    JsonNode cronJob = pod("shop/jobs/report.json", 0);
    JsonNode pod = Reviews.podOf(cronJob).orElseThrow();

    CliRun run = review(pod, "enforce", "--objects", "shop/01-namespace.yaml");
    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
    assertThat(response(run).path("auditAnnotations").path("exemptions").asText())
        .isEqualTo("istio-init");
    assertThat(CliRun.of("check", "-f", "shop", "--policy", "enforce").out())
        .contains("permitted by exemption");
  }

  @Test
  void whatIsNoReviewIsAnError() {
    CliRun run = CliRun.reading("{}", "review", "-f", "-", "--policy", "warn");

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains("no AdmissionReview", "request.uid");
    assertThat(CliRun.of("review", "-f", "-", "--policy", "warn", "--objects", "-").err())
        .contains("once only");
  }
}
