package dev.tidegate.check;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.AdmittedUnscanned;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.ScanState;
import dev.tidegate.evidence.Unscanned;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Images of a proxy cache that nobody has pulled yet: no scan can be there before the first pod, so
 * waiting for one would never end. Either they are refused with the way out, or they are let
 * through for a while that begins once for a namespace and image, and ends whatever happens.
 */
final class ScanLater {
  /** How much a moment that was remembered may be ahead of the clock, which somebody may set. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final ImageScan.Parameters parameters;
  private final String namespace;
  private final Facts facts;

  ScanLater(ImageScan.Parameters parameters, String namespace, Facts facts) {
    this.parameters = parameters;
    this.namespace = namespace;
    this.facts = facts;
  }

  /** What follows. */
  sealed interface Said {
    /** Nothing: it is no matter of a proxy cache. */
    record Nothing() implements Said {}

    /** It may not run, and waiting does not help. */
    record Refused(ScanTexts.Problem problem) implements Said {}

    /** It may run until then (exclusive). */
    record Tolerated(ScanFindings.Told told) implements Said {}

    /** Since when it is tolerated cannot be known. */
    record Unclear(Doubt doubt) implements Said {}
  }

  private boolean admits() {
    return parameters.proxyCache() == ImageScan.ProxyCache.ADMIT_THEN_RECHECK;
  }

  /** Asks for what may be needed, so that it is gathered together with the scan. */
  void ask(PinnedImage image) {
    if (admits()) {
      var _ = facts.get(new AdmittedUnscanned(namespace, image));
    }
  }

  /** What to say of {@code part}, which has no result that counts but {@code state}. */
  Said of(ScanJudging.Part part, ScanState state) {
    boolean absent = state instanceof ScanState.NotCached;
    if (!absent
        && !(admits()
            && (state instanceof ScanState.NotScanned || state instanceof ScanState.UnderWay))) {
      return new Said.Nothing();
    }
    if (!admits()) {
      return new Said.Refused(ScanTexts.notCached(part));
    }
    Instant now = facts.now();
    return switch (facts.get(new AdmittedUnscanned(namespace, part.image()))) {
      case Evidence.Present<Unscanned>(Unscanned first, var at) ->
          now.isBefore(first.since().plus(parameters.recheckTime()))
                  && !first.since().isAfter(now.plus(SKEW))
              ? tolerated(part, state, first.since().plus(parameters.recheckTime()))
              : new Said.Refused(ScanTexts.neverScanned(part, state, first.since(), parameters));
      // What is there already came by somebody's pull, and can be scanned before it runs.
      case Evidence.Absent<Unscanned> never ->
          absent ? tolerated(part, state, now.plus(parameters.recheckTime())) : new Said.Nothing();
      case Evidence.Unavailable<Unscanned>(Doubt doubt) ->
          absent ? new Said.Unclear(doubt) : new Said.Nothing();
    };
  }

  private Said tolerated(ScanJudging.Part part, ScanState state, Instant until) {
    ScanFindings.Told told = ScanTexts.scannedLater(part, state);
    return new Said.Tolerated(
        new ScanFindings.Told(
            Severity.MEDIUM,
            "let through without a scan, for "
                + ScanGrace.left(facts.now(), until)
                + ": "
                + told.what()
                + "; refused from "
                + until
                + " on if it has no scan by then",
            told.fix(),
            Optional.of(until)));
  }
}
