package dev.tidegate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.Deadline;
import dev.tidegate.testkit.Corpus;
import dev.tidegate.testkit.Reviews;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Objects of every kind with every field set: each gets an answer, none meets a defect. */
class RoundTripCorpusTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("kubernetes-api-roundtrip");

  private final GateFixture gate = GateFixture.of(GateFixture.NON_ROOT);

  @Test
  void everyObjectGetsAnAnswer() {
    for (JsonNode entry : CORPUS.index().get("objects")) {
      String file = entry.get("file").asText();
      JsonNode object = CORPUS.json(file);
      byte[] body =
          object.path("kind").asText().equals("AdmissionReview")
              ? object.toString().getBytes(StandardCharsets.UTF_8)
              : GateFixture.bytes(Reviews.create(object));

      Handled handled =
          gate.admission
              .validate(Slice.of(body), Deadline.in(Duration.ofSeconds(20), System::nanoTime))
              .toCompletableFuture()
              .join();

      assertThat(handled).as(file).isInstanceOf(Handled.Answered.class);
      assertThat(gate.defects).as(file).isEmpty();
      CORPUS.ran();
    }
  }
}
