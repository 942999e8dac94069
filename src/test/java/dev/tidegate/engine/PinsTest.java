package dev.tidegate.engine;

import static dev.tidegate.engine.Fixtures.NOW;
import static dev.tidegate.engine.Fixtures.container;
import static dev.tidegate.engine.Fixtures.pod;
import static dev.tidegate.engine.Fixtures.shape;
import static dev.tidegate.engine.Fixtures.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.ImageReferenceCheck;
import dev.tidegate.check.ImageReferenceCheck.DigestRule;
import dev.tidegate.engine.Fixtures.MapStore;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Container;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Resources;
import dev.tidegate.model.Role;
import dev.tidegate.model.SecurityContext;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Configured;
import dev.tidegate.policy.ForControllers;
import dev.tidegate.policy.GatePolicy;
import dev.tidegate.policy.Mode;
import dev.tidegate.policy.OnUnknown;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.policy.Scope;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which images a verdict pins, and to what. */
class PinsTest {
  private static final Digest DIGEST = Digest.parse("sha256:" + "a".repeat(64));
  private static final String GOOD = "good.io/shop/web:1";
  private static final String OTHER = "good.io/shop/proxy:2";
  private static final String EVIL = "evil.io/shop/web:1";

  private final Map<EvidenceKey<?>, Evidence<?>> known = new HashMap<>();

  private void pointsAtDigest(String image) {
    ImageReference tagged = ImageReference.parse(image);
    known.put(
        new Resolution(tagged),
        new Evidence.Present<>(new PinnedImage(tagged.repository(), DIGEST), NOW));
  }

  private static GatePolicy policy(String name, Mode mode, DigestRule rule) {
    return new GatePolicy(
        name,
        Fixtures.HERE,
        mode,
        ForControllers.WARN,
        Scope.EVERYTHING,
        List.of(
            new Configured<>(
                new ImageReferenceCheck(),
                new ImageReferenceCheck.Parameters(
                    List.of(ImagePattern.parse("good.io")), rule, List.of()),
                OnUnknown.DENY)));
  }

  private List<Pin> pins(Subject subject, GatePolicy... policies) {
    Facts facts =
        new Asking(
            new MapStore(known, (keys, all) -> new CompletableFuture<>()),
            NOW,
            NOW,
            Duration.ZERO,
            Doubt.of(Cause.NOT_GATHERED, "not gathered yet"));
    return new Gate(
            (check, defect) -> {
              throw defect;
            })
        .judge(
            subject,
            new PolicySet(1, "0123456789ab", List.of(policies), List.of(), List.of()),
            facts)
        .pins();
  }

  private List<Pin> pinned(Subject subject) {
    return pins(subject, policy("p", Mode.ENFORCE, DigestRule.PIN));
  }

  @Test
  void anImageByTagGetsTheDigestThatWasJudged() {
    pointsAtDigest(GOOD);
    List<Pin> pins = pinned(pod(container(0, GOOD)).beforePinning());
    assertThat(pins).extracting(Pin::container).containsExactly("c0");
    assertThat(pins).extracting(Pin::field).containsExactly("spec.containers[0].image");
    assertThat(pins).extracting(Pin::text).containsExactly(GOOD + "@" + DIGEST);
  }

  @Test
  void anImageVolumeGetsItWhereItsReferenceStands() {
    pointsAtDigest(GOOD);
    Container volume =
        new Container(
            "model",
            Role.IMAGE_VOLUME,
            "spec.volumes[3]",
            GOOD,
            SecurityContext.NONE,
            Resources.NONE,
            List.of(),
            List.of());
    assertThat(pinned(pod(volume).beforePinning()))
        .extracting(Pin::field)
        .containsExactly("spec.volumes[3].image.reference");
  }

  @Test
  void aPodThatIsValidatedGetsNone() {
    pointsAtDigest(GOOD);
    assertThat(pinned(pod(container(0, GOOD)))).isEmpty();
  }

  @Test
  void aMirrorPodGetsNone() {
    pointsAtDigest(GOOD);
    assertThat(
            pinned(
                subject("Pod", shape(container(0, GOOD)), Optional.empty(), true).beforePinning()))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aPolicyThatOnlyAuditsPinsNothing(Mode mode) {
    pointsAtDigest(GOOD);
    assertThat(pins(pod(container(0, GOOD)).beforePinning(), policy("p", mode, DigestRule.PIN)))
        .hasSize(mode == Mode.AUDIT ? 0 : 1);
  }

  @ParameterizedTest
  @EnumSource(DigestRule.class)
  void onlyThePolicyThatPinsPins(DigestRule rule) {
    pointsAtDigest(GOOD);
    assertThat(pins(pod(container(0, GOOD)).beforePinning(), policy("p", Mode.WARN, rule)))
        .hasSize(rule == DigestRule.PIN ? 1 : 0);
    assertThat(
            pins(
                pod(container(0, GOOD)).beforePinning(),
                Fixtures.policy(
                    "other",
                    Mode.ENFORCE,
                    OnUnknown.DENY,
                    Fixtures.check("x", Set.of(), false, (s, f) -> Outcome.pass()))))
        .as("another check")
        .isEmpty();
  }

  @Test
  void whatHasADigestOrCannotBeResolvedIsLeftAsItIs() {
    known.put(new Resolution(ImageReference.parse(OTHER)), new Evidence.Absent<>(NOW));
    assertThat(
            pinned(
                pod(
                        container(0, "good.io/shop/web@" + DIGEST),
                        container(1, OTHER),
                        container(2, "good.io/shop/unknown:3"),
                        container(3, "not an image"))
                    .beforePinning()))
        .isEmpty();
  }

  @Test
  void whatRunsAlreadyIsLeftAsItIs() {
    pointsAtDigest(GOOD);
    pointsAtDigest(OTHER);
    Subject update =
        subject(
                "Pod",
                shape(container(0, GOOD), container(1, OTHER)),
                Optional.of(shape(container(0, GOOD))),
                false)
            .beforePinning();
    assertThat(pinned(update)).extracting(Pin::container).containsExactly("c1");
  }

  @Test
  void whatMayNotBeUsedIsLeftAsItIsAndOnlyThat() {
    pointsAtDigest(GOOD);
    pointsAtDigest(EVIL);
    Subject both = pod(container(1, EVIL), container(10, GOOD)).beforePinning();
    assertThat(pinned(both)).extracting(Pin::container).containsExactly("c10");
  }

  @Test
  void aFindingOfAPolicyThatOnlyAuditsLeavesNothingUnpinned() {
    pointsAtDigest(EVIL);
    GatePolicy pinsAnything =
        new GatePolicy(
            "pins",
            Fixtures.HERE,
            Mode.ENFORCE,
            ForControllers.WARN,
            Scope.EVERYTHING,
            List.of(
                new Configured<>(
                    new ImageReferenceCheck(),
                    new ImageReferenceCheck.Parameters(List.of(), DigestRule.PIN, List.of()),
                    OnUnknown.DENY)));
    Subject evil = pod(container(0, EVIL)).beforePinning();
    assertThat(pins(evil, policy("a", Mode.AUDIT, DigestRule.NEVER), pinsAnything)).hasSize(1);
    assertThat(pins(evil, policy("a", Mode.WARN, DigestRule.NEVER), pinsAnything)).isEmpty();
  }

  @Test
  void aFindingAboutThePodAsAWholeIsNoneAboutAnImage() {
    pointsAtDigest(GOOD);
    GatePolicy ofPod =
        Fixtures.policy(
            "pod",
            Mode.ENFORCE,
            OnUnknown.DENY,
            Fixtures.check(
                "gate",
                Set.of(Input.IMAGES),
                true,
                (s, f) ->
                    new Outcome.Fail(
                        List.of(
                            Finding.ofPod("spec.containers[0]", Severity.HIGH, "bad", "fix it")),
                        List.of())));
    assertThat(
            pins(
                pod(container(0, GOOD)).beforePinning(),
                ofPod,
                policy("p", Mode.ENFORCE, DigestRule.PIN)))
        .hasSize(1);
  }
}
