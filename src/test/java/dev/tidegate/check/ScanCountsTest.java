package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.ImageScan.Parameters;
import dev.tidegate.evidence.CvssScore;
import dev.tidegate.evidence.EvidenceKey.PassedBefore;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.Passage;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.FakeScans;
import dev.tidegate.testkit.ScanPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a vulnerability, and the data it was looked for with, begin to count. */
class ScanCountsTest {
  private static final Instant NOW = FakeFacts.NOW;
  private static final Instant BEFORE = NOW.minus(Duration.ofDays(3));
  private static final Instant FOUND = NOW.minus(Duration.ofDays(2));
  private static final Duration WEEK = Duration.ofDays(7);
  private static final PinnedImage WEB =
      new PinnedImage(
          ImageReference.parse("harbor.example.com/shop/web:1").repository(),
          Digest.parse("sha256:" + "0".repeat(64)));

  private static Parameters fromHigh() {
    return new ScanPolicy().made();
  }

  private static Parameters fixableFromHigh() {
    return new ScanPolicy().onlyFixable(true).made();
  }

  private static FakeFacts known(ScanReport report) {
    return FakeScans.known(WEB, new ScanState.Reported(report));
  }

  private static Outcome judge(Parameters policy, FakeFacts facts) {
    return new ImageScan().evaluate(Pods.of(WEB.toString()), policy, facts);
  }

  private static List<Finding> findings(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Fail.class);
    return ((Outcome.Fail) outcome).findings();
  }

  private static Item[] high(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> FakeScans.fixable("CVE-2026-1%03d".formatted(i), ScanSeverity.HIGH))
        .toArray(Item[]::new);
  }

  @Test
  void whatHasNoFixCountsUnlessThePolicyAsksForFixesOnly() {
    FakeFacts unfixed =
        known(FakeScans.of(FOUND, FakeScans.unfixed("CVE-2026-0001", ScanSeverity.CRITICAL)));
    assertThat(judge(fromHigh(), unfixed)).isInstanceOf(Outcome.Fail.class);
    assertThat(judge(fixableFromHigh(), unfixed)).isInstanceOf(Outcome.Pass.class);
    assertThat(judge(fixableFromHigh(), known(FakeScans.of(FOUND, high(0, 1)))))
        .isInstanceOf(Outcome.Fail.class);
  }

  @ParameterizedTest
  @EnumSource(ScanSeverity.class)
  void theLeastSeverityItselfCounts(ScanSeverity severity) {
    boolean counts =
        severity == ScanSeverity.UNKNOWN // as the policy says
            || severity.compareTo(ScanSeverity.HIGH) >= 0;
    assertThat(
            judge(fromHigh(), known(FakeScans.of(FOUND, FakeScans.fixable("CVE-1", severity))))
                instanceof Outcome.Fail)
        .isEqualTo(counts);
  }

  @ParameterizedTest
  @CsvSource({"6.9, false", "7.0, true", "7.1, true"})
  void theLeastScoreItselfCounts(String score, boolean counts) {
    Item item =
        FakeScans.item(
            "CVE-1",
            ScanSeverity.LOW,
            Optional.empty(),
            Optional.of(CvssScore.parse(score)),
            false);
    Parameters fromSeven =
        new ScanPolicy()
            .severity(Optional.empty())
            .cvss(Optional.of(CvssScore.parse("7.0")))
            .made();
    assertThat(judge(fromSeven, known(FakeScans.of(FOUND, item))) instanceof Outcome.Fail)
        .isEqualTo(counts);
  }

  @Test
  void theAgeOfTheScannersDataIsInclusive() {
    Duration most = Duration.ofDays(2);
    Parameters aged = new ScanPolicy().maxDatabaseAge(Optional.of(most)).made();
    Instant oldest = NOW.minus(most);
    assertThat(judge(aged, known(FakeScans.of(FOUND).withDatabase(oldest))))
        .isInstanceOf(Outcome.Pass.class);
    Outcome older = judge(aged, known(FakeScans.of(FOUND).withDatabase(oldest.minusMillis(1))));
    assertThat(older).isInstanceOf(Outcome.Unknown.class);
    Doubt doubt = ((Outcome.Unknown) older).doubts().getFirst();
    assertThat(doubt.cause()).isEqualTo(Cause.NOT_SCANNED);
    assertThat(doubt.tried()).contains("older than the 2 days that the policy accepts");
  }

  @Test
  void tenAreToldWithoutARest() {
    assertThat(findings(judge(fromHigh(), known(FakeScans.of(FOUND, high(0, 10)))))).hasSize(10);
    assertThat(findings(judge(fromHigh(), known(FakeScans.of(FOUND, high(0, 11)))))).hasSize(11);
  }

  /** What is told as "more" is tolerated only if each of it is. */
  @Test
  void aRestInWhichOneCountsIsNotTolerated() {
    Item[] old = high(0, 11);
    List<Item> all = new ArrayList<>(List.of(old));
    all.addAll(List.of(high(100, 1)));
    ScanReport report =
        FakeScans.of(FOUND, all.toArray(Item[]::new)).after(FakeScans.of(BEFORE, old));
    List<Finding> findings = findings(judge(grace(), passedBefore(known(report))));
    assertThat(findings).hasSize(11);
    assertThat(findings).allSatisfy(one -> assertThat(one.owingUntil()).isEmpty());
  }

  @Test
  void aRestOfWhichAllIsNewIsTolerated() {
    ScanReport report = FakeScans.of(FOUND, high(0, 12)).after(FakeScans.of(BEFORE));
    List<Finding> findings = findings(judge(grace(), passedBefore(known(report))));
    assertThat(findings).hasSize(11);
    assertThat(findings).allSatisfy(one -> assertThat(one.owingUntil()).contains(FOUND.plus(WEEK)));
  }

  private static Parameters grace() {
    return new ScanPolicy().grace(WEEK).made();
  }

  /** {@code facts}, and that the image passed when there was nothing in it. */
  private static FakeFacts passedBefore(FakeFacts facts) {
    Outcome passes = judge(grace(), known(FakeScans.of(FOUND)));
    String demands = ((Outcome.Pass) passes).passed().getFirst().demands();
    return facts.present(
        new PassedBefore(demands, Pods.of(WEB.toString()).namespace(), WEB), new Passage(BEFORE));
  }

  @Test
  void aTagThatCannotBeResolvedIsADoubtAndNeverAPass() {
    ImageReference tagged = ImageReference.parse("harbor.example.com/shop/web:1");
    Outcome outcome =
        new ImageScan()
            .evaluate(
                Pods.of(tagged.written()),
                fromHigh(),
                FakeFacts.none().unavailable(new Resolution(tagged), Cause.UNREACHABLE));
    assertThat(outcome).isInstanceOf(Outcome.Unknown.class);
    assertThat(((Outcome.Unknown) outcome).doubts())
        .extracting(Doubt::cause)
        .containsExactly(Cause.UNREACHABLE);
  }
}
