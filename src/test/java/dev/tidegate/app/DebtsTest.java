package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.admission.Admission;
import dev.tidegate.admission.Decision;
import dev.tidegate.admission.Enforcing;
import dev.tidegate.admission.GateFixture;
import dev.tidegate.admission.Recorder;
import dev.tidegate.admission.Slice;
import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Rounds;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.FirstOwing;
import dev.tidegate.evidence.EvidenceKey.Isolation;
import dev.tidegate.evidence.EvidenceKey.IsolationNow;
import dev.tidegate.evidence.LiveEvidence;
import dev.tidegate.evidence.NetworkPolicies;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.store.VerdictStore;
import dev.tidegate.workload.BadDocument;
import dev.tidegate.workload.Manifests;
import dev.tidegate.workload.NetworkPolicyReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What is let through for now: the real check, a clock that the test moves. */
class DebtsTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final FirstOwing WEB = new FirstOwing("shop", "Pod web");

  private final AtomicReference<Instant> clock = new AtomicReference<>(NOW);
  private final AtomicReference<NetworkPolicies> there =
      new AtomicReference<>(NetworkPolicies.NONE);
  private final List<Debts.Outcome> outcomes = new ArrayList<>();
  private final PolicySet policies =
      GateFixture.set(
          """
          apiVersion: tidegate.dev/v1alpha1
          kind: GatePolicy
          metadata: {name: isolation}
          spec:
            mode: enforce
            checks:
              networkPolicy: {directions: [Ingress], grace: 2m}
          """);
  private final Debts debts = debts(10);

  private Debts debts(int most) {
    return new Debts(most, System::nanoTime, (owing, outcome) -> outcomes.add(outcome));
  }

  private Rounds rounds(Debts debts) {
    List<LiveEvidence<?, ?>> live =
        List.of(
            debts,
            new Given<>(Isolation.class, key -> new Evidence.Present<>(there.get(), NOW)),
            new Given<>(IsolationNow.class, key -> new Evidence.Present<>(there.get(), NOW)));
    return Assembly.engine(
            () -> policies,
            new Assembly.Knowledge(
                live, List.of(), VerdictStore.Settings.USUAL, Optional.empty(), Duration.ZERO),
            now(),
            System::nanoTime,
            (where, defect) -> {
              throw new AssertionError(where, defect);
            })
        .rounds();
  }

  private InstantSource now() {
    return clock::get;
  }

  private Effect admit(Debts debts, ObjectNode review) {
    AtomicReference<Decision> made = new AtomicReference<>();
    Recorder recorder =
        new Recorder() {
          @Override
          public void made(Decision decision) {
            made.set(decision);
            debts.note(decision);
          }

          @Override
          public void defect(String where, Throwable defect) {
            throw new AssertionError(where, defect);
          }
        };
    Enforcing enforcing = new Enforcing();
    new Admission(rounds(debts), () -> policies, () -> enforcing, recorder, System::nanoTime)
        .validate(
            Slice.of(GateFixture.bytes(review)),
            Deadline.in(Duration.ofSeconds(20), System::nanoTime))
        .toCompletableFuture()
        .join();
    return made.get().verdict().orElseThrow().effect();
  }

  private static ObjectNode pod() {
    return GateFixture.review(GateFixture.GOOD_POD);
  }

  private void settle() {
    debts.settle(rounds(debts), clock.get()).join();
  }

  @Test
  void aDebtThatIsPaidIsForgotten() throws BadDocument {
    assertThat(admit(debts, pod())).isEqualTo(Effect.ADMIT_OWING);
    assertThat(debts.open()).isEqualTo(1);
    there.set(new NetworkPolicies(List.of(policy()), List.of()));

    clock.set(NOW.plusSeconds(119));
    settle();
    assertThat(outcomes).isEmpty();

    clock.set(NOW.plusSeconds(120));
    settle();
    assertThat(outcomes).containsExactly(Debts.Outcome.SETTLED);
    assertThat(debts.peek(WEB)).isInstanceOf(Evidence.Absent.class);
  }

  private static NetworkPolicy policy() throws BadDocument {
    Manifests manifests = new Manifests();
    manifests.read(
        "policy.yaml",
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: closed, namespace: shop}
        spec: {podSelector: {}, policyTypes: [Ingress]}
        """);
    return NetworkPolicyReader.read(manifests.objects().getFirst().object());
  }

  @Test
  void aDebtThatIsNotPaidIsToldAndGivesNoSecondGrace() {
    admit(debts, pod());

    clock.set(NOW.plusSeconds(120));
    settle();
    settle();

    assertThat(outcomes).containsExactly(Debts.Outcome.BROKEN);
    assertThat(debts.open()).isZero();
    assertThat(admit(debts, pod())).isEqualTo(Effect.REFUSE);
  }

  @Test
  void theGraceCountsFromTheFirstSighting() {
    admit(debts, pod());
    clock.set(NOW.plusSeconds(60));
    assertThat(admit(debts, pod())).isEqualTo(Effect.ADMIT_OWING);

    clock.set(NOW.plusSeconds(121));
    assertThat(admit(debts, pod())).isEqualTo(Effect.REFUSE);
  }

  @Test
  void aDryRunOwesNothing() {
    ObjectNode review = pod();
    ((ObjectNode) review.get("request")).put("dryRun", true);

    assertThat(admit(debts, review)).isEqualTo(Effect.ADMIT_OWING);

    assertThat(debts.open()).isZero();
    assertThat(debts.peek(WEB)).isInstanceOf(Evidence.Absent.class);
  }

  @Test
  void whereNoMoreIsRememberedNoGraceIsGiven() {
    Debts small = debts(1);
    admit(small, pod());
    ObjectNode other =
        GateFixture.review(GateFixture.GOOD_POD.replace("name: web, n", "name: b, n"));

    assertThat(admit(small, other)).isEqualTo(Effect.REFUSE);
    assertThat(admit(small, pod())).isEqualTo(Effect.ADMIT_OWING);
  }
}
