package dev.tidegate.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidegate.model.NetworkPolicy;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorReadingTest {
  private static NetworkPolicy policy(String selector) throws BadDocument, JsonProcessingException {
    return NetworkPolicyReader.read(
        JsonMapper.builder().build().readTree("{\"spec\":{\"podSelector\":" + selector + "}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"matchLabels\":{\"a b\":\"c\"}}|spec.podSelector.matchLabels: \"a b\" cannot be the key",
        "{\"matchLabels\":{\"a\":\"b c\"}}|spec.podSelector.matchLabels: \"b c\" cannot be the value",
        "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"in\",\"values\":[\"b\"]}]}|"
            + "spec.podSelector.matchExpressions[0]: \"in\" is not an operator",
        "{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\"}]}|has no values",
        "{\"matchExpressions\":[{\"operator\":\"Exists\"}]}|cannot be the key"
      })
  void aSelectorWithAMistakeIsABadDocument(String selector, String complaint) {
    assertThatThrownBy(() -> policy(selector))
        .isInstanceOf(BadDocument.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void aNullValueIsTheEmptyText() throws BadDocument, JsonProcessingException {
    NetworkPolicy policy =
        policy("{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\",\"values\":[null]}]}");
    assertThat(policy.pods().matches(Map.of("a", ""))).isTrue();
    assertThat(policy.pods().matches(Map.of())).isFalse();
  }
}
