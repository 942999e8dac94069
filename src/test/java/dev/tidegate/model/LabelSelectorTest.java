package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.model.LabelSelector.Operator;
import dev.tidegate.model.LabelSelector.Requirement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {
  private static final Map<String, String> WEB = Map.of("app", "web", "tier", "");

  private static boolean web(String key, String operator, String... values) {
    Requirement requirement = new Requirement(key, Operator.parse(operator), Set.of(values));
    return new LabelSelector(Map.of(), List.of(requirement)).matches(WEB);
  }

  @Test
  void anEmptySelectorSelectsEverything() {
    assertThat(LabelSelector.EVERYTHING.matches(Map.of())).isTrue();
    assertThat(LabelSelector.EVERYTHING.matches(WEB)).isTrue();
    assertThat(LabelSelector.EVERYTHING.isEmpty()).isTrue();
    assertThat(new LabelSelector(Map.of("app", "web"), List.of()).isEmpty()).isFalse();
    Requirement exists = new Requirement("app", Operator.EXISTS, Set.of());
    assertThat(new LabelSelector(Map.of(), List.of(exists)).isEmpty()).isFalse();
  }

  @Test
  void everyLabelMustBeThereWithItsValue() {
    assertThat(new LabelSelector(Map.of("app", "web"), List.of()).matches(WEB)).isTrue();
    assertThat(new LabelSelector(WEB, List.of()).matches(WEB)).isTrue();
    assertThat(new LabelSelector(Map.of("tier", ""), List.of()).matches(WEB)).isTrue();
    assertThat(new LabelSelector(Map.of("app", "Web"), List.of()).matches(WEB)).isFalse();
    assertThat(new LabelSelector(Map.of("other", ""), List.of()).matches(WEB)).isFalse();
    assertThat(new LabelSelector(WEB, List.of()).matches(Map.of("app", "web"))).isFalse();
  }

  @Test
  void eachOperatorMeansWhatKubernetesMeans() {
    assertThat(web("app", "In", "api", "web")).isTrue();
    assertThat(web("app", "In", "api")).isFalse();
    assertThat(web("other", "In", "web")).isFalse();
    assertThat(web("tier", "In", "")).isTrue();
    assertThat(web("other", "In", "")).isFalse();
    assertThat(web("app", "NotIn", "api")).isTrue();
    assertThat(web("app", "NotIn", "api", "web")).isFalse();
    assertThat(web("other", "NotIn", "web")).as("an absent label is in no set").isTrue();
    assertThat(web("app", "Exists")).isTrue();
    assertThat(web("tier", "Exists")).as("an empty value is a value").isTrue();
    assertThat(web("other", "Exists")).isFalse();
    assertThat(web("app", "DoesNotExist")).isFalse();
    assertThat(web("other", "DoesNotExist")).isTrue();
  }

  @Test
  void labelsAndExpressionsMustAllMatch() {
    Requirement yes = new Requirement("tier", Operator.EXISTS, Set.of());
    Requirement no = new Requirement("tier", Operator.DOES_NOT_EXIST, Set.of());
    assertThat(new LabelSelector(Map.of("app", "web"), List.of(yes)).matches(WEB)).isTrue();
    assertThat(new LabelSelector(Map.of("app", "web"), List.of(yes, no)).matches(WEB)).isFalse();
    assertThat(new LabelSelector(Map.of("app", "api"), List.of(yes)).matches(WEB)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"in", "IN", "notIn", "exists", "Equals", "=", "", "In ", "Gt"})
  void T06_anOperatorInAnotherSpellingIsAnError(String word) {
    assertThatThrownBy(() -> Operator.parse(word))
        .isInstanceOf(BadValue.class)
        .hasMessage(
            PlainText.quote(word)
                + " is not an operator of label selectors; write In, NotIn, Exists or"
                + " DoesNotExist, with these capitals");
  }

  @ParameterizedTest
  @CsvSource({
    "IN, has no values",
    "NOT_IN, has no values",
    "EXISTS, takes no values",
    "DOES_NOT_EXIST, takes no values"
  })
  void valuesMustGoWithTheOperator(Operator operator, String complaint) {
    Set<String> wrong = complaint.startsWith("has") ? Set.of() : Set.of("web");
    assertThatThrownBy(() -> new Requirement("app", operator, wrong))
        .isInstanceOf(BadValue.class)
        .hasMessageContaining("of label \"app\" " + complaint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "a/", "/a", "a/b/c", "-a", "a-", "a b", "a\n", "é", "A.b/c", "a..b/c", "a_b/c"
      })
  void aKeyThatNoLabelCanHaveIsAnError(String key) {
    assertThatThrownBy(() -> new LabelSelector(Map.of(key, "x"), List.of()))
        .isInstanceOf(BadValue.class)
        .hasMessageStartingWith(PlainText.quote(key) + " cannot be the key");
    assertThatThrownBy(() -> new Requirement(key, Operator.EXISTS, Set.of()))
        .isInstanceOf(BadValue.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "-", "a-", ".a", "a b", "a/b", "a\n", "é", "web!"})
  void aValueThatNoLabelCanHaveIsAnError(String value) {
    assertThatThrownBy(() -> new LabelSelector(Map.of("app", value), List.of()))
        .isInstanceOf(BadValue.class)
        .hasMessageStartingWith(PlainText.quote(value) + " cannot be the value");
    assertThatThrownBy(() -> new Requirement("app", Operator.NOT_IN, Set.of("a", value)))
        .isInstanceOf(BadValue.class);
  }

  @Test
  void lengthsAreBounded() {
    String name = "n".repeat(63);
    String prefix = "p".repeat(253);
    assertThat(new LabelSelector(Map.of(prefix + "/" + name, name), List.of()).isEmpty()).isFalse();
    assertThatThrownBy(() -> new LabelSelector(Map.of(name + "n", ""), List.of()))
        .isInstanceOf(BadValue.class);
    assertThatThrownBy(() -> new LabelSelector(Map.of("p" + prefix + "/n", ""), List.of()))
        .isInstanceOf(BadValue.class);
    assertThatThrownBy(() -> new LabelSelector(Map.of("a", name + "n"), List.of()))
        .isInstanceOf(BadValue.class);
    assertThat(
            new LabelSelector(Map.of("app.kubernetes.io/name", "a_B.c-1"), List.of()).matches(WEB))
        .isFalse();
  }

  @Test
  void itCopiesAndKeepsAStableOrder() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("z", "1");
    labels.put("a", "2");
    LabelSelector selector = new LabelSelector(labels, List.of());
    labels.clear();
    assertThat(selector.matchLabels()).containsExactly(Map.entry("a", "2"), Map.entry("z", "1"));
    assertThatThrownBy(() -> selector.matchLabels().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
