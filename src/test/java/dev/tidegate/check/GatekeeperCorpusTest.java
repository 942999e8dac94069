package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.check.ImageReferenceCheck.DigestRule;
import dev.tidegate.document.InvalidField;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.Corpus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Gatekeeper's samples with its constraints said in the parameters of these checks. Its {@code
 * exemptImages} are no parameter here but exemptions, so the containers concerned are left out.
 */
class GatekeeperCorpusTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("gatekeeper-samples");

  @Test
  void everySampleGetsItsVerdict() {
    SoftAssertions soft = new SoftAssertions();
    for (JsonNode entry : CORPUS.index().path("cases")) {
      String file = entry.path("object").asText();
      JsonNode parameters = entry.path("parameters");
      String rule = entry.path("rule").asText();
      if (rule.equals("containerresources") && parameters.isEmpty()) {
        // A check that demands nothing is a mistake in the policy here.
        assertThatExceptionOfType(InvalidField.class).isThrownBy(() -> presence(parameters));
        CORPUS.ran();
        continue;
      }
      for (Subject subject : subjects(file, entry)) {
        boolean denied = denied(rule, parameters, subject);
        soft.assertThat(denied)
            .as("%s %s %s", rule, entry.path("test").asText(), entry.path("case").asText())
            .isEqualTo(expectedDenied(rule, entry));
      }
      CORPUS.ran();
    }
    soft.assertAll();
  }

  /**
   * Gatekeeper checks nothing on any UPDATE. Here the engine skips a check only if what it reads is
   * unchanged, and that review has no old object to compare with.
   */
  private static boolean expectedDenied(String rule, JsonNode entry) {
    return entry.path("expected").asText().equals("denied")
        || (rule.equals("users") && entry.path("case").asText().equals("update"));
  }

  private static List<Subject> subjects(String file, JsonNode entry) {
    List<Subject> subjects = new ArrayList<>();
    CorpusSubjects.manifests(file, CORPUS.text(file))
        .forEach(manifest -> {
          JsonNode object =
              manifest.kind().equals("AdmissionReview")
                  ? manifest.object().at("/request/object")
                  : manifest.object();
          subjects.addAll(CorpusSubjects.of(complete(object)));
        });
    if (subjects.isEmpty()) {
      throw new AssertionError("no workload in " + file + " of " + entry);
    }
    return subjects;
  }

  /**
   * One sample has nothing but an ephemeral container; a pod also has one that it was made with.
   */
  private static JsonNode complete(JsonNode object) {
    if (!object.path("spec").has("ephemeralContainers") || object.path("spec").has("containers")) {
      return object;
    }
    ObjectNode whole = object.deepCopy();
    whole
        .withObjectProperty("spec")
        .putArray("containers")
        .addObject()
        .put("name", "good")
        .put("image", "registry.example.com/good:1.0")
        .putObject("securityContext")
        .put("runAsNonRoot", true);
    return whole;
  }

  private static boolean denied(String rule, JsonNode parameters, Subject subject) {
    return switch (rule) {
      case "containerlimits" -> resources(maximum("limits", parameters, false), subject);
      case "containerrequests" -> resources(maximum("requests", parameters, true), subject);
      case "containerresources" -> resources(presence(parameters), subject);
      case "imagedigests" -> images(List.of(), DigestRule.ALWAYS, List.of(), subject);
      case "allowedrepos" -> registries(parameters.path("repos"), subject);
      case "allowedreposv2" -> registries(parameters.path("allowedImages"), subject);
      case "disallowedtags" -> tags(parameters, subject);
      case "users" ->
          !Outcomes.findings(new NonRoot(), new NonRoot.Parameters(false, false), subject)
              .isEmpty();
      default -> throw new AssertionError("unknown rule " + rule);
    };
  }

  private static boolean resources(ResourceLimits.Parameters parameters, Subject subject) {
    return !Outcomes.findings(new ResourceLimits(), parameters, subject).isEmpty();
  }

  private static ResourceLimits.Parameters maximum(
      String side, JsonNode parameters, boolean required) {
    Map<String, Quantity> max = new HashMap<>();
    parameters
        .properties()
        .forEach(entry -> {
          // -1: this resource is not judged.
          if ((entry.getKey().equals("cpu") || entry.getKey().equals("memory"))
              && !entry.getValue().asText().equals("-1")) {
            max.put(side + "." + entry.getKey(), Quantity.parse(entry.getValue().asText()));
          }
        });
    return new ResourceLimits.Parameters(
        required ? max.keySet() : Set.of(), max, Map.of(), Map.of());
  }

  private static ResourceLimits.Parameters presence(JsonNode parameters) {
    Set<String> require = new HashSet<>();
    for (String side : List.of("limits", "requests")) {
      parameters.path(side).forEach(name -> require.add(side + "." + name.asText()));
    }
    return new ResourceLimits.Parameters(require, Map.of(), Map.of(), Map.of());
  }

  private static boolean images(
      List<ImagePattern> registries, DigestRule digest, List<TagPattern> tags, Subject subject) {
    return !Outcomes.findings(
            new ImageReferenceCheck(),
            new ImageReferenceCheck.Parameters(registries, digest, tags),
            subject)
        .isEmpty();
  }

  private static boolean registries(JsonNode allowed, Subject subject) {
    List<ImagePattern> patterns = new ArrayList<>();
    allowed.forEach(text -> patterns.add(pattern(text.asText())));
    return images(patterns, DigestRule.NEVER, List.of(), subject);
  }

  /** Docker Hub written out, and a trailing slash or star left to the meaning of a prefix. */
  private static ImagePattern pattern(String text) {
    String prefix = text.replaceAll("/\\*?$", "");
    boolean official = !text.contains("/");
    boolean hub = official || !prefix.split("/", 2)[0].contains(".");
    return ImagePattern.parse((hub ? "docker.io/" : "") + (official ? "library/" : "") + prefix);
  }

  private static boolean tags(JsonNode parameters, Subject subject) {
    List<TagPattern> tags = new ArrayList<>();
    parameters.path("tags").forEach(tag -> tags.add(TagPattern.parse(tag.asText())));
    Set<String> exempt = new HashSet<>();
    parameters.path("exemptImages").forEach(image -> exempt.add(image.asText()));
    Subject judged =
        subject.with(
            subject.pod().containers().stream()
                .filter(container -> !exempt.contains(container.image()))
                .toList());
    return images(List.of(), DigestRule.NEVER, tags, judged);
  }
}
