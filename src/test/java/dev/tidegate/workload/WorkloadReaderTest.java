package dev.tidegate.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidegate.model.Container;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Role;
import dev.tidegate.workload.WorkloadReader.Read;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkloadReaderTest {
  private static final String SPEC =
      """
      {"containers":[{"name":"app","image":"a:1"}]}\
      """;

  @ParameterizedTest
  @CsvSource({
    "apps/v1, Deployment",
    "apps/v1, ReplicaSet",
    "apps/v1, StatefulSet",
    "apps/v1, DaemonSet",
    "v1, ReplicationController",
    "batch/v1, Job",
    "argoproj.io/v1alpha1, Rollout"
  })
  void T25_templateOfEveryControllerIsRead(String apiVersion, String kind) throws BadDocument {
    Read.Workload read =
        workload(
            """
            {"apiVersion":"%s","kind":"%s","metadata":{"name":"web","labels":{"of":"object"}},
             "spec":{"replicas":2,"template":{"metadata":{"labels":{"of":"pod"}},"spec":%s}}}\
            """
                .formatted(apiVersion, kind, SPEC));

    assertThat(read.kind()).isEqualTo(kind);
    assertThat(read.group()).isEqualTo(Kinds.group(apiVersion));
    assertThat(read.pod().labels()).containsOnlyKeys("of").containsValue("pod");
    assertThat(read.pod().field()).isEqualTo("spec.template.spec");
    assertThat(read.pod().containers())
        .extracting(Container::field)
        .containsExactly("spec.template.spec.containers[0]");
    assertThat(read.owner()).isEmpty();
  }

  @Test
  void T25_cronJobPodTemplateAndPodKeepTheirPodElsewhere() throws BadDocument {
    Read.Workload cron =
        workload(
            """
            {"apiVersion":"batch/v1","kind":"CronJob","spec":{"jobTemplate":{"metadata":{},
             "spec":{"template":{"metadata":{"labels":{"a":"b"}},"spec":%s}}}}}\
            """
                .formatted(SPEC));
    assertThat(cron.pod().containers())
        .extracting(Container::field)
        .containsExactly("spec.jobTemplate.spec.template.spec.containers[0]");
    assertThat(cron.pod().labels()).containsEntry("a", "b");

    Read.Workload template =
        workload(
            """
            {"apiVersion":"v1","kind":"PodTemplate","template":{"spec":%s}}\
            """
                .formatted(SPEC));
    assertThat(template.pod().containers())
        .extracting(Container::field)
        .containsExactly("template.spec.containers[0]");

    Read.Workload pod = pod(SPEC);
    assertThat(pod.pod().field()).isEqualTo("spec");
    assertThat(pod.pod().containers())
        .extracting(Container::field)
        .containsExactly("spec.containers[0]");
  }

  @Test
  void T25_everyContainerKindAndImageVolumesAreListedInOneOrder() throws BadDocument {
    Read.Workload read =
        pod(
            """
            {"volumes":[{"name":"tmp","emptyDir":{}},{"name":"model","image":{"reference":"m:1"}},
               {"name":"none","image":null},{"name":"blank","image":{}}],
             "ephemeralContainers":[{"name":"debug","image":"d:1","restartPolicy":"Always"}],
             "containers":[{"name":"app","image":"a:1"},null],
             "initContainers":[{"name":"setup","image":"s:1"},
               {"name":"proxy","image":"p:1","restartPolicy":"Always"}]}\
            """);

    assertThat(read.pod().containers())
        .extracting(c -> c.role() + " " + c.name() + " " + c.image() + " " + c.field())
        .containsExactly(
            "INIT setup s:1 spec.initContainers[0]",
            "SIDECAR proxy p:1 spec.initContainers[1]",
            "MAIN app a:1 spec.containers[0]",
            "MAIN   spec.containers[1]",
            "EPHEMERAL debug d:1 spec.ephemeralContainers[0]",
            "IMAGE_VOLUME model m:1 spec.volumes[1]",
            "IMAGE_VOLUME blank  spec.volumes[3]");
  }

  @Test
  void everythingThatChecksLookAtIsRead() throws BadDocument {
    Read.Workload read =
        pod(
            """
            {"hostNetwork":true,"hostUsers":false,"os":{"name":"windows"},
             "securityContext":{"runAsNonRoot":true,"runAsUser":9223372036854775807,"fsGroup":1},
             "resources":{"limits":{"cpu":"2"}},
             "containers":[{"name":"app","image":"a:1","command":["sh","-c"],"args":["x"],
               "securityContext":{"runAsUser":0,"privileged":true,
                 "capabilities":{"add":["NET_ADMIN"],"drop":["ALL"]}},
               "resources":{"requests":{"cpu":1,"memory":0.5,"a":null},
                 "limits":{"memory":" 1Gi "},"claims":[{"name":"x"}]}}]}\
            """);

    assertThat(read.pod().hostNetwork()).isTrue();
    assertThat(read.pod().hostUsers()).contains(false);
    assertThat(read.pod().windows()).isTrue();
    assertThat(read.pod().security().runAsNonRoot()).contains(true);
    assertThat(read.pod().security().runAsUser()).contains(Long.MAX_VALUE);
    assertThat(read.pod().resources().limits()).containsEntry("cpu", Quantity.parse("2"));
    Container app = read.pod().containers().getFirst();
    assertThat(app.command()).containsExactly("sh", "-c");
    assertThat(app.args()).containsExactly("x");
    assertThat(app.security().runAsUser()).contains(0L);
    assertThat(app.security().privileged()).contains(true);
    assertThat(app.security().capabilities()).containsExactly("NET_ADMIN");
    assertThat(app.resources().requests())
        .containsEntry("cpu", Quantity.parse("1"))
        .containsEntry("memory", Quantity.parse("500m"))
        .containsEntry("a", Quantity.parse("0"));
    assertThat(app.resources().limits()).containsEntry("memory", Quantity.parse("1Gi"));
  }

  @Test
  void nullIsNotSaid() throws BadDocument {
    Read.Workload read =
        pod(
            """
            {"hostNetwork":null,"hostUsers":null,"os":null,"securityContext":null,"resources":null,
             "initContainers":null,"volumes":null,"ephemeralContainers":null,
             "containers":[{"name":"app","image":null,"command":null,"resources":{"limits":null},
               "securityContext":{"runAsUser":null,"runAsNonRoot":null,"capabilities":null}}]}\
            """);

    Container app = read.pod().containers().getFirst();
    assertThat(app.image()).isEmpty();
    assertThat(app.security().runAsUser()).isEmpty();
    assertThat(read.pod().hostUsers()).isEmpty();
    assertThat(read.pod().hostNetwork()).isFalse();
  }

  @Test
  void T25_aPodWithoutContainersIsMalformedAndNeverHarmless() {
    for (String spec : new String[] {"{}", "{\"containers\":[]}", "{\"containers\":null}"}) {
      BadDocument bad = bad("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":" + spec + "}");
      assertThat(bad.field()).isEqualTo("spec.containers");
      assertThat(bad).hasMessageContaining("a pod has at least one container");
    }
    assertThat(bad("{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}").field()).isEqualTo("spec");
    assertThat(bad("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":null}").field())
        .isEqualTo("spec");
    assertThat(bad("{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"spec\":{}}").field())
        .isEqualTo("spec.template.spec");
    assertThat(
            bad("{\"apiVersion\":\"batch/v1\",\"kind\":\"CronJob\",\"spec\":{\"jobTemplate\":null}}")
                .field())
        .isEqualTo("spec.jobTemplate.spec.template.spec");
  }

  @Test
  void aRolloutThatRefersToAWorkloadHasNothingOfItsOwn() throws BadDocument {
    String rollout =
        """
        {"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","spec":{%s
         "workloadRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}}\
        """;
    assertThat(read(rollout.formatted("")))
        .isInstanceOfSatisfying(
            Read.NothingToJudge.class, none -> assertThat(none.why()).contains("workloadRef"));
    assertThat(
            read(
                rollout.formatted(
                    """
                    "template":{"metadata":{"creationTimestamp":null},"spec":{"containers":null}},
                    """)))
        .isInstanceOf(Read.NothingToJudge.class);
    // With a template of its own it is judged whatever else it says.
    assertThat(read(rollout.formatted("\"template\":{\"spec\":" + SPEC + "},")))
        .isInstanceOf(Read.Workload.class);
  }

  @Test
  void aReplicationControllerMayHaveNoTemplate() throws BadDocument {
    assertThat(
            read(
                """
                {"apiVersion":"v1","kind":"ReplicationController","spec":{"template":null}}\
                """))
        .isInstanceOf(Read.NothingToJudge.class);
  }

  @ParameterizedTest
  @CsvSource({
    "v1, Service",
    "apps/v1, Pod",
    "v1, Deployment",
    "extensions/v1beta1, Rollout",
    "autoscaling/v1, Scale",
    "example.com/v1, Job"
  })
  void otherKindsAreNoWorkloadsWhateverTheirSpecIs(String apiVersion, String kind)
      throws BadDocument {
    assertThat(
            read(
                """
                {"apiVersion":"%s","kind":"%s","spec":{"containers":7,"template":"x","os":[]}}\
                """
                    .formatted(apiVersion, kind)))
        .isEqualTo(new Read.NotAWorkload(kind));
  }

  @Test
  void theOrderOfFieldsDoesNotMatter() throws BadDocument {
    assertThat(
            read(
                """
                {"spec":{"template":{"spec":%s,"metadata":{"labels":{"a":"b"}}}},
                 "metadata":{"name":"web"},"kind":"Deployment","apiVersion":"apps/v1"}\
                """
                    .formatted(SPEC)))
        .isEqualTo(
            read(
                """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
                 "spec":{"template":{"metadata":{"labels":{"a":"b"}},"spec":%s}}}\
                """
                    .formatted(SPEC)));
    assertThat(bad("{\"spec\":{\"containers\":{}},\"kind\":\"Pod\",\"apiVersion\":\"v1\"}").field())
        .isEqualTo("spec.containers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"containers":{}}                                     | spec.containers | a list
          {"containers":["x"]}                                  | spec.containers[0] | an object
          {"containers":[{"image":7}]}                          | spec.containers[0].image | text
          {"hostNetwork":"false"}                               | spec.hostNetwork | true or false
          {"hostNetwork":0}                                     | spec.hostNetwork | true or false
          {"securityContext":{"runAsUser":"0"}}                 | spec.securityContext.runAsUser | a whole number
          {"securityContext":{"runAsUser":0.0}}                 | spec.securityContext.runAsUser | a whole number
          {"securityContext":{"runAsUser":18446744073709551616}}| spec.securityContext.runAsUser | 64 bits
          {"securityContext":{"runAsNonRoot":""}}               | spec.securityContext.runAsNonRoot | true or false
          {"securityContext":[]}                                | spec.securityContext | an object
          {"initContainers":[{"resources":{"limits":{"cpu":"1x"}}}]} | spec.initContainers[0].resources.limits.cpu | quantity
          {"containers":[{},{"resources":{"requests":{"example.com/gpu":true}}}]} | spec.containers[1].resources.requests[example.com/gpu] | a quantity
          {"containers":[{"command":"sh"}]}                     | spec.containers[0].command | a list
          {"volumes":[{"image":"x"}]}                           | spec.volumes[0].image | an object
          {"os":"windows"}                                      | spec.os | an object
          """)
  void whatIsOfTheWrongTypeIsNamed(String spec, String field, String what) {
    BadDocument bad = bad("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":" + spec + "}");
    assertThat(bad.field()).isEqualTo(field);
    assertThat(bad).hasMessageContaining(what);
    assertThat(bad.isTooLarge()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "{",
        "{\"kind\":\"Pod\"",
        "{} {}",
        "{}",
        "{\"apiVersion\":\"v1\"}",
        "{\"kind\":7}",
        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"kind\":\"Pod\",\"spec\":{}}",
        "\u0000"
      })
  void whatIsNoObjectIsMalformed(String json) {
    assertThat(bad(json).isTooLarge()).isFalse();
  }

  @Test
  void T8_whatIsOverABoundIsToldApartFromWhatIsMalformed() {
    String many =
        IntStream.range(0, 513)
            .mapToObj(i -> "{\"name\":\"c" + i + "\"}")
            .collect(Collectors.joining(","));
    String half =
        IntStream.range(0, 257)
            .mapToObj(i -> "{\"name\":\"c" + i + "\"}")
            .collect(Collectors.joining(","));
    String deep = "[".repeat(101) + "]".repeat(101);
    String labels =
        IntStream.range(0, 2001)
            .mapToObj(i -> "\"l" + i + "\":\"\"")
            .collect(Collectors.joining(","));
    String owners = "{},".repeat(100) + "{}";
    for (String body :
        new String[] {
          "\"spec\":{\"containers\":[" + many + "]}",
          "\"spec\":{\"containers\":[" + half + "],\"initContainers\":[" + half + "]}",
          "\"spec\":{\"containers\":[{}],\"unknown\":" + deep + "}",
          "\"metadata\":{\"labels\":{" + labels + "}},\"spec\":" + SPEC,
          "\"metadata\":{\"ownerReferences\":[" + owners + "]},\"spec\":" + SPEC,
          "\"spec\":{\"containers\":[{\"image\":\"" + "a".repeat(3 * 1024 * 1024 + 1) + "\"}]}"
        }) {
      assertThat(bad("{\"apiVersion\":\"v1\",\"kind\":\"Pod\"," + body + "}").isTooLarge())
          .as(body.substring(0, 30))
          .isTrue();
    }
  }

  @Test
  void aWrongShapeLeavesTheParserAtTheEndOfTheObject() throws Exception {
    String review =
        """
        {"object":{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"image":[{}]},{}]},"x":{}},
         "after":1}\
        """;
    try (JsonParser parser = Json.MAPPER.getFactory().createParser(review)) {
      parser.nextToken();
      parser.nextToken();
      parser.nextToken();
      BadDocument bad = catchThrowableOfType(BadDocument.class, () -> WorkloadReader.read(parser));
      assertThat(bad.field()).isEqualTo("spec.containers[0].image");
      assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
      assertThat(parser.nextFieldName()).isEqualTo("after");
    }
  }

  @Test
  void anObjectWithinAnotherLeavesTheParserAtItsEnd() throws Exception {
    for (String kind : new String[] {"Pod", "Service"}) {
      String review =
          "{\"object\":{\"apiVersion\":\"v1\",\"kind\":\"%s\",\"spec\":%s},\"after\":1}"
              .formatted(kind, SPEC);
      try (JsonParser parser = Json.MAPPER.getFactory().createParser(review)) {
        parser.nextToken();
        parser.nextToken();
        parser.nextToken();
        WorkloadReader.read(parser);
        assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
        assertThat(parser.nextFieldName()).isEqualTo("after");
      }
    }
  }

  @Test
  void treesAreReadAsBytesAre() throws Exception {
    String json =
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"web-"},"spec":%s}\
        """
            .formatted(SPEC);
    assertThat(WorkloadReader.read(Json.MAPPER.readTree(json))).isEqualTo(read(json));
    assertThatThrownBy(() -> WorkloadReader.read(Json.MAPPER.readTree("[]")))
        .isInstanceOf(BadDocument.class);
    assertThatThrownBy(() -> WorkloadReader.read(Json.MAPPER.nullNode()))
        .isInstanceOf(BadDocument.class);
  }

  @Test
  void rolesOfListsOtherThanInitContainersDoNotBecomeSidecars() throws BadDocument {
    assertThat(
            pod("{\"containers\":[{\"name\":\"a\",\"restartPolicy\":\"Always\"}]}")
                .pod()
                .containers())
        .extracting(Container::role)
        .containsExactly(Role.MAIN);
  }

  private static Read.Workload pod(String spec) throws BadDocument {
    return workload("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":" + spec + "}");
  }

  private static Read.Workload workload(String json) throws BadDocument {
    return (Read.Workload) read(json);
  }

  private static Read read(String json) throws BadDocument {
    return WorkloadReader.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static BadDocument bad(String json) {
    return catchThrowableOfType(BadDocument.class, () -> read(json));
  }
}
