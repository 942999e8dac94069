package dev.tidegate.engine;

import static dev.tidegate.engine.Fixtures.NOW;
import static dev.tidegate.engine.Fixtures.container;
import static dev.tidegate.engine.Fixtures.exemption;
import static dev.tidegate.engine.Fixtures.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.KeySpec;
import dev.tidegate.check.SignerSpec;
import dev.tidegate.engine.Fixtures.MapStore;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Severity;
import dev.tidegate.policy.Exemption;
import dev.tidegate.policy.Mode;
import dev.tidegate.policy.OnUnknown;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.testkit.FakeSignatures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Exemptions that rest on a signature, while nobody knows whether there is one. */
class ExemptionsTest {
  private static final PinnedImage WEB =
      new PinnedImage(
          ImageReference.parse("good.io/shop/web").repository(),
          Digest.parse("sha256:" + "a".repeat(64)));
  private static final Evidence<SignatureDocuments> UNREACHABLE =
      new Evidence.Unavailable<>(Doubt.of(Cause.UNREACHABLE, "no answer"));

  private static Exemption byRelease() {
    return exemption("signed", "good.io/**", NOW.plusSeconds(1), release());
  }

  private static SignerSpec release() {
    return new SignerSpec(
        "release",
        Optional.of(
            new KeySpec(
                Optional.empty(), Optional.of(FakeSignatures.key("release")), Optional.empty())),
        Optional.empty(),
        Optional.empty(),
        TransparencyLog.NOT_REQUIRED,
        1,
        Optional.empty());
  }

  private static Verdict judge(
      Evidence<SignatureDocuments> signatures, OnUnknown onUnknown, Exemption... exemptions) {
    Asking facts =
        new Asking(
            new MapStore(
                Map.of(new Signatures(WEB), signatures),
                (keys, known) -> new CompletableFuture<>()),
            NOW,
            NOW,
            Duration.ZERO,
            Doubt.of(Cause.NOT_GATHERED, "not gathered yet"));
    Fixtures.Says bad =
        Fixtures.check(
            "x",
            Set.of(Input.IMAGES),
            false,
            (subject, of) ->
                Outcome.of(
                    subject.pod().containers().stream()
                        .map(one -> Finding.in(one, "image", Severity.HIGH, "is bad", "fix it"))
                        .toList(),
                    List.of()));
    return new Gate(
            (check, defect) -> {
              throw defect;
            })
        .judge(
            pod(container(0, WEB.toString())),
            new PolicySet(
                1,
                "0123456789ab",
                List.of(Fixtures.policy("p", Mode.ENFORCE, onUnknown, bad)),
                List.of(exemptions),
                List.of()),
            facts);
  }

  @Test
  void aPermissionThatNobodyCanCheckPermitsNothingAndSaysSo() {
    Verdict verdict = judge(UNREACHABLE, OnUnknown.ADMIT, byRelease());
    assertThat(verdict.effect()).isEqualTo(Effect.REFUSE);
    assertThat(verdict.exemptions()).isEmpty();
    Ruling ruling = verdict.rulings().getFirst();
    assertThat(ruling.findings()).hasSize(1);
    assertThat(ruling.doubts()).extracting(Doubt::cause).containsExactly(Cause.UNREACHABLE);
    assertThat(ruling.doubts().getFirst().tried())
        .startsWith("whether exemption signed covers it: ");
  }

  @Test
  void whatIsNotSignedIsNotPermittedAndLeavesNoDoubt() {
    Verdict verdict = judge(new Evidence.Absent<>(NOW), OnUnknown.ADMIT, byRelease());
    assertThat(verdict.effect()).isEqualTo(Effect.REFUSE);
    assertThat(verdict.rulings().getFirst().doubts()).isEmpty();
  }

  @Test
  void anotherPermissionCountsWithoutThatDoubt() {
    Verdict verdict =
        judge(
            UNREACHABLE,
            OnUnknown.DENY,
            byRelease(),
            exemption("plain", "good.io/**", NOW.plusSeconds(1)));
    assertThat(verdict.effect()).isEqualTo(Effect.NONE);
    assertThat(verdict.exemptions()).containsExactly("plain");
  }
}
