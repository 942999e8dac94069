package dev.tidegate.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestsTest {
  private static final String HEAD = "apiVersion: v1\nkind: ConfigMap\n";

  @Test
  void documentsKeepTheirLinesAndEmptyOnesAreNothing() {
    Manifests read =
        read(
            """
            # a comment
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: a, namespace: shop}
            --- # the second

            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: b
            ---
            ---
            null
            """);

    assertThat(read.problems()).isEmpty();
    assertThat(read.objects())
        .extracting(m -> m.where() + " " + m.group() + "/" + m.kind() + " " + m.name())
        .containsExactly("web.yaml:3 /Pod a", "web.yaml:8 apps/Deployment b");
    assertThat(read.objects()).extracting(m -> m.namespace("x")).containsExactly("shop", "x");
  }

  @Test
  void aMistakeInOneDocumentDoesNotHideTheOthers() {
    Manifests read =
        read(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: a
            ---
            apiVersion: v1
            kind: Pod
            metadata:
              name: b
              name: c
            ---
            just text
            ---
            kind: Pod
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: d}
            """);

    assertThat(read.objects()).extracting(Manifest::name).containsExactly("d");
    assertThat(read.problems()).hasSize(4);
    assertThat(read.problems().get(0)).startsWith("web.yaml:").contains("is not valid YAML");
    assertThat(read.problems().get(1)).isEqualTo("web.yaml:9: has the key \"name\" twice");
    assertThat(read.problems().get(2))
        .isEqualTo(
            "web.yaml:11: is not a Kubernetes object; every document needs apiVersion and kind");
    assertThat(read.problems().get(3)).startsWith("web.yaml:13: is not a Kubernetes object");
  }

  @Test
  void listsAreFlattened() {
    Manifests read =
        read(
            """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: Pod
              metadata: {name: a}
            - apiVersion: v1
              kind: List
              items:
              - {apiVersion: v1, kind: Service, metadata: {name: b}}
            ---
            apiVersion: v1
            kind: PodList
            items:
            - metadata: {name: c}
            ---
            apiVersion: v1
            kind: List
            items: null
            """);

    assertThat(read.problems()).isEmpty();
    assertThat(read.objects())
        .extracting(m -> m.line() + " " + m.kind() + " " + m.name())
        .containsExactly("4 Pod a", "10 Service b", "15 Pod c");
  }

  @Test
  void jsonIsRead() {
    Manifests read =
        read(
            """

            {
            \t"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}}
            """);
    assertThat(read.problems()).isEmpty();
    assertThat(read.objects())
        .extracting(m -> m.line() + " " + m.name())
        .containsExactly("2 a", "4 b");

    assertThat(read("{\"apiVersion\":\"v1\",\n\"kind\":\"Pod\",\"kind\":\"Pod\"}").problems())
        .singleElement()
        .asString()
        .startsWith("web.yaml:2: is not valid JSON: Duplicate");
    assertThat(read("{\"apiVersion\":\"v1\"").problems()).hasSize(1);
  }

  /** As sigs.k8s.io/yaml makes JSON of it, which is what kubectl sends. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          yes        | true
          On         | true
          y          | true
          N          | false
          off        | false
          yEs        | "yEs"
          'yes'      | "yes"
          ~          | null
          2001-12-14 | "2001-12-14"
          2001-12-14t21:59:43.10-05:00 | "2001-12-14t21:59:43.10-05:00"
          1:30       | "1:30"
          0644       | 420
          0x1F       | 31
          1_000      | 1000
          -5         | -5
          1e3        | 1000
          0.5        | 0.5
          1.0        | 1
          500m       | "500m"
          18446744073709551615 | 18446744073709551615
          !!str 5    | "5"
          =          | "="
          [a, 1]     | ["a",1]
          {a: {b: c}} | {"a":{"b":"c"}}
          """)
  void scalarsAreWhatKubectlSends(String yaml, String json) {
    Manifests read = new Manifests();
    read.read("web.yaml", HEAD + "value: " + yaml + "\n");
    assertThat(read.problems()).isEmpty();
    assertThat(read.objects().getFirst().object().get("value")).hasToString(json);
  }

  @Test
  void keysAreText() {
    JsonNode data =
        read(HEAD + "data:\n  on: a\n  1: b\n  ~: c\n  'x': d\n").objects().getFirst().object();
    assertThat(data.get("data"))
        .hasToString("{\"true\":\"a\",\"1\":\"b\",\"null\":\"c\",\"x\":\"d\"}");
  }

  @Test
  void mergesAndAliasesAreWrittenOut() {
    JsonNode object =
        read(HEAD
                + """
                base: &base {a: 1, b: 2}
                more: &more {b: 3, c: 4}
                one: {<<: *base, b: 9}
                two:
                  <<: [*base, *more]
                three: *base
                """)
            .objects()
            .getFirst()
            .object();
    assertThat(object.get("one")).hasToString("{\"b\":9,\"a\":1}");
    assertThat(object.get("two")).hasToString("{\"a\":1,\"b\":2,\"c\":4}");
    assertThat(object.get("three")).hasToString("{\"a\":1,\"b\":2}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "value: !!binary aGVsbG8=",
        "value: !!java.net.URL [http://localhost]",
        "value: !custom x",
        "value: .inf",
        "value: .nan",
        "value: !!bool maybe",
        "value: !!int many",
        "? [a]\n: b",
        "value: *unknown",
        "value: &a [*a]",
        "value: &a {<<: *a}",
        "value: {<<: text}",
        "value: \"a\u0001\"",
        "\tvalue: x",
        "<<: 7"
      })
  void whatKubernetesObjectsCannotHaveIsAProblemWithItsLine(String line) {
    Manifests read = read(HEAD + line + "\n");
    assertThat(read.objects()).isEmpty();
    assertThat(read.problems()).singleElement().asString().matches("web\\.yaml:[1-4]: .{10,}");
  }

  @Test
  void T24_documentsThatGrowOrNestAreBounded() {
    StringBuilder laughs = new StringBuilder(HEAD + "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 9; i++) {
      laughs.append("a" + i + ": &a" + i + " [");
      laughs.append(("*a" + (i - 1) + ",").repeat(5)).append("x]\n");
    }
    StringBuilder more = new StringBuilder(HEAD + "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 49; i++) {
      more.append(
          "a" + i + ": &a" + i + " [*a" + (i - 1) + (i < 25 ? ",*a" + (i - 1) : "") + "]\n");
    }
    for (String text :
        new String[] {
          laughs.toString(),
          more.toString(),
          HEAD + "deep: " + "[".repeat(150) + "]".repeat(150) + "\n",
          HEAD + "deep: " + "{a: ".repeat(120) + "}".repeat(120) + "\n",
          "{\"apiVersion\":\"v1\",\"kind\":\"A\",\"a\":" + "[".repeat(150) + "]".repeat(150) + "}",
          " ".repeat(10 * 1024 * 1024 + 1)
        }) {
      Manifests read = read(text);
      assertThat(read.objects()).isEmpty();
      assertThat(read.problems()).hasSize(1);
    }
    assertThat(read("---\nx\n".repeat(2000)).problems()).hasSize(1000);
  }

  @Test
  void problemsHaveNoControlCharacters() {
    Manifests read = new Manifests();
    read.read("a\u001b[31m.yaml", "apiVersion: v1\nkind: X\n\"k\\e[2J\": 1\n\"k\\e[2J\": 2\n");
    assertThat(read.problems())
        .singleElement()
        .asString()
        .doesNotContain("\u001b")
        .contains("twice");
  }

  @Test
  void namespacesHaveTheLabelThatTheApiServerAdds() {
    assertThat(
            read("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {env: prod}}\n")
                .namespaces())
        .isEqualTo(Map.of("shop", Map.of("env", "prod", "kubernetes.io/metadata.name", "shop")));
    assertThat(read("apiVersion: x.io/v1\nkind: Namespace\nmetadata: {name: a}\n").namespaces())
        .isEmpty();
  }

  @Test
  void foreignPoliciesAreKnownByGroupAndKind() {
    Manifests read =
        read(
            """
            apiVersion: cilium.io/v2
            kind: CiliumNetworkPolicy
            metadata: {name: a, namespace: shop}
            spec: {egress: null, endpointSelector: 7}
            ---
            apiVersion: projectcalico.org/v3
            kind: NetworkPolicy
            metadata: {name: b}
            ---
            apiVersion: projectcalico.org/v3
            kind: GlobalNetworkPolicy
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: c}
            """);
    assertThat(read.objects().stream().flatMap(m -> ForeignPolicy.in(m, "default").stream()))
        .containsExactly(
            new ForeignPolicy("CiliumNetworkPolicy", "a", Optional.of("shop")),
            new ForeignPolicy("NetworkPolicy", "b", Optional.of("default")),
            new ForeignPolicy("GlobalNetworkPolicy", "(no name)", Optional.empty()));
  }

  private static Manifests read(String text) {
    Manifests manifests = new Manifests();
    manifests.read("web.yaml", text);
    return manifests;
  }
}
