package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.ImageReferenceCheck.DigestRule;
import dev.tidegate.check.ImageReferenceCheck.Parameters;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Role;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.Subjects;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code requireDigest: pin} demands before digests are added, and after. */
class RequireDigestPinTest {
  private static final String IMAGE = "harbor.example.com/shop/web:1";
  private static final ImageReference TAGGED = ImageReference.parse(IMAGE);
  private static final Digest DIGEST = Digest.parse("sha256:" + "0".repeat(64));
  private static final FakeFacts RESOLVED =
      FakeFacts.none()
          .present(new Resolution(TAGGED), new PinnedImage(TAGGED.repository(), DIGEST));

  private static Outcome judge(Subject subject, FakeFacts facts) {
    return new ImageReferenceCheck()
        .evaluate(subject, new Parameters(List.of(), DigestRule.PIN, List.of()), facts);
  }

  private static String problem(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Fail.class);
    return ((Outcome.Fail) outcome).findings().getFirst().problem();
  }

  @Test
  void aPodIsAdmittedOnlyWithADigest() {
    assertThat(problem(judge(Pods.of(IMAGE), RESOLVED))).endsWith("is not pinned to a digest");
    assertThat(judge(Pods.of(IMAGE + "@" + DIGEST), FakeFacts.none()))
        .isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void beforeDigestsAreAddedATagMustPointAtSomething() {
    Subject pod = Pods.of(IMAGE).beforePinning();
    assertThat(judge(pod, RESOLVED)).isInstanceOf(Outcome.Pass.class);
    assertThat(problem(judge(pod, FakeFacts.none().absent(new Resolution(TAGGED)))))
        .contains("has no such tag");
    Outcome unknown =
        judge(pod, FakeFacts.none().unavailable(new Resolution(TAGGED), Cause.UNREACHABLE));
    assertThat(unknown).isInstanceOf(Outcome.Unknown.class);
    assertThat(((Outcome.Unknown) unknown).doubts())
        .extracting(Doubt::cause)
        .containsExactly(Cause.UNREACHABLE);
  }

  @Test
  void whatRunsAlreadyStaysAndWhatIsAddedDoesNot() {
    Subjects pod = Subjects.pod().image(Role.MAIN, "web", IMAGE);
    Subject unchanged = pod.before(pod.shape()).build();
    assertThat(judge(unchanged, RESOLVED)).isInstanceOf(Outcome.Pass.class);
    Subject more = pod.image(Role.EPHEMERAL, "debug", IMAGE).build();
    assertThat(((Outcome.Fail) judge(more, RESOLVED)).findings())
        .extracting(finding -> finding.container().orElseThrow())
        .containsExactly("debug");
  }
}
