package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.testkit.Corpus;
import dev.tidegate.workload.Json;
import dev.tidegate.workload.Kinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code tidegate check} over manifests that real projects ship. */
class RealManifestsTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("realistic-manifests");

  @Test
  void everyWorkloadIsJudgedOnce() throws IOException {
    JsonNode inventory =
        Json.MAPPER.readTree(Files.readString(CORPUS.directory().resolve("inventory.json")));
    List<String> expected = new ArrayList<>();
    for (JsonNode object : inventory.path("objects")) {
      if (Kinds.names().contains(object.path("kind").asText())) {
        expected.add(object.path("kind").asText() + " " + object.path("name").asText());
      }
    }
    List<String> command = new ArrayList<>(List.of("check", "--policy", "enforce", "-o", "json"));
    try (Stream<Path> sets = Files.list(CORPUS.directory()).filter(Files::isDirectory)) {
      sets.sorted().forEach(set -> command.addAll(List.of("-f", set.toString())));
    }

    CliRun run = CliRun.of(command.toArray(String[]::new));

    assertThat(run.err()).doesNotContain("defect", "cannot be used");
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    List<String> judged = new ArrayList<>();
    for (JsonNode object : Json.MAPPER.readTree(run.out()).path("objects")) {
      judged.add(object.path("kind").asText() + " " + object.path("name").asText());
      CORPUS.ran();
    }
    assertThat(expected).isNotEmpty();
    assertThat(judged).containsExactlyInAnyOrderElementsOf(expected);
  }
}
