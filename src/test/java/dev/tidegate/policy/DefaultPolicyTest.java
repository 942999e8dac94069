package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.Checks;
import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Verdict;
import dev.tidegate.evidence.TrustRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DefaultPolicyTest {
  private static String text() throws IOException {
    try (InputStream in = DefaultPolicyTest.class.getResourceAsStream("/policies/default.yaml")) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void everyCheckLooksAtEverythingAndNothingIsRefused() throws IOException {
    Loaded loaded =
        new PolicyLoader(
                Checks.all(), InstantSource.fixed(Judging.NOW), Duration.ofDays(90), TrustRoot::new)
            .load(List.of(new PolicyFile("default.yaml", text())));
    assertThat(loaded.problems()).isEmpty();
    PolicySet set = loaded.set().orElseThrow();
    assertThat(set.policies()).hasSize(1);
    GatePolicy policy = set.policies().getFirst();
    assertThat(policy.mode()).isEqualTo(Mode.AUDIT);
    assertThat(policy.scope()).isEqualTo(Scope.EVERYTHING);
    assertThat(policy.checks())
        .extracting(Configured::id)
        .containsExactlyElementsOf(
            Checks.all().all().stream()
                .map(check -> check.descriptor().id())
                // Nobody but the operator knows who may sign and attest, and where images are
                // scanned.
                .filter(
                    id -> !List.of("imageSignature", "imageAttestation", "imageScan").contains(id))
                .toList());
    assertThat(set.exemptions()).isEmpty();
    assertThat(set.denyLists()).isEmpty();
  }

  @Test
  void whatWouldBeRefusedIsKnown() throws IOException {
    Verdict verdict = Judging.judge(text(), Judging.pod());
    assertThat(verdict.effect()).isEqualTo(Effect.NONE);
    assertThat(verdict.strict()).isEqualTo(Effect.REFUSE);
  }
}
