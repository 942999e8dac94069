package dev.tidegate.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tidegate.model.Direction;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.NetworkPolicy;
import dev.tidegate.model.NetworkRule;
import dev.tidegate.model.NetworkRule.Addresses;
import dev.tidegate.model.NetworkRule.Pods;
import dev.tidegate.model.NetworkRule.Ports;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NetworkPolicyReaderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                            | [Ingress]
          {"policyTypes":null,"egress":null}            | [Ingress]
          {"policyTypes":[],"egress":[]}                | [Ingress]
          {"egress":[{}]}                               | [Ingress, Egress]
          {"policyTypes":["Egress"]}                    | [Egress]
          {"policyTypes":["Egress","Ingress"]}          | [Ingress, Egress]
          {"policyTypes":["Ingress"],"egress":[{}]}     | [Ingress]
          """)
  void policyTypesAreDefaultedAsTheApiServerDoes(String spec, String directions) throws Exception {
    assertThat(read(spec).directions().stream().sorted().toList()).hasToString(directions);
  }

  @Test
  void aMissingOrEmptySelectorSelectsAll() throws Exception {
    for (String spec :
        new String[] {"null", "{}", "{\"podSelector\":null}", "{\"podSelector\":{}}"}) {
      assertThat(read(spec).pods()).isEqualTo(LabelSelector.EVERYTHING);
    }
    assertThat(read("{\"podSelector\":{\"matchLabels\":{\"a\":\"b\"}}}").pods())
        .isEqualTo(new LabelSelector(Map.of("a", "b"), List.of()));
  }

  @Test
  void rulesAreReadWithTheirDefaults() throws Exception {
    NetworkPolicy policy =
        read(
            """
            {"ingress":[null,{"from":null,"ports":[]},
               {"from":[{"podSelector":{},"namespaceSelector":{"matchLabels":{"a":"b"}}},
                        {"namespaceSelector":{}},
                        {"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}}],
                "to":[{"podSelector":{}}],
                "ports":[{"port":80},{"protocol":"UDP","port":"dns"},{"port":1,"endPort":9},null]}],
             "egress":[{"to":[{"podSelector":{}}]}]}\
            """);

    NetworkRule everything = new NetworkRule(List.of(), List.of());
    LabelSelector all = LabelSelector.EVERYTHING;
    assertThat(policy.ingress())
        .containsExactly(
            everything,
            everything,
            new NetworkRule(
                List.of(
                    new Pods(
                        Optional.of(all),
                        Optional.of(new LabelSelector(Map.of("a", "b"), List.of()))),
                    new Pods(Optional.empty(), Optional.of(all)),
                    new Addresses("10.0.0.0/8", List.of("10.1.0.0/16"))),
                List.of(
                    new Ports("TCP", Optional.of("80"), Optional.empty()),
                    new Ports("UDP", Optional.of("dns"), Optional.empty()),
                    new Ports("TCP", Optional.of("1"), Optional.of(9)),
                    new Ports("TCP", Optional.empty(), Optional.empty()))));
    assertThat(policy.egress())
        .containsExactly(
            new NetworkRule(List.of(new Pods(Optional.of(all), Optional.empty())), List.of()));
    assertThat(policy.name()).isEqualTo("p");
    assertThat(policy.directions()).contains(Direction.EGRESS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"policyTypes":["ingress"]}                | spec.policyTypes[0]          | Ingress or Egress
          {"policyTypes":[null]}                     | spec.policyTypes[0]          | Ingress or Egress
          {"policyTypes":"Ingress"}                  | spec.policyTypes             | a list
          {"ingress":{}}                             | spec.ingress                 | a list
          {"ingress":[{"from":[{}]}]}                | spec.ingress[0].from[0]      | names nobody
          {"ingress":[{"from":[{},null]}]}           | spec.ingress[0].from[0]      | names nobody
          {"ingress":[{},{"ports":[{"port":true}]}]} | spec.ingress[1].ports[0].port | a whole number or text
          {"egress":[{"ports":[{"endPort":99999}]}]} | spec.egress[0].ports[0].endPort | 65535
          {"ingress":[{"from":[{"ipBlock":{"cidr":7}}]}]} | spec.ingress[0].from[0].ipBlock.cidr | text
          {"podSelector":{"matchExpressions":[{"key":"a","operator":"in","values":["b"]}]}} | spec.podSelector.matchExpressions[0] | not an operator
          {"podSelector":{"matchExpressions":[null]}} | spec.podSelector.matchExpressions[0] | operator
          """)
  void mistakesAreNamedWithTheirPlace(String spec, String field, String what) {
    BadDocument bad = catchThrowableOfType(BadDocument.class, () -> read(spec));
    assertThat(bad.field()).isEqualTo(field);
    assertThat(bad).hasMessageContaining(what);
  }

  @Test
  void whatIsNoObjectIsMalformed() {
    for (String json : new String[] {"null", "[]", "7"}) {
      assertThat(
              catchThrowableOfType(
                  BadDocument.class, () -> NetworkPolicyReader.read(Json.MAPPER.readTree(json))))
          .isNotNull();
    }
  }

  private static NetworkPolicy read(String spec) throws BadDocument, JsonProcessingException {
    return NetworkPolicyReader.read(
        Json.MAPPER.readTree("{\"metadata\":{\"name\":\"p\"},\"spec\":" + spec + "}"));
  }
}
