package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.Corpus;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The fixtures of the Pod Security Standards, versions 1.25, 1.34 and 1.37. The versions differ
 * only in what a user namespace excuses, and no fixture turns on that, so both settings must agree
 * with all.
 */
class PodSecurityCorpusTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("pod-security-standards");

  @Test
  void T35_nonRootAgreesWithTheRestrictedStandardOnEveryFixtureOfEveryVersion() {
    SoftAssertions soft = new SoftAssertions();
    int denied = 0;
    for (JsonNode entry : CORPUS.index().path("cases")) {
      String file = entry.path("file").asText();
      boolean expected = entry.path("nonRootRule").asText().equals("denied");
      // Baseline pods need not say anything; the index has no word on what restricted says.
      if (entry.path("standard").asText().equals("restricted")) {
        for (boolean namespaces : new boolean[] {false, true}) {
          boolean said = denied(file, namespaces);
          soft.assertThat(said).as(file + " " + namespaces).isEqualTo(expected);
        }
        denied += expected ? 1 : 0;
      } else {
        // Still, it has to be readable and get an answer.
        soft.assertThat(CorpusSubjects.only(file, CORPUS.text(file))).as(file).hasSize(1);
      }
      CORPUS.ran();
    }
    soft.assertAll();
    assertThat(denied).isEqualTo(21);
  }

  private static boolean denied(String file, boolean namespaces) {
    Subject subject = CorpusSubjects.only(file, CORPUS.text(file)).get(0);
    return !Outcomes.findings(new NonRoot(), new NonRoot.Parameters(namespaces, false), subject)
        .isEmpty();
  }
}
