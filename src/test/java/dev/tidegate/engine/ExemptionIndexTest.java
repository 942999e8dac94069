package dev.tidegate.engine;

import static dev.tidegate.engine.Fixtures.exemption;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.policy.Exemption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExemptionIndexTest {
  private final ExemptionIndex index =
      ExemptionIndex.of(
          List.of(
              exemption("a", Set.of("x"), Set.of("shop")),
              exemption("b", Set.of("x", "y"), Set.of("*")),
              exemption("c", Set.of("x"), Set.of("shop", "bank")),
              exemption("d", Set.of("z"), Set.of("bank"))));

  private List<String> found(String check, String namespace) {
    return index.of(check, namespace).stream().map(Exemption::name).toList();
  }

  @Test
  void thoseOfANamespaceAndOfAllAreFoundInTheirOrder() {
    assertThat(found("x", "shop")).containsExactly("a", "b", "c");
    assertThat(found("x", "bank")).containsExactly("b", "c");
    assertThat(found("x", "other")).containsExactly("b");
    assertThat(found("y", "shop")).containsExactly("b");
    assertThat(found("z", "bank")).containsExactly("d");
  }

  @Test
  void whatIsNotMeantIsNotFound() {
    assertThat(found("z", "shop")).isEmpty();
    assertThat(found("nonRoot", "shop")).isEmpty();
    assertThat(ExemptionIndex.of(List.of()).of("x", "shop")).isEmpty();
  }

  @Test
  void aNamespaceOfThatNameIsNoOther() {
    assertThat(found("x", "*")).containsExactly("b");
  }
}
