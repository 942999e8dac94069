package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.admission.Answer;
import dev.tidegate.admission.Answering;
import dev.tidegate.admission.Decision;
import dev.tidegate.admission.GateFixture;
import dev.tidegate.admission.JsonPatch;
import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Proof;
import dev.tidegate.model.Repository;
import dev.tidegate.model.Severity;
import dev.tidegate.policy.Mode;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/decision-log.md} has a row for each field that is written, and for no other. */
class DecisionLogPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("tidegate.basedir", ".")).resolve("docs/decision-log.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([@a-z_.]+)` \\|");
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final String DIGEST = "a".repeat(64);

  private static final Finding FINDING =
      Finding.ofPod("spec", Severity.HIGH, "something is wrong", "change it");
  private static final Doubt DOUBT = Doubt.of(Cause.UNREACHABLE, "the registry does not answer");

  @Test
  void everyFieldHasItsRow() throws IOException {
    TreeSet<String> written = new TreeSet<>();
    collect("", Json.MAPPER.readTree(DecisionLine.of(withEverything(), NOW)), written);
    collect("", Json.MAPPER.readTree(RecheckLine.of(recheck(), NOW)), written);

    assertThat(ROW.matcher(Files.readString(PAGE)).results().map(found -> found.group(1)).toList())
        .containsExactlyInAnyOrderElementsOf(written);
  }

  private static void collect(String path, JsonNode node, Set<String> into) {
    if (node.isObject()) {
      node.properties()
          .forEach(field ->
              collect(
                  path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                  field.getValue(),
                  into));
    } else if (node.isArray()) {
      node.forEach(element -> collect(path, element, into));
    } else {
      into.add(path);
    }
  }

  /** No decision has all of it at once, but a line can. */
  private static Decision withEverything() {
    GateFixture gate = GateFixture.of(GateFixture.NON_ROOT);
    var review =
        GateFixture.review(
            GateFixture.GOOD_POD
                .replace(
                    "{name: web, namespace: shop}",
                    "{name: web, namespace: shop, ownerReferences: [{apiVersion: apps/v1, kind:"
                        + " StatefulSet, name: web, uid: u, controller: true}]}")
                .replace("web:1", "web:1@sha256:" + DIGEST));
    review.withObject("/request").put("subResource", "ephemeralcontainers");
    gate.validate(review);
    Decision made = gate.made.remove();
    return new Decision(
        made.uid(),
        made.review(),
        made.subject(),
        Optional.of(new Verdict(NOW, 1, "f", false, rulings(), 1)),
        Optional.of(new Answering.Undecided("this", DOUBT)),
        new Answer.Admit(
            List.of(),
            Map.of(),
            Optional.of(
                new JsonPatch(List.of(JsonPatch.Replace.at("spec.containers[0].image", "i"))))),
        false,
        false,
        made.took());
  }

  private static List<Ruling> rulings() {
    List<Ruling> rulings = new ArrayList<>();
    List<String> policies = new ArrayList<>();
    for (int i = 0; i <= 100; i++) {
      policies.add("policy-" + i);
      rulings.add(ruling("policy", "check-" + i, Outcome.of(List.of(FINDING), List.of(DOUBT))));
    }
    rulings.addFirst(
        ruling("policy", "one", new Outcome.Pass(List.of(new Proof("signed")))).of(policies));
    return rulings;
  }

  private static Ruling ruling(String policy, String check, Outcome outcome) {
    return new Ruling(
        List.of(policy),
        Mode.AUDIT,
        check,
        outcome,
        List.of(new Ruling.Exempted(FINDING, "exemption")),
        Effect.NONE,
        Effect.REFUSE);
  }

  private static Rechecks.Result recheck() {
    return new Rechecks.Result(
        Rechecks.Judged.REFUSED,
        "shop",
        new PinnedImage(
            new Repository("harbor.example.com", "shop/web"), new Digest("sha256", DIGEST)),
        List.of("Deployment web"),
        NOW,
        List.of("it has a vulnerability"));
  }
}
