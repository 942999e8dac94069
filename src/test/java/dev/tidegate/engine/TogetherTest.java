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
import static org.assertj.core.api.Assertions.tuple;

import dev.tidegate.check.Check;
import dev.tidegate.check.CheckDescriptor;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Container;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Input;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Configured;
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
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Policies are judged together; each must be told what it would be told alone. */
class TogetherTest {
  private final List<String> mishaps = new ArrayList<>();
  private final Gate gate =
      new Gate((check, defect) -> mishaps.add(check + ": " + defect.getMessage()));

  /** What images must not be called; {@code odd} is what the check makes of it. */
  private record Banned(String name, Odd odd) {}

  private enum Odd {
    NO,
    UNKNOWN,
    DEFECT
  }

  /** Refuses images by name; with some parameters it does not know, or breaks. */
  private record Bans(String id, Set<Input> reads) implements Check<Banned> {
    @Override
    public CheckDescriptor descriptor() {
      return new CheckDescriptor(id, id, List.of(), reads, false);
    }

    @Override
    public Class<Banned> parameters() {
      return Banned.class;
    }

    @Override
    public Outcome evaluate(Subject subject, Banned banned, Facts facts) {
      return switch (banned.odd()) {
        case DEFECT -> throw new IllegalStateException("boom");
        case UNKNOWN -> Outcome.unknown(Doubt.of(Cause.UNREACHABLE, "tried"));
        case NO ->
            Outcome.of(
                subject.pod().containers().stream()
                    .filter(c -> c.image().startsWith(banned.name()))
                    .map(c -> Finding.in(c, "image", Severity.HIGH, "is banned", "use another"))
                    .toList(),
                List.of());
      };
    }
  }

  private static final List<Bans> CHECKS =
      List.of(
          new Bans("x", Set.of(Input.IMAGES)),
          new Bans("y", Set.of(Input.IMAGES)),
          new Bans("z", Set.of(Input.HOST_NETWORK)));

  private static final List<Scope> SCOPES =
      List.of(
          Scope.EVERYTHING,
          new Scope(Set.of("shop"), Set.of(), Optional.empty(), Set.of(), Set.of()),
          new Scope(Set.of(), Set.of("shop"), Optional.empty(), Set.of(), Set.of()),
          new Scope(Set.of(), Set.of(), Optional.empty(), Set.of("Pod"), Set.of()),
          new Scope(
              Set.of(),
              Set.of(),
              Optional.of(new LabelSelector(Map.of("env", "production"), List.of())),
              Set.of(),
              Set.of()));

  private static final List<String> IMAGES = List.of("a.io/a", "b.io/b", "c.io/c");

  private static <T> T some(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static <E extends Enum<E>> E some(Random random, Class<E> of) {
    return some(random, List.of(of.getEnumConstants()));
  }

  private static GatePolicy policyOf(Random random, int number, List<Banned> parameters) {
    List<Configured<?>> checks = new ArrayList<>();
    for (Bans check : CHECKS) {
      if (random.nextInt(3) > 0) {
        checks.add(
            new Configured<>(check, some(random, parameters), some(random, OnUnknown.class)));
      }
    }
    return new GatePolicy(
        "policy-" + number,
        Fixtures.HERE,
        some(random, Mode.class),
        some(random, ForControllers.class),
        some(random, SCOPES),
        checks);
  }

  private static Subject subjectOf(Random random) {
    PodShape pod =
        shape(
            IntStream.range(0, 1 + random.nextInt(3))
                .mapToObj(i -> container(i, some(random, IMAGES)))
                .toArray(Container[]::new));
    Optional<PodShape> before =
        random.nextInt(3) > 0
            ? Optional.empty()
            : Optional.of(shape(container(0, some(random, IMAGES))));
    return subject(
        random.nextBoolean() ? "Pod" : "Deployment", pod, before, random.nextInt(9) == 0);
  }

  /** A ruling of one policy, for each of those of a ruling. */
  private static Stream<Ruling> each(Ruling ruling) {
    return ruling.policies().stream().map(policy -> ruling.of(List.of(policy)));
  }

  @Test
  void everyPolicyIsToldWhatItWouldBeToldAlone() {
    Random random = new Random(20261127);
    int several = 0;
    for (int round = 0; round < 3_000; round++) {
      List<Banned> parameters =
          Stream.generate(() -> new Banned(some(random, IMAGES), some(random, Odd.class)))
              .limit(1 + random.nextInt(4))
              .toList();
      List<GatePolicy> policies =
          IntStream.range(0, random.nextInt(7))
              .mapToObj(i -> policyOf(random, i, parameters))
              .toList();
      List<Exemption> exemptions =
          IntStream.range(0, random.nextInt(4))
              .mapToObj(i -> exemption("exemption-" + i, some(random, IMAGES), NOW.plusSeconds(1)))
              .toList();
      Subject subject = subjectOf(random);
      Verdict together =
          gate.judge(subject, new PolicySet(1, "f", policies, exemptions, List.of()), noFacts());
      List<Ruling> alone =
          policies.stream()
              .map(policy -> new PolicySet(1, "f", List.of(policy), exemptions, List.of()))
              .flatMap(set -> gate.judge(subject, set, noFacts()).rulings().stream())
              .flatMap(TogetherTest::each)
              .toList();
      assertThat(together.rulings().stream().flatMap(TogetherTest::each))
          .as("round %d", round)
          .containsExactlyInAnyOrderElementsOf(alone);
      assertThat(together.effect())
          .isEqualTo(alone.stream().map(Ruling::effect).max(Effect::compareTo).orElse(Effect.NONE));
      assertThat(together.strict())
          .isEqualTo(alone.stream().map(Ruling::strict).max(Effect::compareTo).orElse(Effect.NONE));
      several += (int) together.rulings().stream().filter(r -> r.policies().size() > 1).count();
    }
    assertThat(several).as("rulings of several policies").isGreaterThan(500);
  }

  @Test
  void whatIsSaidAlikeIsOneRulingInTheOrderOfPolicies() {
    Fixtures.Says bad =
        check(
            "x",
            Set.of(),
            false,
            (s, f) ->
                new Outcome.Fail(
                    List.of(Finding.ofPod("spec", Severity.HIGH, "bad", "fix")), List.of()));
    Fixtures.Says good = check("y", Set.of(), false, (s, f) -> Outcome.pass());
    Verdict verdict =
        gate.judge(
            pod(),
            set(
                policy("a", Mode.ENFORCE, OnUnknown.DENY, good, bad),
                policy("b", Mode.AUDIT, OnUnknown.DENY, bad),
                policy("c", Mode.ENFORCE, OnUnknown.DENY, bad, good),
                policy("d", Mode.AUDIT, OnUnknown.ADMIT, bad)),
            noFacts());
    assertThat(verdict.rulings())
        .extracting(Ruling::check, Ruling::policies, Ruling::effect)
        .containsExactly(
            tuple("y", List.of("a", "c"), Effect.NONE),
            tuple("x", List.of("a", "c"), Effect.REFUSE),
            tuple("x", List.of("b", "d"), Effect.NONE));
  }

  @Test
  void aScopeThatIsNotKnownIsToldOfEachPolicyThatHasIt() {
    Scope labelled = SCOPES.getLast();
    Verdict verdict =
        gate.judge(
            pod(),
            set(
                policy("a", Mode.ENFORCE, ForControllers.WARN, labelled, OnUnknown.ADMIT),
                policy("b", Mode.ENFORCE, ForControllers.WARN, labelled, OnUnknown.DENY)),
            noFacts());
    assertThat(verdict.rulings()).hasSize(1);
    assertThat(verdict.rulings().getFirst().policies()).containsExactly("a", "b");
    assertThat(verdict.effect()).isEqualTo(Effect.REFUSE_UNDECIDED);
  }

  /** Judges all parameters at once, wrongly. */
  private record AllAtOnce(int outcomes) implements Check<Banned> {
    @Override
    public CheckDescriptor descriptor() {
      return new CheckDescriptor("once", "once", List.of(), Set.of(), false);
    }

    @Override
    public Class<Banned> parameters() {
      return Banned.class;
    }

    @Override
    public Outcome evaluate(Subject subject, Banned banned, Facts facts) {
      if (banned.odd() == Odd.DEFECT) {
        throw new IllegalStateException("alone, too");
      }
      return Outcome.pass();
    }

    @Override
    public List<Outcome> evaluateEach(
        Subject subject, List<Banned> asked, List<Banned> all, Facts facts) {
      return IntStream.range(0, outcomes).mapToObj(i -> Outcome.pass()).toList();
    }
  }

  private Verdict judge(Check<Banned> check, Banned... parameters) {
    List<GatePolicy> policies = new ArrayList<>();
    for (Banned one : parameters) {
      policies.add(
          new GatePolicy(
              "p" + policies.size(),
              Fixtures.HERE,
              Mode.ENFORCE,
              ForControllers.WARN,
              Scope.EVERYTHING,
              List.of(new Configured<>(check, one, OnUnknown.ADMIT))));
    }
    return gate.judge(pod(), set(policies.toArray(GatePolicy[]::new)), noFacts());
  }

  @Test
  void anAnswerThatIsMissingIsADefectAndIsAskedForAlone() {
    Banned plain = new Banned("a", Odd.NO);
    Banned broken = new Banned("a", Odd.DEFECT);
    assertThat(judge(new AllAtOnce(1), plain, broken).rulings())
        .extracting(Ruling::policies, Ruling::effect)
        .containsExactly(
            tuple(List.of("p0"), Effect.NONE), tuple(List.of("p1"), Effect.REFUSE_UNDECIDED));
    assertThat(mishaps).containsExactly("once: 1 outcomes for 2 parameters", "once: alone, too");
    mishaps.clear();
    assertThat(judge(new AllAtOnce(2), plain).effect()).isEqualTo(Effect.REFUSE_UNDECIDED);
    assertThat(mishaps).containsExactly("once: 2 outcomes for 1 parameters");
  }
}
