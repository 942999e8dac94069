package dev.tidegate.engine;

import static dev.tidegate.engine.Fixtures.NOW;
import static dev.tidegate.engine.Fixtures.check;
import static dev.tidegate.engine.Fixtures.container;
import static dev.tidegate.engine.Fixtures.exemption;
import static dev.tidegate.engine.Fixtures.noFacts;
import static dev.tidegate.engine.Fixtures.pod;
import static dev.tidegate.engine.Fixtures.policy;
import static dev.tidegate.engine.Fixtures.set;
import static dev.tidegate.engine.Fixtures.shape;
import static dev.tidegate.engine.Fixtures.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.Check;
import dev.tidegate.check.CheckDescriptor;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Container;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.Input;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Resources;
import dev.tidegate.model.Role;
import dev.tidegate.model.SecurityContext;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Configured;
import dev.tidegate.policy.DenyList;
import dev.tidegate.policy.Exemption;
import dev.tidegate.policy.ForControllers;
import dev.tidegate.policy.GatePolicy;
import dev.tidegate.policy.Mode;
import dev.tidegate.policy.OnUnknown;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.policy.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
  private final List<String> mishaps = new ArrayList<>();
  private final Gate gate =
      new Gate((check, defect) -> mishaps.add(check + ": " + defect.getMessage()));

  private static final BiFunction<Subject, Facts, Outcome> EVERY_CONTAINER_IS_BAD =
      (subject, facts) ->
          Outcome.of(
              subject.pod().containers().stream()
                  .map(c -> Finding.in(c, "image", Severity.HIGH, "is bad", "make it good"))
                  .toList(),
              List.of());

  private static final BiFunction<Subject, Facts, Outcome> BAD_POD =
      (subject, facts) ->
          new Outcome.Fail(
              List.of(Finding.ofPod("spec", Severity.HIGH, "is bad", "make it good")), List.of());

  private static BiFunction<Subject, Facts, Outcome> unknown(Cause cause) {
    return (subject, facts) -> Outcome.unknown(Doubt.of(cause, "tried"));
  }

  private static Fixtures.Says bad(String id) {
    return check(id, Set.of(Input.IMAGES), false, EVERY_CONTAINER_IS_BAD);
  }

  private Verdict judge(Subject subject, GatePolicy... policies) {
    return gate.judge(subject, set(policies), noFacts());
  }

  private Effect effect(Cause cause, OnUnknown onUnknown) {
    return judge(
            pod(),
            policy("p", Mode.ENFORCE, onUnknown, check("x", Set.of(), false, unknown(cause))))
        .effect();
  }

  @Test
  void refusesWhatAnEnforcingPolicyFindsAndOnlyThat() {
    assertThat(judge(pod(), policy("p", Mode.ENFORCE, OnUnknown.DENY, bad("x"))).effect())
        .isEqualTo(Effect.REFUSE);
    assertThat(judge(pod(), policy("p", Mode.WARN, OnUnknown.DENY, bad("x"))).effect())
        .isEqualTo(Effect.WARN);
    Verdict audited = judge(pod(), policy("p", Mode.AUDIT, OnUnknown.DENY, bad("x")));
    assertThat(audited.effect()).isEqualTo(Effect.NONE);
    assertThat(audited.strict()).as("what it would have refused is told").isEqualTo(Effect.REFUSE);
    Verdict passed =
        judge(
            pod(),
            policy(
                "p",
                Mode.ENFORCE,
                OnUnknown.DENY,
                check("x", Set.of(), false, (s, f) -> Outcome.pass())));
    assertThat(passed.effect()).isEqualTo(Effect.NONE);
    assertThat(passed.uncovered()).isFalse();
    assertThat(passed.generation()).isEqualTo(7);
    assertThat(passed.fingerprint()).isEqualTo("0123456789ab");
    assertThat(passed.at()).isEqualTo(NOW);
  }

  @Test
  void everyPolicyMustBeSatisfiedAndEveryFindingIsTold() {
    Verdict verdict =
        judge(
            pod(),
            policy("a", Mode.AUDIT, OnUnknown.DENY, bad("x")),
            policy("b", Mode.ENFORCE, OnUnknown.DENY, bad("x"), bad("y")));
    assertThat(verdict.effect()).isEqualTo(Effect.REFUSE);
    assertThat(verdict.rulings())
        .extracting(Ruling::policies)
        .containsExactly(List.of("a"), List.of("b"), List.of("b"));
    assertThat(verdict.rulings()).allSatisfy(ruling -> assertThat(ruling.findings()).hasSize(1));
  }

  @Test
  void noPolicyAtAllIsAllowedAndSaidToBeUncovered() {
    Verdict verdict = judge(pod());
    assertThat(verdict.effect()).isEqualTo(Effect.NONE);
    assertThat(verdict.uncovered()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Cause.class)
  void whatIsUnknownIsRefusedUnlessItIsOurInfrastructureAndThePolicySaysAdmit(Cause cause) {
    Effect denying = effect(cause, OnUnknown.DENY);
    Effect admitting = effect(cause, OnUnknown.ADMIT);
    switch (cause.kind()) {
      case INFRASTRUCTURE -> {
        assertThat(denying).isEqualTo(Effect.REFUSE_UNDECIDED);
        assertThat(admitting).isEqualTo(Effect.ADMIT_OWING);
      }
      case INPUT -> {
        assertThat(denying).isEqualTo(Effect.REFUSE_UNDECIDED);
        assertThat(admitting)
            .as("what an attacker can cause never opens the gate")
            .isEqualTo(Effect.REFUSE_UNDECIDED);
      }
      case INCOMPLETE -> {
        assertThat(denying).isEqualTo(Effect.WARN);
        assertThat(admitting).isEqualTo(Effect.WARN);
      }
    }
  }

  @Test
  void oneDoubtOfInputAmongDoubtsOfInfrastructureRefuses() {
    Verdict verdict =
        judge(
            pod(),
            policy(
                "p",
                Mode.ENFORCE,
                OnUnknown.ADMIT,
                check(
                    "x",
                    Set.of(),
                    false,
                    (s, f) ->
                        new Outcome.Unknown(
                            List.of(
                                Doubt.of(Cause.THROTTLED, "a"), Doubt.of(Cause.TOO_LARGE, "b"))))));
    assertThat(verdict.effect()).isEqualTo(Effect.REFUSE_UNDECIDED);
  }

  @Test
  void aFindingStaysAFindingBesideDoubts() {
    Outcome both =
        new Outcome.Fail(
            List.of(Finding.ofPod("spec", Severity.HIGH, "is bad", "fix")),
            List.of(Doubt.of(Cause.DEADLINE, "late")));
    Verdict verdict =
        judge(
            pod(),
            policy(
                "p", Mode.ENFORCE, OnUnknown.ADMIT, check("x", Set.of(), false, (s, f) -> both)));
    assertThat(verdict.effect()).isEqualTo(Effect.REFUSE);
  }

  @Test
  void findingsThatAreOwedLetThroughUnlessOneIsNot() {
    Finding owing = Finding.ofPod("spec", Severity.HIGH, "late", "wait").owing(NOW.plusSeconds(60));
    Finding plain = Finding.ofPod("spec", Severity.HIGH, "bad", "fix");
    assertThat(owed(List.of(owing), List.of()).effect()).isEqualTo(Effect.ADMIT_OWING);
    assertThat(owed(List.of(owing, plain), List.of()).effect()).isEqualTo(Effect.REFUSE);
    assertThat(owed(List.of(owing), List.of(Doubt.of(Cause.MALFORMED, "x"))).effect())
        .isEqualTo(Effect.REFUSE_UNDECIDED);
  }

  private Verdict owed(List<Finding> findings, List<Doubt> doubts) {
    return judge(
        pod(),
        policy(
            "p",
            Mode.ENFORCE,
            OnUnknown.DENY,
            check("x", Set.of(), false, (s, f) -> Outcome.of(findings, doubts))));
  }

  @Test
  void controllersAreWarnedAboutUnlessThePolicySaysDeny() {
    Subject deployment =
        subject("Deployment", shape(container(0, "a.io/b")), Optional.empty(), false);
    GatePolicy warning = policy("p", Mode.ENFORCE, OnUnknown.DENY, bad("x"));
    GatePolicy denying =
        policy("p", Mode.ENFORCE, ForControllers.DENY, Scope.EVERYTHING, OnUnknown.DENY, bad("x"));
    assertThat(judge(deployment, warning).effect()).isEqualTo(Effect.WARN);
    assertThat(judge(deployment, warning).strict()).isEqualTo(Effect.REFUSE);
    assertThat(judge(deployment, denying).effect()).isEqualTo(Effect.REFUSE);
  }

  @Test
  void mirrorPodsAreJudgedButNeverDenied() {
    Subject mirror = subject("Pod", shape(container(0, "a.io/b")), Optional.empty(), true);
    GatePolicy denying =
        policy("p", Mode.ENFORCE, ForControllers.DENY, Scope.EVERYTHING, OnUnknown.DENY, bad("x"));
    assertThat(judge(mirror, denying).effect()).isEqualTo(Effect.WARN);
    assertThat(judge(mirror, denying).strict()).isEqualTo(Effect.REFUSE);
  }

  @Test
  void aDefectInACheckIsUnknownAndToldAndStopsNoOtherCheck() {
    Verdict verdict =
        judge(
            pod(),
            policy(
                "p",
                Mode.ENFORCE,
                OnUnknown.ADMIT,
                check(
                    "broken",
                    Set.of(),
                    false,
                    (s, f) -> {
                      throw new IllegalStateException("boom");
                    }),
                bad("x")));
    assertThat(mishaps).containsExactly("broken: boom");
    assertThat(verdict.rulings())
        .extracting(Ruling::effect)
        .containsExactly(Effect.REFUSE_UNDECIDED, Effect.REFUSE);
  }

  @Test
  void T10_anUpdateIsSkippedOnlyIfNoInputOfTheCheckChanged() {
    Container old = container(0, "a.io/old");
    Container fresh = container(0, "a.io/new");
    GatePolicy images = policy("p", Mode.ENFORCE, OnUnknown.DENY, bad("x"));
    assertThat(judge(subject("Pod", shape(old), Optional.of(shape(old)), false), images).effect())
        .isEqualTo(Effect.NONE);
    assertThat(judge(subject("Pod", shape(fresh), Optional.of(shape(old)), false), images).effect())
        .isEqualTo(Effect.REFUSE);
    GatePolicy hostNetwork =
        policy(
            "p",
            Mode.ENFORCE,
            OnUnknown.DENY,
            check("n", Set.of(Input.HOST_NETWORK), false, BAD_POD));
    assertThat(
            judge(subject("Pod", shape(fresh), Optional.of(shape(fresh)), false), hostNetwork)
                .rulings()
                .get(0)
                .outcome())
        .isInstanceOf(Outcome.Skip.class);
  }

  @Test
  void whatAnExemptionRestedOnIsAnInputOfEveryCheck() {
    Container before = withArgs("istio-iptables");
    Container after = withArgs("sh");
    GatePolicy resources =
        policy(
            "p", Mode.ENFORCE, OnUnknown.DENY, check("r", Set.of(Input.RESOURCES), false, BAD_POD));
    assertThat(
            judge(subject("Deployment", shape(after), Optional.of(shape(before)), false), resources)
                .effect())
        .isEqualTo(Effect.WARN);
  }

  private static Container withArgs(String... args) {
    return new Container(
        "init",
        Role.INIT,
        "spec.initContainers[0]",
        "docker.io/istio/proxyv2:1",
        SecurityContext.NONE,
        Resources.NONE,
        List.of(),
        List.of(args));
  }

  @Test
  void anImageThatIsRefusedGetsNoFurtherCheckThatReadsImages() {
    List<String> seen = new ArrayList<>();
    Fixtures.Says gatekeeper =
        check(
            "imageReference",
            Set.of(Input.IMAGES),
            true,
            (subject, facts) ->
                Outcome.of(
                    subject.pod().containers().stream()
                        .filter(c -> c.image().startsWith("evil"))
                        .map(c ->
                            Finding.in(
                                c, "image", Severity.HIGH, "may not be used here", "use another"))
                        .toList(),
                    List.of()));
    Fixtures.Says reader =
        check(
            "signature",
            Set.of(Input.IMAGES),
            false,
            (subject, facts) -> {
              subject.pod().containers().forEach(c -> seen.add(c.image()));
              return Outcome.pass();
            });
    Subject mixed = pod(container(1, "evil.io/a"), container(10, "good.io/b"));
    judge(mixed, policy("p", Mode.ENFORCE, OnUnknown.DENY, reader, gatekeeper));
    assertThat(seen).containsExactly("good.io/b");

    seen.clear();
    judge(
        mixed,
        policy("a", Mode.AUDIT, OnUnknown.DENY, gatekeeper),
        policy("b", Mode.ENFORCE, OnUnknown.DENY, reader));
    assertThat(seen)
        .as("a finding of a policy that only audits hides nothing from one that enforces")
        .containsExactly("evil.io/a", "good.io/b");
  }

  /** What a check is told of the other policies that have it. */
  private record Demand(int least) {}

  private static final class HeedsAll implements Check<Demand> {
    private final boolean gatesImages;
    private final List<List<Demand>> told = new ArrayList<>();

    HeedsAll(boolean gatesImages) {
      this.gatesImages = gatesImages;
    }

    @Override
    public CheckDescriptor descriptor() {
      return new CheckDescriptor("heeds", "heeds", List.of(), Set.of(), gatesImages);
    }

    @Override
    public Class<Demand> parameters() {
      return Demand.class;
    }

    @Override
    public Outcome evaluate(Subject subject, Demand demand, Facts facts) {
      throw new AssertionError("asked without what the others demand");
    }

    @Override
    public Outcome evaluate(Subject subject, Demand demand, List<Demand> all, Facts facts) {
      told.add(List.copyOf(all));
      return Outcome.pass();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCheckIsToldWhatEveryPolicyThatAppliesDemandsOfIt(boolean gatesImages) {
    HeedsAll check = new HeedsAll(gatesImages);
    GatePolicy elsewhere =
        new GatePolicy(
            "elsewhere",
            Fixtures.HERE,
            Mode.ENFORCE,
            ForControllers.WARN,
            new Scope(Set.of("bank"), Set.of(), Optional.empty(), Set.of(), Set.of()),
            List.of(new Configured<>(check, new Demand(9), OnUnknown.DENY)));
    judge(pod(), demanding(check, 1), elsewhere, demanding(check, 2));
    List<Demand> both = List.of(new Demand(1), new Demand(2));
    assertThat(check.told).containsExactly(both, both);
  }

  private static GatePolicy demanding(HeedsAll check, int least) {
    return new GatePolicy(
        "at-least-" + least,
        Fixtures.HERE,
        Mode.ENFORCE,
        ForControllers.WARN,
        Scope.EVERYTHING,
        List.of(new Configured<>(check, new Demand(least), OnUnknown.DENY)));
  }

  @Test
  void aFindingAboutThePodAsAWholeHidesNoImageFromOtherChecks() {
    Fixtures.Says gatekeeper =
        check(
            "gatekeeper",
            Set.of(Input.IMAGES),
            true,
            (subject, facts) ->
                new Outcome.Fail(
                    List.of(Finding.ofPod("spec.containers[0]", Severity.HIGH, "bad", "fix it")),
                    List.of()));
    assertThat(
            judge(pod(), policy("p", Mode.ENFORCE, OnUnknown.DENY, gatekeeper, bad("x")))
                .rulings()
                .getLast()
                .findings())
        .hasSize(1);
  }

  @Test
  void T08_aScopeThatCannotBeDecidedIsUnknownAndNeverSkipsThePolicy() {
    Scope labelled =
        new Scope(
            Set.of(),
            Set.of(),
            Optional.of(new LabelSelector(Map.of("env", "production"), List.of())),
            Set.of(),
            Set.of());
    Verdict verdict =
        judge(
            pod(),
            policy("p", Mode.ENFORCE, ForControllers.WARN, labelled, OnUnknown.ADMIT, bad("x")));
    assertThat(verdict.uncovered()).isFalse();
    assertThat(verdict.rulings()).hasSize(1);
    assertThat(verdict.rulings().get(0).check()).isEqualTo(Gate.SCOPE);
    assertThat(verdict.effect()).isEqualTo(Effect.REFUSE_UNDECIDED);
  }

  private static DenyList denyList() {
    return new DenyList(
        "incident",
        Fixtures.HERE,
        Set.of(Digest.parse("sha256:" + "a".repeat(64))),
        List.of(ImagePattern.parse("evil.io/**")),
        "stolen key",
        "platform-security");
  }

  private Verdict denied(
      String image, Optional<String> before, String kind, Exemption... exemptions) {
    PolicySet set =
        new PolicySet(1, "0123456789ab", List.of(), List.of(exemptions), List.of(denyList()));
    return gate.judge(
        subject(
            kind, shape(container(0, image)), before.map(old -> shape(container(0, old))), false),
        set,
        noFacts());
  }

  @Test
  void aDenyListIsDecidedFirstAndNoExemptionHelps() {
    Exemption all = exemption("all", Set.of("denyList", "x"), Set.of("shop"));
    assertThat(denied("evil.io/a:1", Optional.empty(), "Pod", all).effect())
        .isEqualTo(Effect.REFUSE);
    assertThat(denied("good.io/a@sha256:" + "a".repeat(64), Optional.empty(), "Pod").effect())
        .isEqualTo(Effect.REFUSE);
    assertThat(denied("good.io/a@sha256:" + "b".repeat(64), Optional.empty(), "Pod").effect())
        .isEqualTo(Effect.NONE);
    assertThat(denied("evil.io/a:1", Optional.of("evil.io/a:1"), "Pod").effect())
        .as("a finalizer can still be removed from what already runs")
        .isEqualTo(Effect.NONE);
    assertThat(denied("evil.io/a:2", Optional.of("evil.io/a:1"), "Pod").effect())
        .isEqualTo(Effect.REFUSE);
    assertThat(denied("evil.io/a:1", Optional.empty(), "Deployment").effect())
        .isEqualTo(Effect.WARN);
    Verdict verdict = denied("evil.io/a:1", Optional.empty(), "Pod");
    assertThat(verdict.uncovered()).isFalse();
    assertThat(verdict.rulings().get(0).findings().get(0).problem()).contains("stolen key");
    assertThat(verdict.rulings().get(0).findings().get(0).fix())
        .contains("platform-security")
        .contains("incident");
  }

  private Verdict exempted(Exemption... exemptions) {
    PolicySet set =
        new PolicySet(
            1,
            "0123456789ab",
            List.of(policy("p", Mode.ENFORCE, OnUnknown.DENY, bad("x"))),
            List.of(exemptions),
            List.of());
    return gate.judge(pod(container(1, "a.io/a"), container(10, "b.io/b")), set, noFacts());
  }

  @Test
  void anExemptionTakesAwayWhatItCoversAndIsNamed() {
    Exemption a = exemption("for-a", "a.io/a", NOW.plusSeconds(1));
    Exemption b = exemption("for-b", "b.io/b", NOW.plusSeconds(1));
    Verdict one = exempted(a);
    assertThat(one.effect()).isEqualTo(Effect.REFUSE);
    assertThat(one.rulings().get(0).findings())
        .extracting(Finding::field)
        .containsExactly("spec.containers[10].image");
    assertThat(one.exemptions()).containsExactly("for-a");
    Verdict both = exempted(b, a);
    assertThat(both.effect()).isEqualTo(Effect.NONE);
    assertThat(both.strict()).isEqualTo(Effect.NONE);
    assertThat(both.exemptions()).containsExactly("for-a", "for-b");
  }

  @Test
  void anExemptionEndsAtTheMomentThatItNames() {
    assertThat(exempted(exemption("a", "a.io/a", NOW)).exemptions()).isEmpty();
    assertThat(exempted(exemption("a", "a.io/a", NOW.plusNanos(1))).exemptions())
        .containsExactly("a");
  }

  @Test
  void doubtsAreNeverExempted() {
    Exemption everything = exemption("all", Set.of("x"), Set.of("shop"));
    Outcome both =
        new Outcome.Fail(
            List.of(Finding.ofPod("spec", Severity.HIGH, "bad", "fix")),
            List.of(Doubt.of(Cause.DEADLINE, "late")));
    PolicySet set =
        new PolicySet(
            1,
            "0123456789ab",
            List.of(
                policy(
                    "p",
                    Mode.ENFORCE,
                    OnUnknown.DENY,
                    check("x", Set.of(), false, (s, f) -> both))),
            List.of(everything),
            List.of());
    Verdict verdict = gate.judge(pod(), set, noFacts());
    assertThat(verdict.effect()).isEqualTo(Effect.REFUSE_UNDECIDED);
    assertThat(verdict.exemptions()).containsExactly("all");
  }
}
