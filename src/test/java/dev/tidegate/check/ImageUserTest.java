package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.evidence.EvidenceKey.Config;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.ImageConfig;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.IndexWalk;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Platform;
import dev.tidegate.model.Role;
import dev.tidegate.model.SecurityContext;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** nonRoot where the image's USER counts. */
class ImageUserTest {
  private static final NonRoot CHECK = new NonRoot();
  private static final NonRoot.Parameters BY_IMAGE = new NonRoot.Parameters(false, true);
  private static final PinnedImage WEB = image("a");

  private static PinnedImage image(String hex) {
    return new PinnedImage(
        ImageReference.parse("harbor.example.com/shop/web:1").repository(),
        Digest.parse("sha256:" + hex.repeat(64)));
  }

  private static ImageConfig config(String user) {
    return new ImageConfig(
        bytes("manifest"), bytes("config of " + user), Platform.parse("linux/amd64"), user);
  }

  private static Bytes bytes(String text) {
    return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
  }

  private static FakeFacts user(FakeFacts facts, PinnedImage image, String user) {
    return facts
        .present(
            new Manifest(image),
            new ImageManifest.Image(
                bytes("manifest"),
                "image",
                Digest.parse("sha256:" + "c".repeat(64)),
                Optional.empty()))
        .present(new Config(image), config(user));
  }

  private static FakeFacts user(String user) {
    return user(FakeFacts.none(), WEB, user);
  }

  private static FakeFacts index(FakeFacts facts, String... platforms) {
    List<ImageManifest.Child> children = new ArrayList<>();
    for (int i = 0; i < platforms.length; i++) {
      children.add(
          new ImageManifest.Child(
              Digest.parse("sha256:" + (i + 1 + "").repeat(64)),
              "image",
              platforms[i].isEmpty()
                  ? Optional.empty()
                  : Optional.of(Platform.parse(platforms[i]))));
    }
    return facts
        .present(new Manifest(WEB), new ImageManifest.Index(bytes("index"), "index", children))
        .absent(new Config(WEB));
  }

  private static Subject pod(SecurityContext pod, String image) {
    return Subjects.pod().security(pod).image(Role.MAIN, "web", image).build();
  }

  private static Outcome judge(SecurityContext pod, FakeFacts facts) {
    return CHECK.evaluate(pod(pod, WEB.toString()), BY_IMAGE, facts);
  }

  private static String problem(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Fail.class);
    assertThat(((Outcome.Fail) outcome).doubts()).isEmpty();
    return ((Outcome.Fail) outcome).findings().getFirst().problem();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000", "1000:1000", "65532:0", "1000:staff", "2147483647"})
  void aNumberOtherThanZeroIsEnough(String user) {
    assertThat(judge(SecurityContext.NONE, user(user))).isInstanceOf(Outcome.Pass.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "root", "0:1000", "root:root", ":1000", "00", "0000000000"})
  void rootInAnyFormIsFound(String user) {
    assertThat(problem(judge(SecurityContext.NONE, user(user))))
        .isEqualTo("runs as root: nothing sets another user, and the image's USER is root");
  }

  /** What is no number for the kubelet is a name, which the image's own files may map to 0. */
  @ParameterizedTest
  @ValueSource(strings = {"spring", "nonroot", "-1", "+0", "0x0", " 0", "４", "2147483648"})
  void aNameProvesNothing(String user) {
    assertThat(problem(judge(SecurityContext.NONE, user(user))))
        .startsWith("may run as root: the image's USER \"")
        .endsWith("is a name, which may mean 0");
  }

  @Test
  void aNameOrRootUnderRunAsNonRootWillNotStart() {
    assertThat(problem(judge(Subjects.nonRoot(true), user("spring"))))
        .isEqualTo(
            "will not start: runAsNonRoot is true, and the image's USER \"spring\" is a name,"
                + " which the kubelet cannot tell from root");
    assertThat(problem(judge(Subjects.nonRoot(true), user(""))))
        .isEqualTo("will not start: runAsNonRoot is true, and the image's USER is root");
    assertThat(judge(Subjects.nonRootUser(true, 1000), user("spring")))
        .as("runAsUser replaces the image's user")
        .isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void whetherItWillStartIsNoReasonToWaitOrRefuse() {
    FakeFacts down =
        FakeFacts.none()
            .unavailable(new Manifest(WEB), Cause.UNREACHABLE)
            .unavailable(new Config(WEB), Cause.UNREACHABLE);
    assertThat(judge(Subjects.nonRoot(true), down)).isInstanceOf(Outcome.Pass.class);
    assertThat(judge(SecurityContext.NONE, down))
        .isEqualTo(Outcome.unknown(Doubt.of(Cause.UNREACHABLE, "the answer is UNREACHABLE")));
  }

  @Test
  void whatTheContainerItselfSaysIsJudgedWhateverPodAndImageSay() {
    for (SecurityContext own : List.of(Subjects.user(0), Subjects.nonRoot(false))) {
      Subject subject =
          Subjects.pod()
              .security(Subjects.nonRootUser(true, 1000))
              .with(Role.MAIN, "web", own)
              .build();
      assertThat(CHECK.evaluate(subject, BY_IMAGE, user("1000")))
          .as(own.toString())
          .isInstanceOf(Outcome.Fail.class);
    }
  }

  /** Else a change of the image alone would not be judged again. */
  @Test
  void theImageIsReadOnlyIfItsUserCounts() {
    assertThat(CHECK.inputs(BY_IMAGE)).contains(Input.IMAGES, Input.RUN_AS, Input.EXEMPTION_BASIS);
    assertThat(CHECK.inputs(new NonRoot.Parameters(false, false)))
        .isEqualTo(CHECK.descriptor().inputs())
        .doesNotContain(Input.IMAGES);
  }

  @Test
  void theImageCountsOnlyForADigest() {
    FakeFacts facts = user("1000");
    ImageReference tagged = ImageReference.parse("harbor.example.com/shop/web:1");
    facts.present(new Resolution(tagged), WEB);
    Subject pod = pod(SecurityContext.NONE, "harbor.example.com/shop/web:1");

    assertThat(problem(CHECK.evaluate(pod, BY_IMAGE, facts)))
        .endsWith("the image's USER counts only for a digest");
    assertThat(CHECK.evaluate(pod.beforePinning(), BY_IMAGE, facts))
        .as("where the digest will be written, it is the image that runs")
        .isInstanceOf(Outcome.Pass.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 1000, pass",
    "1000, spring, a name",
    "spring, 0, is root",
    "0, spring, is root",
    "1000, '', is root"
  })
  void ofAnIndexTheWorstThatCouldRunCounts(String first, String second, String expected) {
    FakeFacts facts = index(FakeFacts.none(), "linux/amd64", "linux/arm64");
    user(facts, image("1"), first);
    user(facts, image("2"), second);
    Outcome outcome = judge(SecurityContext.NONE, facts);
    if (expected.equals("pass")) {
      assertThat(outcome).isInstanceOf(Outcome.Pass.class);
    } else {
      assertThat(problem(outcome)).contains(expected);
    }
  }

  @Test
  void buildAttestationsInAnIndexDoNotRunButEntriesWithoutPlatformMay() {
    FakeFacts facts = index(FakeFacts.none(), "linux/amd64", "unknown/unknown");
    user(facts, image("1"), "1000");
    user(facts, image("2"), "0");
    assertThat(judge(SecurityContext.NONE, facts)).isInstanceOf(Outcome.Pass.class);

    FakeFacts anything = index(FakeFacts.none(), "linux/amd64", "");
    user(anything, image("1"), "1000");
    user(anything, image("2"), "0");
    assertThat(problem(judge(SecurityContext.NONE, anything))).contains("is root");
  }

  @Test
  void anIndexOfNothingOrOfFarTooMuchIsNotDecided() {
    assertThat(judge(SecurityContext.NONE, index(FakeFacts.none(), "unknown/unknown")))
        .isInstanceOf(Outcome.Unknown.class);
    FakeFacts facts = FakeFacts.none();
    List<ImageManifest.Child> children = new ArrayList<>();
    for (int i = 0; i <= IndexWalk.MOST; i++) {
      children.add(
          new ImageManifest.Child(
              image("1").digest(), "image", Optional.of(Platform.parse("linux/amd64"))));
    }
    facts
        .present(new Manifest(WEB), new ImageManifest.Index(bytes("index"), "index", children))
        .absent(new Config(WEB));
    user(facts, image("1"), "1000");
    assertThat(judge(SecurityContext.NONE, facts)).isInstanceOf(Outcome.Unknown.class);
  }

  /** An index whose first entry is another index, of one image for {@code linux/arm64}. */
  private static FakeFacts nested(String user, String inside) {
    FakeFacts facts =
        FakeFacts.none()
            .present(
                new Manifest(WEB),
                new ImageManifest.Index(
                    bytes("index"),
                    IndexedImages.INDEX,
                    List.of(
                        IndexedImages.child(image("1"), IndexedImages.INDEX, "linux/arm64"),
                        IndexedImages.child(image("2"), IndexedImages.IMAGE, "linux/amd64"))))
            .absent(new Config(WEB))
            .present(
                new Manifest(image("1")),
                new ImageManifest.Index(
                    bytes("inner"),
                    IndexedImages.INDEX,
                    List.of(IndexedImages.child(image("3"), IndexedImages.IMAGE, "linux/arm64"))))
            .absent(new Config(image("1")));
    user(facts, image("2"), user);
    return user(facts, image("3"), inside);
  }

  @Test
  void imagesOfAnIndexInAnIndexCountAsWell() {
    assertThat(judge(SecurityContext.NONE, nested("1000", "1000")))
        .isInstanceOf(Outcome.Pass.class);
    assertThat(problem(judge(SecurityContext.NONE, nested("1000", "0")))).contains("is root");
    assertThat(problem(judge(SecurityContext.NONE, nested("1000", "spring")))).contains("a name");
  }

  @Test
  void anIndexInsideThatCannotBeReadLeavesADoubt() {
    FakeFacts facts =
        nested("1000", "1000").unavailable(new Manifest(image("1")), Cause.UNREACHABLE);
    assertThat(judge(SecurityContext.NONE, facts)).isInstanceOf(Outcome.Unknown.class);

    FakeFacts gone = nested("1000", "1000").absent(new Manifest(image("1")));
    assertThat(judge(SecurityContext.NONE, gone)).isInstanceOf(Outcome.Unknown.class);

    FakeFacts circle =
        nested("1000", "1000")
            .present(
                new Manifest(image("1")),
                new ImageManifest.Index(
                    bytes("circle"),
                    IndexedImages.INDEX,
                    List.of(IndexedImages.child(WEB, IndexedImages.INDEX, ""))));
    assertThat(judge(SecurityContext.NONE, circle)).isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void oneChildThatIsNotKnownLeavesADoubtUnlessAnotherIsWrongAnyway() {
    FakeFacts facts = index(FakeFacts.none(), "linux/amd64", "linux/arm64");
    user(facts, image("1"), "1000");
    facts.unavailable(new Config(image("2")), Cause.THROTTLED);
    assertThat(judge(SecurityContext.NONE, facts)).isInstanceOf(Outcome.Unknown.class);

    user(facts, image("1"), "0");
    assertThat(problem(judge(SecurityContext.NONE, facts))).contains("is root");
  }

  @Test
  void allThatIsNeededForAnImageIsAskedForAtOnce() {
    FakeFacts facts = FakeFacts.none();
    judge(SecurityContext.NONE, facts);
    assertThat(facts.asked()).contains(new Manifest(WEB), new Config(WEB));
  }
}
