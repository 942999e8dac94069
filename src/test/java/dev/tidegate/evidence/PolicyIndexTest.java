package dev.tidegate.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Direction;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.model.NetworkRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyIndexTest {
  private static final List<String> KEYS = List.of("app", "tier", "zone");
  private static final List<String> VALUES = List.of("a", "b", "c", "");
  private static final NetworkRule ALL = new NetworkRule(List.of(), List.of());

  private static Map<String, String> labels(Random random) {
    Map<String, String> labels = new HashMap<>();
    for (String key : KEYS) {
      if (random.nextBoolean()) {
        labels.put(key, VALUES.get(random.nextInt(VALUES.size())));
      }
    }
    return labels;
  }

  private static LabelSelector selector(Random random) {
    List<LabelSelector.Requirement> expressions = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      expressions.add(
          new LabelSelector.Requirement(
              KEYS.get(random.nextInt(KEYS.size())), LabelSelector.Operator.EXISTS, Set.of()));
    }
    return new LabelSelector(random.nextInt(4) == 0 ? Map.of() : labels(random), expressions);
  }

  @Test
  void exactlyThePoliciesWhoseSelectorMatchesAreFoundInTheirOrder() {
    Random random = new Random(20261127);
    for (int round = 0; round < 2_000; round++) {
      List<NetworkPolicy> policies = new ArrayList<>();
      for (int i = random.nextInt(12); i > 0; i--) {
        policies.add(
            new NetworkPolicy(
                "policy-" + i, selector(random), Set.of(Direction.INGRESS), List.of(), List.of()));
      }
      NetworkPolicies all = new NetworkPolicies(policies, List.of());
      for (int pod = 0; pod < 4; pod++) {
        Map<String, String> labels = labels(random);
        assertThat(all.selecting(labels).stream().map(Selecting::policy))
            .as("round %d, %s", round, labels)
            .containsExactlyElementsOf(
                policies.stream().filter(policy -> policy.pods().matches(labels)).toList());
      }
    }
  }

  @Test
  void onlyARuleOfADirectionThatIsIsolatedOpensIt() {
    NetworkPolicy ingress =
        new NetworkPolicy(
            "ingress",
            LabelSelector.EVERYTHING,
            Set.of(Direction.INGRESS),
            List.of(ALL),
            List.of(ALL));
    NetworkPolicy closed =
        new NetworkPolicy(
            "closed",
            LabelSelector.EVERYTHING,
            Set.of(Direction.INGRESS, Direction.EGRESS),
            List.of(),
            List.of());
    assertThat(new NetworkPolicies(List.of(ingress, closed), List.of()).selecting(Map.of()))
        .extracting(Selecting::open)
        .containsExactly(Set.of(Direction.INGRESS), Set.of());
  }

  @Test
  void furtherObjectsThatAreNotReadStandBesideTheOthers() {
    NetworkPolicies own =
        new NetworkPolicies(
            List.of(
                new NetworkPolicy(
                    "web",
                    LabelSelector.EVERYTHING,
                    Set.of(Direction.INGRESS),
                    List.of(),
                    List.of())),
            List.of("one"));
    NetworkPolicies more = own.alsoUnread(List.of("two"));
    assertThat(more.unread()).containsExactly("one", "two");
    assertThat(more.policies()).isEqualTo(own.policies());
    assertThat(more.selecting(Map.of())).hasSize(1);
    assertThat(more).isNotEqualTo(own);
    assertThat(own.alsoUnread(List.of())).isSameAs(own);
    assertThat(more).isEqualTo(new NetworkPolicies(own.policies(), List.of("one", "two")));
  }
}
