package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.model.Direction;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.Corpus;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.Manifest;
import dev.tidegate.workload.NetworkPolicyReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Workloads with and without a NetworkPolicy that selects them, each direction by itself.
 * kube-score asks whether a policy selects the pod; here it must isolate it as well, which makes a
 * difference in one file.
 */
class KubeScoreCorpusTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("kube-score-networkpolicy");

  /** Its policy selects all pods and allows everything in both directions. */
  private static final String ALLOWS_ALL = "networkpolicy-targets-all-pods.yaml";

  @Test
  void whetherAPolicySelectsThePodAgreesInBothDirections() throws BadDocument {
    SoftAssertions soft = new SoftAssertions();
    int isolated = 0;
    int open = 0;
    for (JsonNode entry : CORPUS.index().path("cases")) {
      String file = entry.path("file").asText();
      List<Manifest> manifests = CorpusSubjects.manifests(file, CORPUS.text(file));
      for (JsonNode workload : entry.path("workloads")) {
        for (Manifest manifest : manifests) {
          if (!manifest.kind().equals(workload.path("kind").asText())
              || !manifest.name().equals(workload.path("name").asText())) {
            continue;
          }
          for (Subject subject : CorpusSubjects.of(manifest.object())) {
            for (Direction direction : Direction.values()) {
              String key = direction == Direction.INGRESS ? "ingress" : "egress";
              boolean expected = workload.path(key).asBoolean() && !file.equals(ALLOWS_ALL);
              soft.assertThat(isolated(subject, direction, manifests))
                  .as("%s: %s %s", file, subject.object(), direction)
                  .isEqualTo(expected);
              isolated += expected ? 1 : 0;
              open += expected ? 0 : 1;
            }
          }
        }
      }
      CORPUS.ran();
    }
    soft.assertAll();
    assertThat(isolated).isPositive();
    assertThat(open).isPositive();
  }

  @Test
  void theOneDifferenceIsAnAllowAllRule() throws BadDocument {
    List<Manifest> manifests = CorpusSubjects.manifests(ALLOWS_ALL, CORPUS.text(ALLOWS_ALL));
    Subject pod = CorpusSubjects.only(ALLOWS_ALL, CORPUS.text(ALLOWS_ALL)).get(0);
    Outcome outcome = judged(pod, Direction.INGRESS, manifests);
    assertThat(outcome).isInstanceOf(Outcome.Fail.class);
    assertThat(((Outcome.Fail) outcome).findings().get(0).problem()).contains("allows all Ingress");
  }

  private static boolean isolated(Subject subject, Direction direction, List<Manifest> manifests)
      throws BadDocument {
    Outcome outcome = judged(subject, direction, manifests);
    assertThat(outcome).isNotInstanceOf(Outcome.Unknown.class);
    return outcome instanceof Outcome.Pass;
  }

  private static Outcome judged(Subject subject, Direction direction, List<Manifest> manifests)
      throws BadDocument {
    List<NetworkPolicy> policies = new ArrayList<>();
    for (Manifest manifest : manifests) {
      if (manifest.kind().equals("NetworkPolicy")
          && manifest.namespace("default").equals(subject.namespace())) {
        policies.add(NetworkPolicyReader.read(manifest.object()));
      }
    }
    NetworkPolicies known = new NetworkPolicies(policies, List.of());
    return new NetworkPolicyCheck()
        .evaluate(
            subject,
            new NetworkPolicyCheck.Parameters(Set.of(direction), Duration.ZERO),
            FakeFacts.none()
                .present(new EvidenceKey.Isolation(subject.namespace()), known)
                .present(new EvidenceKey.IsolationNow(subject.namespace()), known));
  }
}
