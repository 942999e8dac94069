package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.admission.GateFixture;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Metrics metrics = new Metrics(registry);

  private static String policy(String name, String mode, String check) {
    return """
    apiVersion: tidegate.dev/v1alpha1
    kind: GatePolicy
    metadata: {name: %s}
    spec: {mode: %s, checks: {%s: {}}}
    ---
    """
        .formatted(name, mode, check);
  }

  private double results(String check, String result, String mode) {
    return registry
        .counter("tidegate.check.results", "check", check, "result", result, "mode", mode)
        .count();
  }

  @Test
  void eachPolicysCheckIsCountedByWhatItSaysAndItsMode() {
    GateFixture gate =
        GateFixture.of(
            policy("one", "enforce", "nonRoot")
                + policy("two", "enforce", "nonRoot")
                + policy("three", "audit", "nonRoot")
                + policy("four", "enforce", "resourceLimits")
                + policy("five", "enforce", "imageReference"));
    gate.validate(GateFixture.review(GateFixture.ROOT_POD));
    gate.validate(GateFixture.review(GateFixture.GOOD_POD));
    gate.made.forEach(metrics::made);

    assertThat(results("nonRoot", "fail", "enforce")).isEqualTo(2);
    assertThat(results("nonRoot", "pass", "enforce")).isEqualTo(2);
    assertThat(results("nonRoot", "fail", "audit")).isEqualTo(1);
    assertThat(results("nonRoot", "pass", "audit")).isEqualTo(1);
    assertThat(results("resourceLimits", "fail", "enforce")).isEqualTo(2);
    assertThat(results("imageReference", "pass", "enforce")).isEqualTo(2);
  }
}
