package dev.tidegate.check;

import static dev.tidegate.model.Direction.EGRESS;
import static dev.tidegate.model.Direction.INGRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidegate.check.NetworkPolicyCheck.Parameters;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.EvidenceKey.FirstOwing;
import dev.tidegate.evidence.EvidenceKey.Isolation;
import dev.tidegate.evidence.EvidenceKey.IsolationNow;
import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Direction;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Input;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.model.NetworkRule;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Role;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.Subjects;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetworkPolicyCheckTest {
  private static final NetworkPolicyCheck CHECK = new NetworkPolicyCheck();
  private static final Isolation HEARD = new Isolation("shop");
  private static final IsolationNow NOW = new IsolationNow("shop");
  private static final FirstOwing FIRST = new FirstOwing("shop", "Pod web");
  private static final Parameters BOTH = new Parameters(Set.of(INGRESS, EGRESS), Duration.ZERO);
  private static final Parameters INGRESS_ONLY = new Parameters(Set.of(INGRESS), Duration.ZERO);
  private static final Parameters GRACE = new Parameters(Set.of(INGRESS), Duration.ofMinutes(2));
  private static final NetworkRule FROM_OWN_PODS =
      new NetworkRule(
          List.of(new NetworkRule.Pods(Optional.of(LabelSelector.EVERYTHING), Optional.empty())),
          List.of());
  private static final NetworkRule ALLOW_ALL = new NetworkRule(List.of(), List.of());

  private static LabelSelector app(String value) {
    return new LabelSelector(Map.of("app", value), List.of());
  }

  private static NetworkPolicy policy(
      String name, LabelSelector pods, Set<Direction> directions, NetworkRule... rules) {
    return new NetworkPolicy(name, pods, directions, List.of(rules), List.of(rules));
  }

  private static NetworkPolicies heard(NetworkPolicy... policies) {
    return new NetworkPolicies(List.of(policies), List.of());
  }

  /** Facts where informer and live reading agree. */
  private static FakeFacts facts(NetworkPolicy... policies) {
    return FakeFacts.none().present(HEARD, heard(policies)).present(NOW, heard(policies));
  }

  private static Subject web() {
    return Subjects.pod().with(Role.MAIN, "web").build();
  }

  private static List<Finding> findings(Parameters parameters, FakeFacts facts) {
    return Outcomes.findings(CHECK, parameters, web(), facts);
  }

  private static List<String> lines(Parameters parameters, FakeFacts facts) {
    return Outcomes.lines(findings(parameters, facts));
  }

  @Test
  void aPolicyThatSelectsThePodInBothDirectionsIsEnough() {
    FakeFacts facts =
        FakeFacts.none().present(HEARD, heard(policy("web", app("web"), Set.of(INGRESS, EGRESS))));
    Outcome outcome = CHECK.evaluate(web(), BOTH, facts);
    assertThat(outcome).isInstanceOf(Outcome.Pass.class);
    assertThat(((Outcome.Pass) outcome).because().get(0).statement())
        .isEqualTo("NetworkPolicies isolate the pod for Ingress and Egress");
    assertThat(facts.asked()).containsExactly(HEARD);
  }

  @Test
  void twoPoliciesMayDoItTogether() {
    assertThat(
            lines(
                BOTH,
                facts(
                    policy("in", LabelSelector.EVERYTHING, Set.of(INGRESS), FROM_OWN_PODS),
                    policy("out", app("web"), Set.of(EGRESS)))))
        .isEmpty();
  }

  @Test
  void onlyDemandedDirectionsCount() {
    assertThat(lines(INGRESS_ONLY, facts(policy("in", app("web"), Set.of(INGRESS))))).isEmpty();
    List<Finding> found = findings(BOTH, facts(policy("in", app("web"), Set.of(INGRESS))));
    assertThat(Outcomes.lines(found))
        .containsExactly(
            "1 NetworkPolicy in shop, none selects labels app=web for Egress (in selects app=web"
                + " for Ingress) @ metadata.labels");
    assertThat(found.get(0).fix())
        .isEqualTo(
            "apply a NetworkPolicy in namespace shop with podSelector matchLabels {app: web} and"
                + " policyTypes [Egress], and rules for what is needed");
    assertThat(found.get(0).container()).isEmpty();
    assertThat(found.get(0).severity()).isEqualTo(Severity.MEDIUM);
    assertThat(found.get(0).owingUntil()).isEmpty();
  }

  @Test
  void aNamespaceWithoutPoliciesIsSaidSo() {
    assertThat(lines(BOTH, facts()))
        .containsExactly(
            "namespace shop has no NetworkPolicy, so nothing limits Ingress and Egress of this pod"
                + " @ metadata.labels");
    assertThat(lines(BOTH, FakeFacts.none().absent(HEARD).absent(NOW))).hasSize(1);
  }

  @Test
  void whatPoliciesSelectInsteadIsToldWhileTheyAreFew() {
    NetworkPolicy api =
        policy(
            "api",
            new LabelSelector(
                Map.of("app", "api"),
                List.of(
                    new LabelSelector.Requirement(
                        "tier", LabelSelector.Operator.EXISTS, Set.of()))),
            Set.of(INGRESS, EGRESS));
    NetworkPolicy expression =
        policy(
            "db",
            new LabelSelector(
                Map.of(),
                List.of(
                    new LabelSelector.Requirement("app", LabelSelector.Operator.IN, Set.of("db")),
                    new LabelSelector.Requirement(
                        "tier", LabelSelector.Operator.EXISTS, Set.of()))),
            Set.of(INGRESS));
    NetworkPolicy out = policy("out", LabelSelector.EVERYTHING, Set.of(EGRESS));
    assertThat(lines(INGRESS_ONLY, facts(out, expression, api)).get(0))
        .startsWith(
            "3 NetworkPolicies in shop, none selects labels app=web for Ingress (api selects"
                + " app=api and 1 expression for Ingress and Egress; db selects 2 expressions for"
                + " Ingress; out selects all pods for Egress)");
    assertThat(
            lines(INGRESS_ONLY, facts(out, expression, api, policy("x", app("x"), Set.of(INGRESS))))
                .get(0))
        .isEqualTo(
            "4 NetworkPolicies in shop, none selects labels app=web for Ingress @ metadata.labels");
  }

  @Test
  void labelsAreToldWithinBoundsAndWithoutGeneratedOnes() {
    Subject subject =
        Subjects.deployment()
            .labels(
                Map.of(
                    "a",
                    "1",
                    "b",
                    "2",
                    "c",
                    "3",
                    "d",
                    "4",
                    "pod-template-hash",
                    "7d4f9c",
                    "e",
                    "5"))
            .build();
    Finding finding =
        Outcomes.findings(
                CHECK, INGRESS_ONLY, subject, facts(policy("x", app("x"), Set.of(EGRESS))))
            .get(0);
    assertThat(finding.problem())
        .contains("none selects labels a=1, b=2, c=3 and 2 more for Ingress");
    assertThat(finding.fix()).contains("matchLabels {a: 1, b: 2, c: 3} and");
    assertThat(finding.field()).isEqualTo("spec.template.metadata.labels");

    Subject bare = Subjects.pod().labels(Map.of()).build();
    Finding none =
        Outcomes.findings(CHECK, INGRESS_ONLY, bare, facts(policy("x", app("x"), Set.of(EGRESS))))
            .get(0);
    assertThat(none.problem()).contains("none selects this pod, which has no labels for Ingress");
    assertThat(none.fix()).contains("podSelector {} and policyTypes [Ingress]");
  }

  @Test
  void anAllowAllRuleIsNotIsolation() {
    List<Finding> found =
        findings(BOTH, facts(policy("open", app("web"), Set.of(INGRESS, EGRESS), ALLOW_ALL)));
    assertThat(Outcomes.lines(found))
        .containsExactly(
            "NetworkPolicy open of namespace shop allows all Ingress of this pod, so it is not"
                + " isolated @ metadata.labels",
            "NetworkPolicy open of namespace shop allows all Egress of this pod, so it is not"
                + " isolated @ metadata.labels");
    assertThat(found.get(0).fix())
        .isEqualTo(
            "restrict peers or ports in its ingress rules (kubectl edit networkpolicy -n shop"
                + " open)");
    assertThat(found.get(1).fix()).contains("its egress rules");
    assertThat(found.get(0).severity()).isEqualTo(Severity.MEDIUM);
  }

  @Test
  void oneAllowAllRuleOpensWhatOtherPoliciesClose() {
    assertThat(
            lines(
                    INGRESS_ONLY,
                    facts(
                        policy("closed", app("web"), Set.of(INGRESS)),
                        policy("b", app("web"), Set.of(INGRESS), FROM_OWN_PODS, ALLOW_ALL),
                        policy("a", LabelSelector.EVERYTHING, Set.of(INGRESS), ALLOW_ALL)))
                .get(0))
        .startsWith("NetworkPolicies a, b of namespace shop allow all Ingress of this pod");
    assertThat(
            lines(
                INGRESS_ONLY,
                facts(
                    policy("closed", app("web"), Set.of(INGRESS)),
                    policy("elsewhere", app("api"), Set.of(INGRESS), ALLOW_ALL),
                    policy("out", app("web"), Set.of(EGRESS), ALLOW_ALL))))
        .isEmpty();
  }

  @Test
  void thePoliciesAreReadAnewBeforeAFinding() {
    NetworkPolicies then = heard(policy("web", app("web"), Set.of(INGRESS)));
    FakeFacts created = FakeFacts.none().present(HEARD, NetworkPolicies.NONE).present(NOW, then);
    Outcome outcome = CHECK.evaluate(web(), INGRESS_ONLY, created);
    assertThat(outcome).isInstanceOf(Outcome.Pass.class);
    assertThat(((Outcome.Pass) outcome).because()).hasSize(1);
    assertThat(created.asked()).containsExactly(HEARD, NOW);

    FakeFacts notYet = FakeFacts.none().present(HEARD, NetworkPolicies.NONE);
    assertUnknown(CHECK.evaluate(web(), INGRESS_ONLY, notYet), Cause.NOT_GATHERED);
  }

  @Test
  void troubleIsNeverAFindingAndNeverAPass() {
    assertUnknown(
        CHECK.evaluate(
            web(),
            BOTH,
            FakeFacts.none()
                .present(HEARD, NetworkPolicies.NONE)
                .unavailable(NOW, Cause.UNREACHABLE)),
        Cause.UNREACHABLE);
    assertUnknown(
        CHECK.evaluate(
            web(),
            BOTH,
            FakeFacts.none()
                .unavailable(HEARD, Cause.NOT_SYNCED)
                .unavailable(NOW, Cause.FORBIDDEN)),
        Cause.FORBIDDEN);
    // What was not heard can still be read.
    assertThat(
            lines(
                INGRESS_ONLY,
                FakeFacts.none()
                    .unavailable(HEARD, Cause.NOT_SYNCED)
                    .present(NOW, heard(policy("web", app("web"), Set.of(INGRESS))))))
        .isEmpty();
  }

  private static void assertUnknown(Outcome outcome, Cause cause) {
    assertThat(outcome).isInstanceOf(Outcome.Unknown.class);
    assertThat(((Outcome.Unknown) outcome).doubts())
        .extracting(doubt -> doubt.cause())
        .containsExactly(cause);
  }

  @Test
  void whereOtherKindsOfPoliciesExistANoWouldBeTooMuchSaid() {
    List<String> unread = List.of("CiliumNetworkPolicy a", "B", "C", "D", "E");
    for (NetworkPolicy policy :
        List.of(
            policy("open", app("web"), Set.of(INGRESS), ALLOW_ALL),
            policy("other", app("api"), Set.of(INGRESS)))) {
      NetworkPolicies mixed = new NetworkPolicies(List.of(policy), unread);
      Outcome outcome =
          CHECK.evaluate(
              web(), INGRESS_ONLY, FakeFacts.none().present(HEARD, mixed).present(NOW, mixed));
      assertUnknown(outcome, Cause.INCOMPLETE);
      assertThat(((Outcome.Unknown) outcome).doubts().get(0).tried())
          .isEqualTo(
              "no NetworkPolicy isolates this pod, but CiliumNetworkPolicy a, B, C and 2 more may,"
                  + " and such policies are not interpreted");
    }
    NetworkPolicies isolated =
        new NetworkPolicies(List.of(policy("web", app("web"), Set.of(INGRESS))), unread);
    assertThat(lines(INGRESS_ONLY, FakeFacts.none().present(HEARD, isolated))).isEmpty();
  }

  @Test
  void aPodOnTheNodesNetworkIsNeverIsolated() {
    FakeFacts facts = facts(policy("web", app("web"), Set.of(INGRESS, EGRESS)));
    List<Finding> found =
        Outcomes.findings(CHECK, GRACE, Subjects.deployment().hostNetwork().build(), facts);
    assertThat(Outcomes.lines(found))
        .containsExactly(
            "the pod uses the node's network (hostNetwork: true), which no NetworkPolicy covers @"
                + " spec.template.spec.hostNetwork");
    assertThat(found.get(0).fix())
        .isEqualTo(
            "set spec.template.spec.hostNetwork: false, or ask for an exemption if it must be on"
                + " the node's network");
    assertThat(found.get(0).severity()).isEqualTo(Severity.HIGH);
    assertThat(found.get(0).owingUntil()).isEmpty();
    assertThat(facts.asked()).isEmpty();
  }

  @Test
  void graceCountsFromTheFirstSighting() {
    Instant now = FakeFacts.NOW;
    assertThat(owing(facts().absent(FIRST))).contains(now.plusSeconds(120));
    assertThat(owing(facts().present(FIRST, now.minusSeconds(119)))).contains(now.plusSeconds(1));
    assertThat(owing(facts().present(FIRST, now.minusSeconds(120)))).isEmpty();
    assertThat(owing(facts().present(FIRST, now.minusSeconds(500)))).isEmpty();
    // A clock that ran ahead does not stretch it.
    assertThat(owing(facts().present(FIRST, now.plusSeconds(3600)))).contains(now.plusSeconds(120));
  }

  private static Optional<Instant> owing(FakeFacts facts) {
    return findings(GRACE, facts).get(0).owingUntil();
  }

  @Test
  void graceIsCountedForTheWorkloadNotThePod() {
    Subject owned = Subjects.pod().owner("Deployment", "web").build();
    FakeFacts facts = facts().absent(new FirstOwing("shop", "Deployment web"));
    assertThat(Outcomes.findings(CHECK, GRACE, owned, facts).get(0).owingUntil()).isPresent();
  }

  @Test
  void withoutAMemoryOfSightingsThereIsNoGrace() {
    Outcome outcome = CHECK.evaluate(web(), GRACE, facts().unavailable(FIRST, Cause.OVERLOADED));
    assertThat(outcome).isInstanceOf(Outcome.Fail.class);
    Outcome.Fail fail = (Outcome.Fail) outcome;
    assertThat(fail.findings().get(0).owingUntil()).isEmpty();
    assertThat(fail.doubts()).extracting(doubt -> doubt.cause()).containsExactly(Cause.OVERLOADED);
  }

  @Test
  void noGraceNoQuestion() {
    FakeFacts facts = facts();
    assertThat(findings(INGRESS_ONLY, facts)).hasSize(1);
    assertThat(facts.asked()).containsExactly(HEARD, NOW);
  }

  @Test
  void anAllowAllRuleHasNoGrace() {
    Parameters both = new Parameters(Set.of(INGRESS, EGRESS), Duration.ofMinutes(2));
    List<Finding> found =
        findings(both, facts(policy("open", app("web"), Set.of(INGRESS), ALLOW_ALL)).absent(FIRST));
    assertThat(found).hasSize(2);
    assertThat(found.get(0).problem()).startsWith("NetworkPolicy open");
    assertThat(found.get(0).owingUntil()).isEmpty();
    assertThat(found.get(1).owingUntil()).isPresent();
  }

  @Test
  void parametersAreBounded() {
    assertThatExceptionOfType(InvalidField.class)
        .isThrownBy(() -> new Parameters(Set.of(), Duration.ZERO))
        .satisfies(bad -> {
          assertThat(bad.field()).isEqualTo("directions");
          assertThat(bad.fix()).isEqualTo("write [Ingress, Egress]");
        });
    for (Duration wrong :
        List.of(Duration.ofSeconds(-1), Duration.ofHours(24).plusNanos(1), Duration.ofDays(400))) {
      assertThatExceptionOfType(InvalidField.class)
          .isThrownBy(() -> new Parameters(Set.of(INGRESS), wrong))
          .withMessage("is not between 0s and 24h")
          .satisfies(bad -> assertThat(bad.field()).isEqualTo("grace"));
    }
    assertThat(new Parameters(Set.of(INGRESS), Duration.ofHours(24)).grace()).isPositive();
  }

  @Test
  void saysWhatItReads() {
    assertThat(CHECK.descriptor().inputs())
        .containsExactlyInAnyOrder(Input.LABELS, Input.HOST_NETWORK, Input.EXEMPTION_BASIS);
    assertThat(CHECK.descriptor().gatesImages()).isFalse();
    assertThat(CHECK.parameters()).isEqualTo(Parameters.class);
  }
}
