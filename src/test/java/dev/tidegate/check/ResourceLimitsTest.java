package dev.tidegate.check;

import static dev.tidegate.testkit.Subjects.quantities;
import static dev.tidegate.testkit.Subjects.resources;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidegate.check.ResourceLimits.Parameters;
import dev.tidegate.document.InvalidField;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Input;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Resources;
import dev.tidegate.model.Role;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.Subjects;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceLimitsTest {
  private static final ResourceLimits CHECK = new ResourceLimits();

  private static Parameters require(String... keys) {
    return new Parameters(Set.of(keys), Map.of(), Map.of(), Map.of());
  }

  private static Parameters max(String... entries) {
    return new Parameters(Set.of(), quantities(entries), Map.of(), Map.of());
  }

  private static Parameters min(String... entries) {
    return new Parameters(Set.of(), Map.of(), quantities(entries), Map.of());
  }

  private static Parameters total(String... entries) {
    return new Parameters(Set.of(), Map.of(), Map.of(), quantities(entries));
  }

  private static List<Finding> findings(Parameters parameters, Subjects subject) {
    return Outcomes.findings(CHECK, parameters, subject.build());
  }

  private static List<String> lines(Parameters parameters, Subjects subject) {
    return Outcomes.lines(findings(parameters, subject));
  }

  private static Subjects web(String... entries) {
    return Subjects.pod().with(Role.MAIN, "web", resources(entries));
  }

  @Test
  void allThatAContainerFailsToSetIsOneFinding() {
    Parameters three = require("requests.cpu", "requests.memory", "limits.memory");
    List<Finding> found = findings(three, web());
    assertThat(Outcomes.lines(found))
        .containsExactly(
            "web: limits.memory, requests.cpu and requests.memory are not set @"
                + " spec.containers[0].resources");
    assertThat(found.get(0).fix())
        .isEqualTo(
            "set the container's resources.limits.memory, resources.requests.cpu and"
                + " resources.requests.memory");
    assertThat(found.get(0).severity()).isEqualTo(Severity.MEDIUM);
    assertThat(lines(three, web("requests.cpu=1", "limits.memory=1Gi"))).isEmpty();
  }

  @Test
  void aRequestDefaultsToTheLimitButNotTheOtherWayRound() {
    assertThat(lines(require("requests.cpu"), web("limits.cpu=1"))).isEmpty();
    assertThat(lines(require("limits.cpu"), web("requests.cpu=1")))
        .containsExactly("web: limits.cpu is not set @ spec.containers[0].resources");
    assertThat(lines(max("requests.cpu=1"), web("limits.cpu=2"))).hasSize(1);
    assertThat(lines(max("requests.cpu=1"), web("limits.cpu=2", "requests.cpu=1"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0Gi", "0m"})
  void zeroCountsAsNotSet(String zero) {
    assertThat(lines(require("limits.memory"), web("limits.memory=" + zero))).hasSize(1);
    assertThat(lines(require("requests.memory"), web("requests.memory=" + zero))).hasSize(1);
    assertThat(
            lines(require("requests.memory"), web("requests.memory=" + zero, "limits.memory=1Gi")))
        .hasSize(1);
    assertThat(lines(max("limits.memory=1Gi"), web("limits.memory=" + zero)))
        .containsExactly("web: limits.memory is not set @ spec.containers[0].resources");
  }

  @ParameterizedTest
  @CsvSource({
    "8Gi, 8Gi, false",
    "8192Mi, 8Gi, false",
    "8589934592, 8Gi, false",
    "8589934593, 8Gi, true",
    "8589934592001m, 8Gi, true",
    "9G, 8Gi, true",
    "8G, 8Gi, false",
    "1e10, 8Gi, true",
    "8Ei, 8Gi, true"
  })
  void theMaximumIsInclusiveAndExact(String memory, String most, boolean wrong) {
    assertThat(lines(max("limits.memory=" + most), web("limits.memory=" + memory)))
        .hasSize(wrong ? 1 : 0);
  }

  @Test
  void aValueAboveTheMaximumIsNamedWithBoth() {
    List<Finding> found = findings(max("limits.cpu=500m"), web("limits.cpu=2"));
    assertThat(Outcomes.lines(found))
        .containsExactly(
            "web: limits.cpu is 2, above the maximum 500m @"
                + " spec.containers[0].resources.limits.cpu");
    assertThat(found.get(0).fix())
        .isEqualTo("set the container's resources.limits.cpu to 500m or less");
    assertThat(found.get(0).severity()).isEqualTo(Severity.MEDIUM);
  }

  @Test
  void noLimitIsAboveEveryMaximum() {
    List<Finding> found = findings(max("limits.memory=8Gi"), web("requests.memory=1Gi"));
    assertThat(Outcomes.lines(found))
        .containsExactly("web: limits.memory is not set @ spec.containers[0].resources");
    assertThat(found.get(0).fix())
        .isEqualTo("set the container's resources.limits.memory (at most 8Gi)");
    assertThat(lines(max("limits.ephemeral-storage=1Gi"), web())).hasSize(1);
    assertThat(lines(max("limits.cpu=1"), web())).hasSize(1);
  }

  @Test
  void noRequestAndNoExtendedResourceIsBelowEveryMaximum() {
    assertThat(lines(max("requests.cpu=1"), web())).isEmpty();
    assertThat(lines(max("limits.nvidia.com/gpu=1"), web())).isEmpty();
    assertThat(lines(max("limits.hugepages-2Mi=4Mi"), web())).isEmpty();
    assertThat(lines(max("limits.nvidia.com/gpu=1"), web("limits.nvidia.com/gpu=2"))).hasSize(1);
  }

  @Test
  void theMinimumIsInclusiveAndWantsRequestsSet() {
    Parameters least = min("requests.cpu=100m");
    assertThat(lines(least, web("requests.cpu=100m"))).isEmpty();
    assertThat(lines(least, web("limits.cpu=100m"))).isEmpty();
    List<Finding> low = findings(least, web("requests.cpu=99m"));
    assertThat(Outcomes.lines(low))
        .containsExactly(
            "web: requests.cpu is 99m, below the minimum 100m @"
                + " spec.containers[0].resources.requests.cpu");
    assertThat(low.get(0).fix())
        .isEqualTo("set the container's resources.requests.cpu to 100m or more");
    List<Finding> none = findings(least, web());
    assertThat(Outcomes.lines(none))
        .containsExactly("web: requests.cpu is not set @ spec.containers[0].resources");
    assertThat(none.get(0).fix())
        .isEqualTo("set the container's resources.requests.cpu (at least 100m)");
    assertThat(lines(min("limits.memory=1Gi"), web())).isEmpty();
    assertThat(lines(min("limits.memory=1Gi"), web("limits.memory=1Mi"))).hasSize(1);
  }

  @Test
  void theFixNamesBothBounds() {
    Parameters both =
        new Parameters(
            Set.of("requests.cpu"),
            quantities("requests.cpu=2"),
            quantities("requests.cpu=100m"),
            Map.of());
    assertThat(findings(both, web()).get(0).fix())
        .isEqualTo("set the container's resources.requests.cpu (at least 100m, at most 2)");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void T25_everyContainerThatCanHaveResourcesIsJudged(Role role) {
    boolean judged = role != Role.EPHEMERAL && role != Role.IMAGE_VOLUME;
    Parameters all =
        new Parameters(
            Set.of("requests.cpu"),
            quantities("limits.memory=1Gi"),
            Map.of(),
            quantities("limits.memory=1Gi"));
    Subjects subject =
        web("requests.cpu=1", "limits.memory=1Gi").with(role, "other", Resources.NONE);
    assertThat(findings(all, subject)).hasSize(judged ? 2 : 0);
  }

  @Test
  void thePodsResourcesStandInForContainersThatSayNothing() {
    Parameters three = require("requests.cpu", "requests.memory", "limits.memory");
    assertThat(lines(three, web().resources(resources("requests.cpu=1", "limits.memory=1Gi"))))
        .isEmpty();
    assertThat(lines(three, web().resources(resources("requests.cpu=1")))).hasSize(1);
    assertThat(
            lines(
                require("limits.hugepages-2Mi"),
                web().resources(resources("limits.hugepages-2Mi=2Mi"))))
        .isEmpty();
    // Kubernetes knows no such thing for other resources.
    assertThat(
            lines(
                require("limits.ephemeral-storage"),
                web().resources(resources("limits.ephemeral-storage=1Gi"))))
        .hasSize(1);
  }

  @Test
  void thePodsLimitBoundsItsContainersOrIsTooHighForThem() {
    Parameters most = max("limits.memory=1Gi");
    assertThat(lines(most, web().resources(resources("limits.memory=1Gi")))).isEmpty();
    List<Finding> found = findings(most, web().resources(resources("limits.memory=2Gi")));
    assertThat(Outcomes.lines(found))
        .containsExactly(
            "the pod's limits.memory is 2Gi, above the maximum 1Gi of one container, and nothing"
                + " else is set for web @ spec.resources.limits.memory");
    assertThat(found.get(0).fix())
        .isEqualTo(
            "set resources.limits.memory of these containers, or of the pod, to 1Gi or less");
    assertThat(lines(most, web("limits.memory=1Gi").resources(resources("limits.memory=2Gi"))))
        .isEmpty();
    assertThat(
            lines(
                max("limits.ephemeral-storage=1Gi"),
                web("limits.ephemeral-storage=1Gi")
                    .resources(resources("limits.ephemeral-storage=2Gi"))))
        .isEmpty();
  }

  @Test
  void thePodsRequestIsBoundFromBelowToo() {
    assertThat(lines(min("requests.cpu=100m"), web().resources(resources("requests.cpu=50m"))))
        .containsExactly(
            "the pod's requests.cpu is 50m, below the minimum 100m of one container, and nothing"
                + " else is set for web @ spec.resources.requests.cpu");
  }

  @Test
  void thePodsLimitIsItsRequestOnlyWhereNoContainerHasOne() {
    Parameters most = max("requests.cpu=2");
    Resources four = resources("limits.cpu=4");
    assertThat(lines(most, web().resources(four))).hasSize(1);
    assertThat(lines(most, web("requests.cpu=1").with(Role.MAIN, "log").resources(four))).isEmpty();
  }

  @Test
  void mainContainersAndSidecarsAddUp() {
    Parameters two = total("limits.memory=2Gi");
    Subjects fits =
        Subjects.pod()
            .with(Role.SIDECAR, "proxy", resources("limits.memory=1Gi"))
            .with(Role.MAIN, "web", resources("limits.memory=1Gi"));
    assertThat(lines(two, fits)).isEmpty();
    List<Finding> found =
        findings(two, fits.with(Role.MAIN, "log", resources("limits.memory=1Mi")));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).container()).isEmpty();
    assertThat(found.get(0).field()).isEqualTo("spec");
    assertThat(found.get(0).problem())
        .isEqualTo("limits.memory of the whole pod is 2049Mi, above the maximum 2Gi");
    assertThat(found.get(0).fix())
        .isEqualTo(
            "lower resources.limits.memory of its containers, or of the pod, to 2Gi together");
  }

  @Test
  void anInitContainerCountsWithTheSidecarsBeforeIt() {
    Parameters two = total("requests.cpu=2");
    // 1.5 alone; the sidecar comes after it.
    assertThat(
            lines(
                two,
                Subjects.pod()
                    .with(Role.INIT, "setup", resources("requests.cpu=1500m"))
                    .with(Role.SIDECAR, "proxy", resources("requests.cpu=1"))
                    .with(Role.MAIN, "web", resources("requests.cpu=1"))))
        .isEmpty();
    // 1 + 1.5 while the init container runs.
    assertThat(
            lines(
                two,
                Subjects.pod()
                    .with(Role.SIDECAR, "proxy", resources("requests.cpu=1"))
                    .with(Role.INIT, "setup", resources("requests.cpu=1500m"))
                    .with(Role.MAIN, "web", resources("requests.cpu=1"))))
        .containsExactly("requests.cpu of the whole pod is 2500m, above the maximum 2 @ spec");
    // Two init containers never run at once.
    assertThat(
            lines(
                two,
                Subjects.pod()
                    .with(Role.INIT, "one", resources("requests.cpu=2"))
                    .with(Role.INIT, "two", resources("requests.cpu=2"))
                    .with(Role.MAIN, "web", resources("requests.cpu=1"))))
        .isEmpty();
    // The greatest of them counts, not the last.
    assertThat(
            lines(
                two,
                Subjects.pod()
                    .with(Role.INIT, "one", resources("requests.cpu=3"))
                    .with(Role.INIT, "two", resources("requests.cpu=1"))
                    .with(Role.MAIN, "web", resources("requests.cpu=1"))))
        .hasSize(1);
  }

  @Test
  void aTotalWithoutBoundIsSaidSo() {
    Parameters two = total("limits.memory=2Gi");
    List<Finding> one = findings(two, web("limits.memory=1Gi").with(Role.SIDECAR, "proxy"));
    assertThat(Outcomes.lines(one))
        .containsExactly(
            "limits.memory of the whole pod has no bound, because proxy sets none @ spec");
    assertThat(one.get(0).fix())
        .isEqualTo("set resources.limits.memory of every container; together at most 2Gi");
    assertThat(lines(two, web().with(Role.MAIN, "log")).get(0)).contains("web, log set none");
    assertThat(lines(total("requests.cpu=1"), web())).isEmpty();
    assertThat(lines(total("limits.nvidia.com/gpu=1"), web())).isEmpty();
  }

  @Test
  void thePodsOwnValueIsItsTotal() {
    assertThat(lines(total("limits.memory=2Gi"), web().resources(resources("limits.memory=2Gi"))))
        .isEmpty();
    assertThat(
            lines(
                total("limits.memory=2Gi"),
                web("limits.memory=1Gi").resources(resources("limits.memory=3Gi"))))
        .hasSize(1);
    assertThat(lines(total("requests.cpu=1"), web().resources(resources("limits.cpu=2"))))
        .hasSize(1);
    assertThat(
            lines(
                total("requests.cpu=1"),
                web("requests.cpu=1").resources(resources("limits.cpu=2"))))
        .isEmpty();
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    Parameters all =
        new Parameters(
            Set.of("requests.cpu"),
            quantities("limits.memory=1Gi"),
            Map.of(),
            quantities("limits.memory=1Gi"));
    assertThat(findings(all, web("limits.memory=2Gi"))).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cpu",
        "limit.cpu",
        "limits.",
        "limits.memroy",
        "requests.CPU",
        "limits.hugepages-2M",
        "limits.a/b/c",
        ""
      })
  void aNameThatNoContainerCanSetIsRefused(String key) {
    assertThatExceptionOfType(InvalidField.class)
        .isThrownBy(() -> require(key))
        .satisfies(bad -> {
          assertThat(bad.field()).isEqualTo("require");
          assertThat(bad).hasMessage("\"" + key + "\" is neither a request nor a limit");
          assertThat(bad.fix()).contains("for instance limits.memory");
        });
    assertThatExceptionOfType(InvalidField.class)
        .isThrownBy(
            () -> new Parameters(Set.of(), Map.of(key, Quantity.parse("1")), Map.of(), Map.of()))
        .satisfies(bad -> assertThat(bad.field()).isEqualTo("max"));
  }

  @Test
  void parametersThatDemandNothingOrContradictThemselvesAreRefused() {
    assertThatExceptionOfType(InvalidField.class)
        .isThrownBy(() -> require())
        .satisfies(bad -> assertThat(bad.field()).isEqualTo("require"));
    assertThatExceptionOfType(InvalidField.class)
        .isThrownBy(() -> max("limits.cpu=0"))
        .withMessage("is 0, which is not above 0")
        .satisfies(bad -> assertThat(bad.field()).isEqualTo("max.limits.cpu"));
    assertThatExceptionOfType(InvalidField.class)
        .isThrownBy(() -> total("limits.cpu=-1"))
        .satisfies(bad -> assertThat(bad.field()).isEqualTo("maxTotal.limits.cpu"));
    assertThatExceptionOfType(InvalidField.class)
        .isThrownBy(() ->
            new Parameters(
                Set.of(), quantities("limits.cpu=1"), quantities("limits.cpu=2"), Map.of()))
        .withMessage("is 2, above the maximum 1")
        .satisfies(bad -> {
          assertThat(bad.field()).isEqualTo("min.limits.cpu");
          assertThat(bad.fix()).isEqualTo("make it at most max.limits.cpu");
        });
    assertThat(
            new Parameters(
                    Set.of(), quantities("limits.cpu=1"), quantities("limits.cpu=1"), Map.of())
                .min())
        .hasSize(1);
  }

  @Test
  void sizesAreBounded() {
    Set<String> keys = new HashSet<>();
    Map<String, Quantity> values = new HashMap<>();
    for (int i = 0; i < 32; i++) {
      keys.add("limits.example.com/r" + i);
      values.put("limits.example.com/r" + i, Quantity.parse("1"));
    }
    assertThat(new Parameters(keys, values, values, values).require()).hasSize(32);
    keys.add("limits.cpu");
    values.put("limits.cpu", Quantity.parse("1"));
    assertThatExceptionOfType(InvalidField.class)
        .isThrownBy(() -> new Parameters(keys, Map.of(), Map.of(), Map.of()))
        .withMessage("has more than 32 entries");
    assertThatExceptionOfType(InvalidField.class)
        .isThrownBy(() -> new Parameters(Set.of(), Map.of(), values, Map.of()))
        .satisfies(bad -> assertThat(bad.field()).isEqualTo("min"));
  }

  @Test
  void saysWhatItReads() {
    assertThat(CHECK.descriptor().inputs())
        .containsExactlyInAnyOrder(Input.RESOURCES, Input.EXEMPTION_BASIS);
    assertThat(CHECK.descriptor().gatesImages()).isFalse();
    assertThat(CHECK.parameters()).isEqualTo(Parameters.class);
  }

  @Test
  void theTemplateOfAControllerIsJudgedWithItsPaths() {
    Subject subject =
        Subjects.deployment().with(Role.MAIN, "web").resources(resources("limits.cpu=2")).build();
    assertThat(Outcomes.findings(CHECK, max("limits.cpu=1"), subject).get(0).field())
        .isEqualTo("spec.template.spec.resources.limits.cpu");
  }

  @Test
  void askedTogetherEachParametersGetTheAnswerThatTheyGetAlone() {
    List<Parameters> asked =
        List.of(
            require("requests.cpu"),
            max("limits.memory=1Gi", "requests.cpu=1"),
            min("requests.memory=64Mi"),
            total("limits.memory=1Gi"),
            require("limits.memory", "requests.cpu", "limits.nvidia.com/gpu"),
            max("limits.memory=8Gi"));
    List<Subject> subjects =
        List.of(
            web().build(),
            web("requests.cpu=2", "limits.memory=2Gi").build(),
            web("requests.cpu=100m", "requests.memory=1Mi", "limits.memory=512Mi").build(),
            web("limits.memory=600Mi")
                .with(Role.INIT, "setup", resources("limits.memory=9Gi"))
                .with(Role.MAIN, "other", resources("requests.cpu=1", "limits.memory=600Mi"))
                .build());
    for (Subject subject : subjects) {
      assertThat(CHECK.evaluateEach(subject, asked, asked, FakeFacts.none()))
          .as("%s", subject.pod())
          .containsExactlyElementsOf(
              asked.stream().map(one -> CHECK.evaluate(subject, one, FakeFacts.none())).toList());
    }
  }
}
