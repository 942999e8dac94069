package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.check.ImageScan.Counts;
import dev.tidegate.check.ImageScan.NotScanned;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.CveAllowList;
import dev.tidegate.evidence.CvssScore;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.ProjectAllowList;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.evidence.ScanReport.Scanner;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Platform;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.FakeScans;
import dev.tidegate.testkit.ScanPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ImageScanTest {
  private static final ImageScan CHECK = new ImageScan();
  private static final Instant NOW = FakeFacts.NOW;
  private static final Instant YESTERDAY = NOW.minus(Duration.ofDays(1));
  private static final PinnedImage WEB = image("harbor.example.com/shop/web", "0");
  private static final PinnedImage AMD = image("harbor.example.com/shop/web", "a");
  private static final PinnedImage ARM = image("harbor.example.com/shop/web", "b");
  private static final Subject POD = Pods.of(WEB.toString());
  private static final Item HIGH = FakeScans.fixable("CVE-2026-0001", ScanSeverity.HIGH);

  private static PinnedImage image(String repository, String digit) {
    return new PinnedImage(
        ImageReference.parse(repository + ":1").repository(),
        Digest.parse("sha256:" + digit.repeat(64)));
  }

  private static ScanPolicy policy() {
    return new ScanPolicy();
  }

  private static FakeFacts reported(Item... items) {
    return FakeScans.known(WEB, new ScanState.Reported(FakeScans.of(YESTERDAY, items)));
  }

  private static Outcome judge(ScanPolicy policy, FakeFacts facts) {
    return CHECK.evaluate(POD, policy.made(), facts);
  }

  private static List<Finding> findings(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Fail.class);
    return ((Outcome.Fail) outcome).findings();
  }

  private static Finding only(Outcome outcome) {
    assertThat(findings(outcome)).hasSize(1);
    return findings(outcome).getFirst();
  }

  private static Doubt doubt(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Unknown.class);
    assertThat(((Outcome.Unknown) outcome).doubts()).hasSize(1);
    return ((Outcome.Unknown) outcome).doubts().getFirst();
  }

  private static AllowedCve allowed(String id, Instant until) {
    return new AllowedCve(id, until, "not reachable", "platform-security");
  }

  @Test
  void aResultInWhichNothingCountsPassesAndIsNamed() {
    Outcome outcome =
        judge(policy(), reported(FakeScans.fixable("CVE-2026-0002", ScanSeverity.MEDIUM)));
    assertThat(outcome).isInstanceOf(Outcome.Pass.class);
    assertThat(((Outcome.Pass) outcome).because().getFirst().statement())
        .isEqualTo(
            WEB
                + " was scanned by Trivy v0.72.0 at 2026-11-24T12:00:00Z: nothing of High or"
                + " worse");
  }

  @Test
  void whatCountsIsNamedWithPackageAndVersionsAndFix() {
    Item item =
        FakeScans.item(
            "CVE-2026-0001",
            ScanSeverity.CRITICAL,
            Optional.of("1.2"),
            Optional.of(CvssScore.parse("9.8")),
            false);
    Finding finding = only(judge(policy(), reported(item)));
    assertThat(finding.problem())
        .isEqualTo("the image has CVE-2026-0001 (Critical, CVSS 9.8) in openssl 1.1, fixed in 1.2");
    assertThat(finding.fix()).isEqualTo("rebuild the image with openssl 1.2 or later");
    assertThat(finding.field()).isEqualTo("spec.containers[0].image");
    assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
  }

  @Test
  void withoutAFixTheOtherWaysAreNamed() {
    Finding finding =
        only(judge(policy(), reported(FakeScans.unfixed("CVE-2026-0009", ScanSeverity.HIGH))));
    assertThat(finding.problem()).endsWith("in openssl 1.1, without a fix");
    assertThat(finding.fix())
        .isEqualTo(
            "remove openssl from the image, or ask the policy's owner to allow CVE-2026-0009 with"
                + " reason, owner and end");
  }

  @Test
  void worstFirstAtMostTenThenHowManyMore() {
    List<Item> items = new ArrayList<>();
    IntStream.range(0, 14)
        .forEach(
            i -> items.add(FakeScans.fixable("CVE-2026-1%03d".formatted(i), ScanSeverity.HIGH)));
    items.add(FakeScans.fixable("CVE-2026-9999", ScanSeverity.CRITICAL));
    List<Finding> findings = findings(judge(policy(), reported(items.toArray(Item[]::new))));
    assertThat(findings).hasSize(11);
    assertThat(findings.getFirst().problem()).contains("CVE-2026-9999 (Critical)");
    assertThat(findings.get(10).problem())
        .isEqualTo("the image has 5 more vulnerabilities that count");
  }

  @Test
  void thePackageThatIsThereTwiceIsToldOnce() {
    assertThat(findings(judge(policy(), reported(HIGH, HIGH)))).hasSize(1);
  }

  /** A state, what it says as a doubt, and whether waiting could help. */
  private record State(String name, ScanState state, String words) {}

  private static List<State> states() {
    return List.of(
        new State("never scanned", new ScanState.NotScanned(), "has never been scanned"),
        new State(
            "pending",
            new ScanState.UnderWay(false, Optional.empty()),
            "is waiting for its scan to begin"),
        new State(
            "running",
            new ScanState.UnderWay(true, Optional.empty()),
            "is being scanned at the moment"),
        new State("stopped", new ScanState.Stopped(Optional.empty()), "somebody stopped its scan"),
        new State("failed", new ScanState.Failed(Optional.empty()), "its scan failed"),
        new State(
            "200 {}",
            new ScanState.WithoutReport(),
            "has a scan without a report, which is not the same as one that found nothing"),
        new State("SBOM only", new ScanState.SbomOnly(), "was never scanned for vulnerabilities"),
        new State("strange", new ScanState.Strange("Paused"), "not understood: Paused"));
  }

  @TestFactory
  Stream<DynamicTest> T28_noStateWithoutAReportIsEverClean() {
    return states().stream()
        .map(state ->
            DynamicTest.dynamicTest(
                state.name(),
                () -> {
                  Doubt doubt = doubt(judge(policy(), FakeScans.known(WEB, state.state())));
                  assertThat(doubt.tried()).contains(state.words()).startsWith(WEB.toString());
                  assertThat(doubt.cause().kind())
                      .as("whoever pushes can bring it about, so it never opens the gate")
                      .isEqualTo(Cause.Kind.INPUT);
                  ScanPolicy deny = policy();
                  deny.notScanned(NotScanned.DENY);
                  Finding finding = only(judge(deny, FakeScans.known(WEB, state.state())));
                  assertThat(finding.problem()).contains(state.words());
                  assertThat(finding.fix()).isNotBlank();
                }));
  }

  @Test
  void T28_whatCannotBeScannedIsAFindingSinceWaitingDoesNotHelp() {
    assertThat(only(judge(policy(), FakeScans.known(WEB, new ScanState.Unsupported()))).problem())
        .isEqualTo("the image cannot be scanned by the scanner of its project");
  }

  @Test
  void aRescanThatRunsOrFailedLeavesTheLastGoodReport() {
    ScanReport clean = FakeScans.of(YESTERDAY);
    ScanReport bad = FakeScans.of(YESTERDAY, HIGH);
    for (ScanState state :
        List.of(
            new ScanState.UnderWay(true, Optional.empty()),
            new ScanState.Failed(Optional.empty()),
            new ScanState.Stopped(Optional.empty()))) {
      assertThat(judge(policy(), FakeScans.known(WEB, state.withLastGood(clean))))
          .isInstanceOf(Outcome.Pass.class);
      assertThat(judge(policy(), FakeScans.known(WEB, state.withLastGood(bad))))
          .isInstanceOf(Outcome.Fail.class);
      ScanPolicy aged = policy();
      aged.maxAge(Optional.of(Duration.ofHours(23)));
      assertThat(doubt(judge(aged, FakeScans.known(WEB, state.withLastGood(clean)))).tried())
          .contains("was scanned last at " + YESTERDAY)
          .contains("23 hours");
    }
  }

  @Test
  void theAgeIsInclusive() {
    ScanPolicy aged = policy();
    aged.maxAge(Optional.of(Duration.ofDays(1)));
    assertThat(judge(aged, reported())).isInstanceOf(Outcome.Pass.class);
    FakeFacts older =
        FakeScans.known(WEB, new ScanState.Reported(FakeScans.of(YESTERDAY.minusMillis(1))));
    assertThat(doubt(judge(aged, older)).tried()).contains("longer ago than the 1 day");
  }

  @Test
  void aResultWithoutDateHasNoAgeThatCounts() {
    ScanReport undated =
        new ScanReport(
            FakeScans.TRIVY, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    ScanPolicy aged = policy();
    aged.maxAge(Optional.of(Duration.ofDays(1)));
    assertThat(doubt(judge(aged, FakeScans.known(WEB, new ScanState.Reported(undated)))).tried())
        .contains("does not say how old it is");
    ScanPolicy data = policy();
    data.maxDatabaseAge(Optional.of(Duration.ofDays(1)));
    assertThat(doubt(judge(data, reported())).tried()).contains("how old the scanner's data was");
  }

  @Test
  void aReportFromBeforeThePushCountsByItsAge() {
    // The digest is the content, so who pushed it when changes nothing about what was found in it.
    ScanPolicy aged = policy();
    aged.maxAge(Optional.of(Duration.ofDays(365)));
    FakeFacts old =
        FakeScans.known(
            WEB, new ScanState.Reported(FakeScans.of(NOW.minus(Duration.ofDays(300)), HIGH)));
    assertThat(judge(aged, old)).isInstanceOf(Outcome.Fail.class);
  }

  @Test
  void T36_aResultFromTheFutureDoesNotCount() {
    FakeFacts skewed =
        FakeScans.known(WEB, new ScanState.Reported(FakeScans.of(NOW.plusSeconds(300))));
    assertThat(judge(policy(), skewed)).isInstanceOf(Outcome.Pass.class);
    FakeFacts ahead =
        FakeScans.known(
            WEB, new ScanState.Reported(FakeScans.of(NOW.plusSeconds(300).plusMillis(1))));
    Doubt doubt = doubt(judge(policy(), ahead));
    assertThat(doubt.tried()).contains("from the future");
    assertThat(doubt.cause()).isEqualTo(Cause.MALFORMED);
    FakeFacts data =
        FakeScans.known(
            WEB,
            new ScanState.Reported(FakeScans.of(YESTERDAY).withDatabase(NOW.plusSeconds(3600))));
    assertThat(judge(policy(), data)).isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void T36_onlyTrustedScannersCount() {
    ScanPolicy trusting = policy();
    trusting.scanners(
        List.of(new ScannerSpec("Trivy", Optional.of("Aqua Security"), Optional.of("0.69.3"))));
    assertThat(judge(trusting, reported())).isInstanceOf(Outcome.Pass.class);
    for (Scanner other :
        List.of(
            new Scanner("Clair", "CoreOS", "v4.7"),
            new Scanner("Trivy", "Somebody", "v0.72.0"),
            new Scanner("Trivy", "Aqua Security", "v0.69.2"),
            new Scanner("Trivy", "Aqua Security", "v0.70.0-rc1"),
            new Scanner("Trivy", "Aqua Security", "dev"),
            new Scanner("Trivy", "Aqua Security", ""),
            new Scanner("", "", ""))) {
      ScanReport report =
          new ScanReport(
              other, Optional.of(YESTERDAY), Optional.empty(), Optional.empty(), List.of());
      assertThat(
              doubt(judge(trusting, FakeScans.known(WEB, new ScanState.Reported(report)))).tried())
          .contains("which the policy does not trust")
          .contains("Trivy of Aqua Security 0.69.3 or later");
    }
  }

  @Test
  void versionsAreComparedByNumbers() {
    ScannerSpec least = new ScannerSpec("Trivy", Optional.empty(), Optional.of("0.9"));
    assertThat(least.is(new Scanner("Trivy", "", "0.10.0"))).isTrue();
    assertThat(least.is(new Scanner("Trivy", "", "0.9.0"))).isTrue();
    assertThat(least.is(new Scanner("Trivy", "", "0.8.99"))).isFalse();
    assertThat(least.is(new Scanner("Trivy", "", "1"))).isTrue();
    ScannerSpec longer = new ScannerSpec("Trivy", Optional.empty(), Optional.of("0.9.1"));
    assertThat(longer.is(new Scanner("Trivy", "", "0.9"))).isFalse();
    assertThat(least.is(new Scanner("Trivy", "", "0.9"))).isTrue();
    assertThatThrownBy(() -> new ScannerSpec("Trivy", Optional.empty(), Optional.of("latest")))
        .isInstanceOf(InvalidField.class);
  }

  @Test
  void whatNobodyHasRatedMayBeTheWorst() {
    FakeFacts facts = reported(FakeScans.fixable("CVE-2026-0003", ScanSeverity.UNKNOWN));
    ScanPolicy policy = policy();
    policy.severity(Optional.of(ScanSeverity.CRITICAL));
    assertThat(only(judge(policy, facts)).problem()).contains("(not rated yet)");
    policy.unknown(Counts.IGNORE);
    assertThat(judge(policy, facts)).isInstanceOf(Outcome.Pass.class);
    policy.severity(Optional.empty());
    policy.cvss(Optional.of(CvssScore.parse("9.0")));
    assertThat(judge(policy, facts)).isInstanceOf(Outcome.Pass.class);
    policy.unknown(Counts.DENY);
    assertThat(judge(policy, facts)).isInstanceOf(Outcome.Fail.class);
  }

  @Test
  void theScoreCountsBesideTheSeverity() {
    Item low =
        FakeScans.item(
            "CVE-2026-0007",
            ScanSeverity.LOW,
            Optional.of("2"),
            Optional.of(CvssScore.parse("7.0")),
            false);
    ScanPolicy policy = policy();
    assertThat(judge(policy, reported(low))).isInstanceOf(Outcome.Pass.class);
    policy.cvss(Optional.of(CvssScore.parse("7.0")));
    assertThat(judge(policy, reported(low))).isInstanceOf(Outcome.Fail.class);
    policy.cvss(Optional.of(CvssScore.parse("7.1")));
    assertThat(judge(policy, reported(low))).isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void whatThePolicyAllowsEndsAtItsMoment() {
    ScanPolicy policy = policy();
    policy.allow(List.of(allowed("CVE-2026-0001", NOW.plusMillis(1))));
    Outcome outcome = judge(policy, reported(HIGH));
    assertThat(outcome).isInstanceOf(Outcome.Pass.class);
    assertThat(((Outcome.Pass) outcome).because().getFirst().statement())
        .endsWith("but what is allowed: CVE-2026-0001");
    policy.allow(List.of(allowed("CVE-2026-0001", NOW)));
    assertThat(only(judge(policy, reported(HIGH))).problem())
        .endsWith("; platform-security allowed it until 2026-11-25T12:00:00Z only");
  }

  @Test
  void idsAreMatchedExactly() {
    ScanPolicy policy = policy();
    for (String other : List.of("cve-2026-0001", "CVE-2026-00011", "CVE-2026-000")) {
      policy.allow(List.of(allowed(other, NOW.plusSeconds(60))));
      assertThat(judge(policy, reported(HIGH))).as(other).isInstanceOf(Outcome.Fail.class);
    }
  }

  @Test
  void whatIsDeniedByNameNoListHelps() {
    ScanPolicy policy = policy();
    policy.severity(Optional.empty());
    policy.onlyFixable(true);
    policy.deny(Set.of("CVE-2026-0002"));
    policy.projects(List.of(new ProjectListSpec("shop", ScanSeverity.CRITICAL)));
    FakeFacts facts = reported(FakeScans.unfixed("CVE-2026-0002", ScanSeverity.LOW), HIGH);
    facts.present(
        new ProjectAllowList("harbor.example.com", "shop"),
        new CveAllowList(Set.of("CVE-2026-0002"), Optional.empty()));
    assertThat(only(judge(policy, facts)).problem()).contains("CVE-2026-0002");
  }

  @Test
  void suppressionsOfTheScanCountOnlyIfThePolicySaysSo() {
    Item suppressed =
        FakeScans.item(
            "CVE-2026-0004", ScanSeverity.CRITICAL, Optional.of("2"), Optional.empty(), true);
    assertThat(only(judge(policy(), reported(suppressed))).problem())
        .endsWith("; whoever scanned has suppressed it");
    ScanPolicy accepting = policy();
    accepting.suppressed(Counts.IGNORE);
    assertThat(judge(accepting, reported(suppressed))).isInstanceOf(Outcome.Pass.class);
  }

  private static ScanPolicy withList(String project, ScanSeverity cap) {
    ScanPolicy policy = policy();
    policy.projects(List.of(new ProjectListSpec(project, cap)));
    return policy;
  }

  private static FakeFacts listing(FakeFacts facts, String project, Optional<Instant> until) {
    return facts.present(
        new ProjectAllowList("harbor.example.com", project),
        new CveAllowList(Set.of("CVE-2026-0001"), until));
  }

  @Test
  void aProjectsListCountsWhereThePolicyNamesItAndUpToItsCap() {
    FakeFacts facts = listing(reported(HIGH), "shop", Optional.empty());
    assertThat(judge(withList("shop", ScanSeverity.HIGH), facts)).isInstanceOf(Outcome.Pass.class);
    assertThat(judge(withList("shop", ScanSeverity.MEDIUM), facts))
        .isInstanceOf(Outcome.Fail.class);
    FakeFacts untouched = listing(reported(HIGH), "shop", Optional.empty());
    assertThat(judge(policy(), untouched)).isInstanceOf(Outcome.Fail.class);
    assertThat(untouched.asked())
        .as("without an entry it is not even read")
        .doesNotContain(new ProjectAllowList("harbor.example.com", "shop"));
  }

  @Test
  void theListOfAnotherProjectAllowsNothing() {
    FakeFacts facts = listing(reported(HIGH), "other", Optional.empty());
    assertThat(judge(withList("other", ScanSeverity.CRITICAL), facts))
        .isInstanceOf(Outcome.Fail.class);
    PinnedImage nested = image("harbor.example.com/other/shop/web", "0");
    FakeFacts below =
        listing(
            FakeScans.known(nested, new ScanState.Reported(FakeScans.of(YESTERDAY, HIGH))),
            "shop",
            Optional.empty());
    assertThat(
            CHECK.evaluate(
                Pods.of(nested.toString()), withList("shop", ScanSeverity.CRITICAL).made(), below))
        .isInstanceOf(Outcome.Fail.class);
  }

  @Test
  void aListThatHasEndedAllowsNothingThoughItsItemsAreStillThere() {
    assertThat(
            judge(
                withList("shop", ScanSeverity.HIGH),
                listing(reported(HIGH), "shop", Optional.of(NOW))))
        .isInstanceOf(Outcome.Fail.class);
    assertThat(
            judge(
                withList("shop", ScanSeverity.HIGH),
                listing(reported(HIGH), "shop", Optional.of(NOW.plusMillis(1)))))
        .isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void aListNeverAllowsWhatHasNoRating() {
    FakeFacts facts =
        listing(
            reported(FakeScans.fixable("CVE-2026-0001", ScanSeverity.UNKNOWN)),
            "shop",
            Optional.empty());
    assertThat(judge(withList("shop", ScanSeverity.CRITICAL), facts))
        .isInstanceOf(Outcome.Fail.class);
  }

  @Test
  void aListThatCannotBeReadIsADoubtAndNeverAPass() {
    FakeFacts facts =
        reported(HIGH)
            .unavailable(new ProjectAllowList("harbor.example.com", "shop"), Cause.UNREACHABLE);
    assertThat(doubt(judge(withList("shop", ScanSeverity.HIGH), facts)).cause())
        .isEqualTo(Cause.UNREACHABLE);
    FakeFacts worse =
        reported(HIGH, FakeScans.fixable("CVE-2026-0005", ScanSeverity.CRITICAL))
            .unavailable(new ProjectAllowList("harbor.example.com", "shop"), Cause.UNREACHABLE);
    assertThat(only(judge(withList("shop", ScanSeverity.HIGH), worse)).problem())
        .contains("CVE-2026-0005");
  }

  @Test
  void noDenialRestsOnARememberedListAlone() {
    ProjectAllowList key = new ProjectAllowList("harbor.example.com", "shop");
    FakeFacts facts = reported(HIGH).present(key, new CveAllowList(Set.of(), Optional.empty()));
    facts.recently(
        key,
        new Evidence.Present<>(new CveAllowList(Set.of("CVE-2026-0001"), Optional.empty()), NOW));
    assertThat(judge(withList("shop", ScanSeverity.HIGH), facts)).isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void noDenialRestsOnARememberedStateAlone() {
    FakeFacts facts = FakeScans.known(WEB, new ScanState.NotScanned());
    facts.recently(
        new Scan(WEB, ScanSource.HARBOR),
        new Evidence.Present<>(new ScanState.Reported(FakeScans.of(NOW)), NOW));
    assertThat(judge(policy(), facts)).isInstanceOf(Outcome.Pass.class);
  }

  private static FakeFacts index(ImageManifest.Child... children) {
    return FakeFacts.none()
        .present(new Manifest(WEB), new ImageManifest.Index(Bytes.EMPTY, "i", List.of(children)));
  }

  private static ImageManifest.Child child(PinnedImage image, String platform) {
    return new ImageManifest.Child(
        image.digest(),
        "application/vnd.oci.image.manifest.v1+json",
        Optional.of(platform)
            .filter(text -> !text.isEmpty())
            .map(text ->
                text.equals("unknown/unknown")
                    ? new Platform("unknown", "unknown", Optional.empty())
                    : Platform.parse(text)));
  }

  private static FakeFacts scanned(FakeFacts facts, PinnedImage image, ScanState state) {
    return facts.present(new Scan(image, ScanSource.HARBOR), state);
  }

  @Test
  void T28_ofAnIndexEachPartIsJudgedByItsOwnResult() {
    FakeFacts facts = index(child(AMD, "linux/amd64"), child(ARM, "linux/arm64"));
    scanned(facts, AMD, new ScanState.Reported(FakeScans.of(YESTERDAY)));
    scanned(facts, ARM, new ScanState.Failed(Optional.empty()));
    scanned(facts, WEB, new ScanState.Reported(FakeScans.of(YESTERDAY)));
    assertThat(doubt(judge(policy(), facts)).tried())
        .as("the overview of the index says Success though one part failed")
        .contains("the image for linux/arm64 has no result: its scan failed");
    assertThat(facts.asked()).doesNotContain(new Scan(WEB, ScanSource.HARBOR));
    scanned(facts, ARM, new ScanState.Reported(FakeScans.of(YESTERDAY, HIGH)));
    assertThat(only(judge(policy(), facts)).problem())
        .startsWith("the image for linux/arm64 has CVE-2026-0001");
  }

  @Test
  void platformsChooseThePartsAndWhatDoesNotSayItsPlatformIsJudged() {
    FakeFacts facts =
        index(
            child(AMD, "linux/amd64"),
            child(ARM, "linux/arm64/v8"),
            child(image("harbor.example.com/shop/web", "c"), "unknown/unknown"));
    scanned(facts, AMD, new ScanState.Reported(FakeScans.of(YESTERDAY)));
    ScanPolicy amd = policy();
    amd.platforms(List.of(Platform.parse("linux/amd64")));
    assertThat(judge(amd, facts)).isInstanceOf(Outcome.Pass.class);
    ScanPolicy arm = policy();
    arm.platforms(List.of(Platform.parse("linux/arm64")));
    scanned(facts, ARM, new ScanState.Reported(FakeScans.of(YESTERDAY, HIGH)));
    assertThat(judge(arm, facts)).isInstanceOf(Outcome.Fail.class);
    ScanPolicy other = policy();
    other.platforms(List.of(Platform.parse("linux/s390x")));
    assertThat(only(judge(other, facts)).problem()).contains("has no image for linux/s390x");

    FakeFacts silent = index(child(AMD, "linux/amd64"), child(ARM, ""));
    scanned(silent, AMD, new ScanState.Reported(FakeScans.of(YESTERDAY)));
    scanned(silent, ARM, new ScanState.Reported(FakeScans.of(YESTERDAY, HIGH)));
    assertThat(judge(amd, silent)).isInstanceOf(Outcome.Fail.class);
  }

  @Test
  void anIndexWithNothingThatCouldRunIsNoPass() {
    assertThat(judge(policy(), index(child(AMD, "unknown/unknown"))))
        .isInstanceOf(Outcome.Fail.class);
    assertThat(judge(policy(), index())).isInstanceOf(Outcome.Fail.class);
  }

  @Test
  void indexesInIndexesAreFollowedUpToABound() {
    ImageManifest.Child self =
        new ImageManifest.Child(
            WEB.digest(), "application/vnd.oci.image.index.v1+json", Optional.empty());
    assertThat(doubt(judge(policy(), index(self))).cause()).isEqualTo(Cause.TOO_LARGE);
    FakeFacts entangled = index(Collections.nCopies(64, self).toArray(ImageManifest.Child[]::new));
    assertThat(doubt(judge(policy(), entangled)).cause()).isEqualTo(Cause.TOO_LARGE);
    assertThat(entangled.asked()).as("and not 64 times 64 times 64").hasSizeLessThan(100);

    PinnedImage inner = image("harbor.example.com/shop/web", "d");
    FakeFacts facts =
        index(
            new ImageManifest.Child(
                inner.digest(), "application/vnd.oci.image.index.v1+json", Optional.empty()));
    facts.present(
        new Manifest(inner),
        new ImageManifest.Index(Bytes.EMPTY, "i", List.of(child(AMD, "linux/amd64"))));
    scanned(facts, AMD, new ScanState.Reported(FakeScans.of(YESTERDAY, HIGH)));
    assertThat(only(judge(policy(), facts)).problem()).startsWith("the image for linux/amd64");
  }

  @Test
  void moreThanSixtyFourPartsAreTooMany() {
    ImageManifest.Child[] many =
        IntStream.range(0, 65)
            .mapToObj(i ->
                new ImageManifest.Child(
                    Digest.parse("sha256:" + "%064x".formatted(i)), "m", Optional.empty()))
            .toArray(ImageManifest.Child[]::new);
    assertThat(doubt(judge(policy(), index(many))).cause()).isEqualTo(Cause.TOO_LARGE);
  }

  @Test
  void aTagIsJudgedByWhatItPointsAt() {
    ImageReference tagged = ImageReference.parse("harbor.example.com/shop/web:1");
    Subject pod = Pods.of(tagged.written());
    FakeFacts facts = reported(HIGH).present(new Resolution(tagged), WEB);
    assertThat(CHECK.evaluate(pod, policy().made(), facts)).isInstanceOf(Outcome.Fail.class);
    FakeFacts none = FakeFacts.none().absent(new Resolution(tagged));
    assertThat(only(CHECK.evaluate(pod, policy().made(), none)).problem()).contains("no such tag");
    assertThat(only(CHECK.evaluate(Pods.of("Not An Image"), policy().made(), none)).problem())
        .contains("is not an image reference");
  }

  @Test
  void anImageThatHarborDoesNotHaveIsNotScanned() {
    FakeFacts facts = reported().absent(new Scan(WEB, ScanSource.HARBOR));
    assertThat(doubt(judge(policy(), facts)).tried()).contains("is not in Harbor");
    FakeFacts gone = FakeFacts.none().absent(new Manifest(WEB));
    assertThat(only(judge(policy(), gone)).problem()).contains("no such digest");
  }

  @Test
  void aGivenReportNeedsNoRegistry() {
    ScanPolicy given = policy();
    given.source(ScanSource.REPORT);
    FakeFacts facts =
        FakeFacts.none()
            .present(
                new Scan(WEB, ScanSource.REPORT),
                new ScanState.Reported(FakeScans.of(YESTERDAY, HIGH)));
    assertThat(judge(given, facts)).isInstanceOf(Outcome.Fail.class);
    assertThat(facts.asked()).doesNotContain(new Manifest(WEB));
    FakeFacts none = reported().absent(new Scan(WEB, ScanSource.REPORT));
    assertThat(doubt(judge(given, none)).tried()).contains("no scan report among those");
  }

  @Test
  void distributionsWithoutSupportCountIfThePolicySaysSo() {
    ScanReport old = FakeScans.report(YESTERDAY, false);
    ScanPolicy policy = policy();
    policy.severity(Optional.empty());
    policy.endOfLife(Counts.DENY);
    assertThat(only(judge(policy, FakeScans.known(WEB, new ScanState.Reported(old)))).problem())
        .isEqualTo("the image is made of alpine 3.9.4, which gets no security updates any more");
  }

  @Test
  void textOfAReportCannotForgeLines() {
    Item forged =
        new Item(
            "CVE-2026-0001",
            "openssl\n\u001b[2Jadmitted",
            "1.1",
            Optional.empty(),
            ScanSeverity.CRITICAL,
            Optional.empty(),
            ScanReport.Status.AFFECTED,
            false);
    assertThat(only(judge(policy(), reported(forged))).problem()).doesNotContain("\n", "\u001b");
  }

  @Test
  void everyQuestionIsAskedAtOnceAndNothingIsDecidedBefore() {
    FakeFacts facts = index(child(AMD, "linux/amd64"), child(ARM, "linux/arm64"));
    assertThat(judge(policy(), facts)).isInstanceOf(Outcome.Unknown.class);
    assertThat(facts.asked())
        .contains(new Scan(AMD, ScanSource.HARBOR), new Scan(ARM, ScanSource.HARBOR));
  }

  @Test
  void parametersThatCannotBeMeantAreRefused() {
    ScanPolicy nothing = policy();
    nothing.severity(Optional.empty());
    assertThatThrownBy(nothing::made).hasMessageContaining("every result would pass");
    ScanPolicy twice = policy();
    twice.allow(List.of(allowed("CVE-2026-1", NOW), allowed("CVE-2026-1", NOW)));
    assertThatThrownBy(twice::made).hasMessageContaining("is there twice");
    ScanPolicy both = policy();
    both.allow(List.of(allowed("CVE-2026-1", NOW)));
    both.deny(Set.of("CVE-2026-1"));
    assertThatThrownBy(both::made).hasMessageContaining("which wins");
    ScanPolicy none = policy();
    none.severity(Optional.of(ScanSeverity.NONE));
    assertThatThrownBy(none::made).hasMessageContaining("not a severity to begin with");
    assertThatThrownBy(() -> allowed("CVE-2026-*", NOW)).hasMessageContaining("not the id");
    assertThatThrownBy(() -> new ProjectListSpec("shop/web", ScanSeverity.HIGH))
        .hasMessageContaining("not the name of a Harbor project");
    assertThatThrownBy(() -> new ProjectListSpec("shop", ScanSeverity.NONE))
        .hasMessageContaining("would allow nothing");
    assertThatThrownBy(() -> ScanFrom.parse("habror")).hasMessageContaining("did you mean harbor");
    for (String bad : List.of("", "11", "10.1", "7,5", "-1", "7.55", "NaN")) {
      assertThatThrownBy(() -> CvssScore.parse(bad)).as(bad).isInstanceOf(BadValue.class);
    }
  }
}
