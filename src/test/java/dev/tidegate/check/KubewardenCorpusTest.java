package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.document.InvalidField;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.Corpus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Requests captured for Kubewarden's policies.
 *
 * <p>Of the two readings of "non-root" in this corpus ours is {@code restrictedNonRoot}:
 * runAsNonRoot true everywhere and uid 0 nowhere, as the restricted Pod Security Standard has it.
 * {@code nonZeroUid}, for which a uid other than 0 is enough, is not ours.
 */
class KubewardenCorpusTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("kubewarden-requests");

  @Test
  void nonRootReadsAsTheRestrictedStandardDoes() {
    SoftAssertions soft = new SoftAssertions();
    int differ = 0;
    for (JsonNode entry : CORPUS.json("requests.json").path("requests")) {
      String file = entry.path("request").asText();
      String expected = entry.path("restrictedNonRoot").asText();
      for (Subject subject : subjects(file)) {
        boolean denied =
            !Outcomes.findings(new NonRoot(), new NonRoot.Parameters(false, false), subject)
                .isEmpty();
        soft.assertThat(denied ? "denied" : "allowed").as(file).isEqualTo(expected);
      }
      differ += expected.equals(entry.path("nonZeroUid").asText()) ? 0 : 1;
      CORPUS.ran();
    }
    soft.assertAll();
    assertThat(differ).as("requests on which the two readings differ").isEqualTo(5);
  }

  @Test
  void presenceOfLimitsAgrees() {
    SoftAssertions soft = new SoftAssertions();
    int seen = 0;
    ResourceLimits.Parameters both =
        new ResourceLimits.Parameters(
            Set.of("limits.cpu", "limits.memory"), Map.of(), Map.of(), Map.of());
    for (JsonNode entry : CORPUS.json("requests.json").path("requests")) {
      if (entry.has("memoryAndCpuLimitPresent")) {
        seen++;
        String file = entry.path("request").asText();
        for (Subject subject : subjects(file)) {
          soft.assertThat(Outcomes.findings(new ResourceLimits(), both, subject).isEmpty())
              .as(file)
              .isEqualTo(entry.path("memoryAndCpuLimitPresent").asBoolean());
        }
      }
    }
    soft.assertAll();
    assertThat(seen).isEqualTo(9);
  }

  /**
   * Its container-resources policy fills in defaults before it judges; this gate changes no
   * resources, so only verdicts on what was sent are compared.
   */
  @Test
  void boundsAgreeWhereNothingIsFilledIn() {
    SoftAssertions soft = new SoftAssertions();
    int judged = 0;
    for (JsonNode entry : CORPUS.index().path("cases")) {
      JsonNode settings = entry.path("settings");
      boolean fillsIn =
          settings.toString().contains("\"default") && !entry.path("patch").asText().equals("none");
      if (!entry.path("policy").asText().equals("container-resources") || fillsIn) {
        continue;
      }
      judged++;
      CORPUS.ran();
      String name = entry.path("case").asText();
      if (entry.path("expected").asText().equals("settings rejected")) {
        assertThatExceptionOfType(InvalidField.class).as(name).isThrownBy(() -> of(settings));
        continue;
      }
      ResourceLimits.Parameters parameters = of(settings);
      for (Subject subject : subjects(entry.path("request").asText())) {
        Subject rest = withoutIgnored(subject, settings.path("ignoreImages"));
        boolean denied = !Outcomes.findings(new ResourceLimits(), parameters, rest).isEmpty();
        soft.assertThat(denied ? "denied" : "allowed")
            .as(name)
            .isEqualTo(entry.path("expected").asText());
      }
    }
    soft.assertAll();
    assertThat(judged).isEqualTo(29);
  }

  private static ResourceLimits.Parameters of(JsonNode settings) {
    Set<String> require = new HashSet<>();
    Map<String, Quantity> max = new HashMap<>();
    Map<String, Quantity> min = new HashMap<>();
    for (String resource : List.of("cpu", "memory")) {
      JsonNode of = settings.path(resource);
      if (of.path("ignoreValues").asBoolean()) {
        require.add("requests." + resource);
        require.add("limits." + resource);
        continue;
      }
      put(max, "limits." + resource, of.path("maxLimit"));
      put(max, "requests." + resource, of.path("maxRequest"));
      put(min, "limits." + resource, of.path("minLimit"));
      put(min, "requests." + resource, of.path("minRequest"));
    }
    return new ResourceLimits.Parameters(require, max, min, Map.of());
  }

  private static void put(Map<String, Quantity> bounds, String key, JsonNode value) {
    if (!value.isMissingNode()) {
      bounds.put(key, Quantity.parse(value.asText()));
    }
  }

  private static Subject withoutIgnored(Subject subject, JsonNode ignored) {
    return subject.with(
        subject.pod().containers().stream()
            .filter(container -> {
              for (JsonNode pattern : ignored) {
                String text = pattern.asText();
                boolean matches =
                    text.endsWith("*")
                        ? container.image().startsWith(text.substring(0, text.length() - 1))
                        : container.image().equals(text);
                if (matches) {
                  return false;
                }
              }
              return true;
            })
            .toList());
  }

  private static List<Subject> subjects(String file) {
    JsonNode request = CORPUS.json(file);
    ObjectNode object = request.path("object").deepCopy();
    if (!object.has("kind")) {
      // Some were shortened by hand; an API server always sends it.
      object.put("apiVersion", "v1").set("kind", request.at("/kind/kind"));
    }
    List<Subject> subjects = CorpusSubjects.of(object);
    assertThat(subjects).as(file).isNotEmpty();
    return subjects;
  }
}
