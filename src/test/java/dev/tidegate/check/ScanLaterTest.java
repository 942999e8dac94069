package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.check.ImageScan.NotScanned;
import dev.tidegate.check.ImageScan.Parameters;
import dev.tidegate.check.ImageScan.ProxyCache;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.AdmittedUnscanned;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.evidence.Unscanned;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Platform;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.FakeScans;
import dev.tidegate.testkit.ScanPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Images that their proxy cache has not got yet: the attacks on the way in first. */
class ScanLaterTest {
  private static final Instant NOW = FakeFacts.NOW;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final PinnedImage WEB = image("0");
  private static final AdmittedUnscanned KEY =
      new AdmittedUnscanned(Pods.of(WEB.toString()).namespace(), WEB);
  private static final ScanState NOT_CACHED = new ScanState.NotCached(Optional.empty());

  private static Unscanned first(Instant since) {
    return new Unscanned(since, since.plus(HOUR), "Pod web", false);
  }

  private static PinnedImage image(String digit) {
    return new PinnedImage(
        ImageReference.parse("harbor.example.com/hub/web:1").repository(),
        Digest.parse("sha256:" + digit.repeat(64)));
  }

  private static Parameters policy(
      ScanSource source, NotScanned notScanned, ProxyCache proxyCache, Optional<Duration> within) {
    return new ScanPolicy()
        .source(source)
        .maxAge(Optional.of(Duration.ofDays(7)))
        .notScanned(notScanned)
        .proxyCache(proxyCache)
        .recheckWithin(within)
        .made();
  }

  private static Parameters policy(NotScanned notScanned, ProxyCache proxyCache) {
    return policy(ScanSource.HARBOR, notScanned, proxyCache, Optional.empty());
  }

  private static final Parameters DENY = policy(NotScanned.WAIT, ProxyCache.DENY);
  private static final Parameters RECHECK = policy(NotScanned.WAIT, ProxyCache.ADMIT_THEN_RECHECK);

  private static FakeFacts known(ScanState state) {
    return FakeScans.known(WEB, state);
  }

  private static FakeFacts first(ScanState state) {
    return known(state).absent(KEY);
  }

  private static FakeFacts since(Instant since, ScanState state) {
    return known(state).present(KEY, first(since));
  }

  private static Outcome judge(Parameters policy, FakeFacts facts) {
    return new ImageScan().evaluate(Pods.of(WEB.toString()), policy, facts);
  }

  private static Finding only(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Fail.class);
    Outcome.Fail fail = (Outcome.Fail) outcome;
    assertThat(fail.findings()).hasSize(1);
    assertThat(fail.doubts()).isEmpty();
    return fail.findings().getFirst();
  }

  @Test
  void withoutAWordInThePolicyItIsRefusedAtOnceAndTheTextSaysWhatHelps() {
    for (NotScanned notScanned : NotScanned.values()) {
      Finding finding = only(judge(policy(notScanned, ProxyCache.DENY), known(NOT_CACHED)));
      assertThat(finding.owingUntil()).isEmpty();
      assertThat(finding.unscanned()).isEmpty();
      assertThat(finding.problem())
          .isEqualTo(
              "the image was not pulled through its proxy cache yet, so nobody could scan it");
      assertThat(finding.fix())
          .isEqualTo(
              "pull it through Harbor (crane pull "
                  + WEB
                  + " image.tar), scan it there, then apply again, or have proxyCache:"
                  + " admitThenRecheck set in the policy");
    }
  }

  @Test
  void admittedItOwesItsScanUntilTheTimeIsOver() {
    Finding finding = only(judge(RECHECK, first(NOT_CACHED)));
    assertThat(finding.owingUntil()).contains(NOW.plus(HOUR));
    assertThat(finding.unscanned()).contains(WEB);
    assertThat(finding.problem())
        .isEqualTo(
            "let through without a scan, for 1 more hour: the image is not in its proxy cache yet;"
                + " refused from 2026-11-25T13:00:00Z on if it has no scan by then");
  }

  @Test
  void theTimeCountsFromTheFirstPodAndEndsAtItsMoment() {
    Instant first = NOW.minus(HOUR);
    assertThat(only(judge(RECHECK, since(first.plusNanos(1), NOT_CACHED))).owingUntil())
        .contains(NOW.plusNanos(1));
    Finding over = only(judge(RECHECK, since(first, NOT_CACHED)));
    assertThat(over.owingUntil()).isEmpty();
    assertThat(over.problem())
        .isEqualTo(
            "the image was let through without a scan from 2026-11-25T11:00:00Z on, for the 1 hour"
                + " that the policy grants, and is not in its proxy cache yet");
    assertThat(over.fix()).contains("crane pull " + WEB);
    Parameters longer =
        policy(
            ScanSource.HARBOR,
            NotScanned.WAIT,
            ProxyCache.ADMIT_THEN_RECHECK,
            Optional.of(Duration.ofHours(24)));
    assertThat(only(judge(longer, since(first, NOT_CACHED))).owingUntil()).isPresent();
  }

  @Test
  void onceCachedItMayWaitForItsScanButNoLonger() {
    for (ScanState state :
        List.of(
            new ScanState.NotScanned(),
            new ScanState.UnderWay(false, Optional.empty()),
            new ScanState.UnderWay(true, Optional.empty()))) {
      assertThat(only(judge(RECHECK, since(NOW.minusSeconds(60), state))).unscanned())
          .contains(WEB);
      Finding over = only(judge(RECHECK, since(NOW.minus(HOUR), state)));
      assertThat(over.owingUntil()).isEmpty();
      assertThat(over.fix()).contains("scan it in Harbor");
    }
  }

  @Test
  void whatWasNeverAdmittedBeforeItWasCachedWaitsForItsScanLikeAnyOther() {
    for (ScanState state :
        List.of(new ScanState.NotScanned(), new ScanState.UnderWay(true, Optional.empty()))) {
      assertThat(judge(RECHECK, first(state))).isInstanceOf(Outcome.Unknown.class);
    }
  }

  @Test
  void aScanThatCameToNothingIsNotToleratedLonger() {
    for (ScanState state :
        List.of(
            new ScanState.Failed(Optional.empty()),
            new ScanState.Stopped(Optional.empty()),
            new ScanState.WithoutReport(),
            new ScanState.SbomOnly(),
            new ScanState.Strange("x"))) {
      assertThat(judge(RECHECK, since(NOW.minusSeconds(60), state)))
          .as(state.toString())
          .isInstanceOf(Outcome.Unknown.class);
    }
    assertThat(
            only(judge(RECHECK, since(NOW.minusSeconds(60), new ScanState.Unsupported())))
                .owingUntil())
        .isEmpty();
  }

  /** Deleted from an ordinary project, or never there: Harbor says that it is no proxy cache. */
  @Test
  void whatIsNotInHarborIsNeverTolerated() {
    FakeFacts absent =
        since(NOW.minusSeconds(60), NOT_CACHED).absent(new Scan(WEB, ScanSource.HARBOR));
    assertThat(judge(RECHECK, absent)).isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void aHarborThatFailsIsNoProxyCache() {
    for (Cause cause : List.of(Cause.UNREACHABLE, Cause.SERVER_ERROR, Cause.FORBIDDEN)) {
      FakeFacts down =
          since(NOW.minusSeconds(60), NOT_CACHED)
              .unavailable(new Scan(WEB, ScanSource.HARBOR), cause);
      assertThat(judge(RECHECK, down)).isInstanceOf(Outcome.Unknown.class);
    }
  }

  @Test
  void whatWasNotThereAWhileAgoIsAskedForAnew() {
    ScanReport bad = FakeScans.of(NOW, FakeScans.fixable("CVE-2026-0001", ScanSeverity.HIGH));
    FakeFacts facts =
        first(NOT_CACHED)
            .recently(
                new Scan(WEB, ScanSource.HARBOR),
                new Evidence.Present<>(new ScanState.Reported(bad), NOW));
    assertThat(only(judge(RECHECK, facts)).problem()).contains("CVE-2026-0001");
  }

  /** Who may delete from the cache, or waits until it is cleaned, must not get in by that. */
  @Test
  void whatTheLastScanFoundCountsThoughTheImageIsNotThereAnyMore() {
    ScanReport bad =
        FakeScans.of(NOW.minusSeconds(60), FakeScans.fixable("CVE-2026-0001", ScanSeverity.HIGH));
    Finding found = only(judge(RECHECK, first(new ScanState.NotCached(Optional.of(bad)))));
    assertThat(found.problem()).contains("CVE-2026-0001");
    assertThat(found.owingUntil()).isEmpty();

    ScanReport old =
        FakeScans.of(
            NOW.minus(Duration.ofDays(8)), FakeScans.fixable("CVE-2026-0001", ScanSeverity.HIGH));
    Outcome.Fail both =
        (Outcome.Fail) judge(RECHECK, first(new ScanState.NotCached(Optional.of(old))));
    assertThat(both.findings()).anyMatch(finding -> finding.owingUntil().isEmpty());
  }

  @Test
  void aGoodScanCountsThoughTheImageIsNotThereAnyMoreAndAgesLikeAnyOther() {
    ScanReport good = FakeScans.of(NOW.minus(Duration.ofDays(6)));
    assertThat(judge(DENY, known(new ScanState.NotCached(Optional.of(good)))))
        .isInstanceOf(Outcome.Pass.class);
    ScanReport old = FakeScans.of(NOW.minus(Duration.ofDays(8)));
    assertThat(only(judge(DENY, known(new ScanState.NotCached(Optional.of(old))))).fix())
        .contains("pull it through Harbor");
    assertThat(only(judge(RECHECK, first(new ScanState.NotCached(Optional.of(old))))).unscanned())
        .contains(WEB);
  }

  @Test
  void sinceWhenIsNotKnownMeansThatItIsNotDecided() {
    FakeFacts facts = known(NOT_CACHED).unavailable(KEY, Cause.OVERLOADED);
    assertThat(judge(RECHECK, facts)).isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void aClockThatWasSetBackStretchesNothing() {
    assertThat(only(judge(RECHECK, since(NOW.plus(Duration.ofDays(300)), NOT_CACHED))).owingUntil())
        .isEmpty();
  }

  @Test
  void anotherNamespacesTimeIsItsOwn() {
    FakeFacts facts =
        first(NOT_CACHED)
            .present(new AdmittedUnscanned("elsewhere", WEB), first(NOW.minus(Duration.ofDays(2))));
    assertThat(only(judge(RECHECK, facts)).owingUntil()).contains(NOW.plus(HOUR));
  }

  @Test
  void aPartThatNoNodePullsIsNamedWithThePolicysField() {
    PinnedImage arm = image("b");
    FakeFacts facts =
        FakeFacts.none()
            .present(
                new Manifest(WEB),
                new ImageManifest.Index(
                    Bytes.EMPTY,
                    "index",
                    List.of(
                        new ImageManifest.Child(
                            arm.digest(), "m", Optional.of(Platform.parse("linux/arm64"))))))
            .present(new Scan(arm, ScanSource.HARBOR), NOT_CACHED);
    assertThat(only(judge(DENY, facts)).fix())
        .contains("where no node runs linux/arm64, have the policy's platforms say so");
  }

  @Test
  void aFieldThatWouldDoNothingIsAnError() {
    assertThatThrownBy(
            () -> policy(ScanSource.HARBOR, NotScanned.WAIT, ProxyCache.DENY, Optional.of(HOUR)))
        .isInstanceOf(InvalidField.class);
    assertThatThrownBy(() ->
            policy(
                ScanSource.REPORT,
                NotScanned.WAIT,
                ProxyCache.ADMIT_THEN_RECHECK,
                Optional.empty()))
        .isInstanceOf(InvalidField.class);
    for (Duration time :
        List.of(
            Duration.ZERO,
            Duration.ofSeconds(59),
            Duration.ofHours(24).plusSeconds(1),
            HOUR.negated())) {
      assertThatThrownBy(() ->
              policy(
                  ScanSource.HARBOR,
                  NotScanned.WAIT,
                  ProxyCache.ADMIT_THEN_RECHECK,
                  Optional.of(time)))
          .isInstanceOf(InvalidField.class);
    }
  }
}
