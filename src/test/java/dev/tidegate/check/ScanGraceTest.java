package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.ImageScan.Parameters;
import dev.tidegate.evidence.EvidenceKey.PassedBefore;
import dev.tidegate.evidence.Passage;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.evidence.ScanReport.Scanner;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Passed;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.FakeScans;
import dev.tidegate.testkit.ScanPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is found in images that passed before: the attacks on it first. */
class ScanGraceTest {
  private static final Instant NOW = FakeFacts.NOW;
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Instant FOUND = NOW.minus(Duration.ofDays(2));
  private static final Instant BEFORE = NOW.minus(Duration.ofDays(3));
  private static final PinnedImage WEB =
      new PinnedImage(
          ImageReference.parse("harbor.example.com/shop/web:1").repository(),
          Digest.parse("sha256:" + "0".repeat(64)));
  private static final Item HIGH = FakeScans.fixable("CVE-2026-0001", ScanSeverity.HIGH);
  private static final Item LOW = FakeScans.fixable("CVE-2026-0007", ScanSeverity.LOW);

  private static Parameters policy(ScanSeverity from, Duration grace, String... denied) {
    return new ScanPolicy().severity(Optional.of(from)).deny(Set.of(denied)).grace(grace).made();
  }

  private static final Parameters POLICY = policy(ScanSeverity.HIGH, WEEK);

  /** A report of {@code FOUND} with {@code items}, of which only {@code old} were there before. */
  private static ScanReport report(List<Item> old, Item... items) {
    return FakeScans.of(FOUND, items).after(FakeScans.of(BEFORE, old.toArray(Item[]::new)));
  }

  private static FakeFacts known(ScanReport report) {
    return FakeScans.known(WEB, new ScanState.Reported(report));
  }

  /** The demands of {@code policy}, as what passes says them. */
  private static PassedBefore key(Parameters policy) {
    Outcome passes =
        new ImageScan().evaluate(Pods.of(WEB.toString()), policy, known(report(List.of())));
    Passed passed = ((Outcome.Pass) passes).passed().getFirst();
    assertThat(passed.image()).isEqualTo(WEB);
    assertThat(passed.asOf()).isEqualTo(FOUND);
    return new PassedBefore(passed.demands(), Pods.of(WEB.toString()).namespace(), WEB);
  }

  private static Outcome judge(Parameters policy, FakeFacts facts) {
    return new ImageScan().evaluate(Pods.of(WEB.toString()), policy, facts);
  }

  private static List<Finding> findings(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Fail.class);
    return ((Outcome.Fail) outcome).findings();
  }

  private static FakeFacts passed(FakeFacts facts, Instant asOf) {
    return facts.present(key(POLICY), new Passage(asOf));
  }

  @Test
  void whatIsNewIsToleratedWhereTheImagePassedBeforeWithACountdown() {
    Finding finding =
        findings(judge(POLICY, passed(known(report(List.of(), HIGH)), BEFORE))).getFirst();
    assertThat(finding.owingUntil()).contains(FOUND.plus(WEEK));
    assertThat(finding.problem())
        .isEqualTo(
            "tolerated 5 more days: the image has CVE-2026-0001 (High) in openssl 1.1, fixed in"
                + " 1.2; tolerated until 2026-11-30T12:00:00Z");
  }

  @Test
  void withoutHavingPassedNothingIsTolerated() {
    FakeFacts never = known(report(List.of(), HIGH)).absent(key(POLICY));
    assertThat(findings(judge(POLICY, never)).getFirst().owingUntil()).isEmpty();
  }

  @Test
  void whatWasThereWhenItPassedIsNotTolerated() {
    // For instance because an entry of the allow list has ended since.
    FakeFacts old = passed(known(report(List.of(HIGH), HIGH)), BEFORE);
    assertThat(findings(judge(POLICY, old)).getFirst().owingUntil()).isEmpty();
    FakeFacts late = passed(known(report(List.of(), HIGH)), FOUND);
    assertThat(findings(judge(POLICY, late)).getFirst().owingUntil()).isEmpty();
  }

  @Test
  void underOtherDemandsNothingHasPassed() {
    Parameters stricter = policy(ScanSeverity.LOW, WEEK);
    assertThat(key(stricter)).isNotEqualTo(key(POLICY));
    FakeFacts facts = passed(known(report(List.of(), HIGH)), BEFORE).absent(key(stricter));
    assertThat(findings(judge(stricter, facts)).getFirst().owingUntil()).isEmpty();
  }

  @Test
  void theGraceEndsAtItsMoment() {
    Duration twoDays = Duration.ofDays(2);
    FakeFacts facts = passed(known(report(List.of(), HIGH)), BEFORE);
    assertThat(findings(judge(policy(ScanSeverity.HIGH, twoDays), facts)).getFirst().owingUntil())
        .isEmpty();
    assertThat(
            findings(judge(policy(ScanSeverity.HIGH, twoDays.plusSeconds(1)), facts))
                .getFirst()
                .owingUntil())
        .isPresent();
    assertThat(
            findings(judge(policy(ScanSeverity.HIGH, Duration.ZERO), facts))
                .getFirst()
                .owingUntil())
        .isEmpty();
  }

  @Test
  void aScanFromTheFutureGivesNoGrace() {
    Instant future = NOW.plus(Duration.ofDays(1));
    ScanReport report = FakeScans.of(FOUND, HIGH);
    ScanReport stretched =
        new ScanReport(
            report.scanner(),
            report.scanned(),
            Optional.empty(),
            Optional.empty(),
            FakeScans.of(future, HIGH).after(FakeScans.of(BEFORE)).items());
    assertThat(findings(judge(POLICY, passed(known(stretched), BEFORE))).getFirst().owingUntil())
        .isEmpty();
  }

  @Test
  void whatIsDeniedByNameIsNotTolerated() {
    Parameters denying = policy(ScanSeverity.HIGH, WEEK, HIGH.id());
    assertThat(
            findings(judge(denying, passed(known(report(List.of(), HIGH)), BEFORE)))
                .getFirst()
                .owingUntil())
        .isEmpty();
  }

  @Test
  void whatCannotBeKnownIsADoubtBesideTheFinding() {
    FakeFacts facts = known(report(List.of(), HIGH)).unavailable(key(POLICY), Cause.OVERLOADED);
    Outcome.Fail fail = (Outcome.Fail) judge(POLICY, facts);
    assertThat(fail.findings().getFirst().owingUntil()).isEmpty();
    assertThat(fail.doubts()).hasSize(1);
  }

  @Test
  void whatStopsTheImageComesFirstAndTheRestIsToleratedOnlyTogether() {
    Item old = FakeScans.fixable("CVE-2026-9999", ScanSeverity.HIGH);
    Item[] items =
        IntStream.range(0, 13)
            .mapToObj(i ->
                i == 0
                    ? old
                    : FakeScans.fixable("CVE-2026-01%02d".formatted(i), ScanSeverity.CRITICAL))
            .toArray(Item[]::new);
    List<Finding> found =
        findings(judge(POLICY, passed(known(report(List.of(old), items)), BEFORE)));
    assertThat(found).hasSize(11);
    assertThat(found.getFirst().problem()).contains("CVE-2026-9999");
    assertThat(found.getFirst().owingUntil()).isEmpty();
    assertThat(found.subList(1, 11)).allMatch(finding -> finding.owingUntil().isPresent());
  }

  @Test
  void onlyAPolicyWithGraceHasSomethingRemembered() {
    FakeFacts clean = known(report(List.of(), LOW));
    assertThat(((Outcome.Pass) judge(POLICY, clean)).passed()).hasSize(1);
    assertThat(((Outcome.Pass) judge(policy(ScanSeverity.HIGH, Duration.ZERO), clean)).passed())
        .isEmpty();
  }

  @Test
  void sinceWhenAnItemIsThereIsKnownOnlyFromTwoScansOfOneScanner() {
    ScanReport first = FakeScans.of(BEFORE, HIGH);
    assertThat(first.items().getFirst().since()).isEmpty();
    ScanReport second = FakeScans.of(FOUND, HIGH, LOW).after(first);
    assertThat(second.items().stream().map(Item::since))
        .containsExactly(Optional.empty(), Optional.of(FOUND));
    ScanReport third = FakeScans.of(NOW, HIGH, LOW).after(second);
    assertThat(third.items().stream().map(Item::since))
        .containsExactly(Optional.empty(), Optional.of(FOUND));
    // Worse, or with a fix that was not there: it reads differently, so it is new.
    Item worse = FakeScans.fixable(LOW.id(), ScanSeverity.HIGH);
    assertThat(FakeScans.of(NOW.plusSeconds(1), worse).after(third).items().getFirst().since())
        .contains(NOW.plusSeconds(1));
    ScanReport foreign =
        new ScanReport(
            new Scanner("Other", "", ""),
            Optional.of(NOW),
            Optional.empty(),
            Optional.empty(),
            List.of(HIGH, LOW));
    assertThat(foreign.after(third).items().stream().map(Item::since))
        .containsOnly(Optional.empty());
    assertThat(FakeScans.of(BEFORE, HIGH, LOW).after(first).items().getLast().since()).isEmpty();
  }
}
