package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.Role;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.Corpus;
import dev.tidegate.workload.Manifest;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Objects as Istio's injection leaves them: native sidecars, init containers as root. */
class IstioCorpusTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("istio-injected");

  @Test
  void T25_injectedContainersAreJudgedLikeAnyOther() {
    SoftAssertions soft = new SoftAssertions();
    int sidecars = 0;
    for (JsonNode entry : CORPUS.index().path("objects")) {
      String file = entry.path("injected").asText();
      String name = entry.path("name").asText();
      String kind = entry.path("kind").asText();
      List<Subject> subjects =
          CorpusSubjects.manifests(file, CORPUS.text(file)).stream()
              .filter(object -> object.kind().equals(kind) && object.name().equals(name))
              .map(Manifest::object)
              .flatMap(object -> CorpusSubjects.of(object).stream())
              .toList();
      soft.assertThat(subjects).as(file + " " + name).isNotEmpty();
      for (Subject subject : subjects) {
        boolean clean =
            Outcomes.findings(new NonRoot(), new NonRoot.Parameters(false, false), subject)
                .isEmpty();
        soft.assertThat(clean)
            .as("%s: %s", file, subject.object())
            .isEqualTo(entry.path("nonRoot").asBoolean());
        sidecars +=
            (int)
                subject.pod().containers().stream()
                    .filter(container -> container.role() == Role.SIDECAR)
                    .count();
      }
      CORPUS.ran();
    }
    soft.assertAll();
    assertThat(sidecars).isPositive();
  }
}
