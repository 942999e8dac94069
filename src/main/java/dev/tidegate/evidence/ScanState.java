package dev.tidegate.evidence;

import dev.tidegate.model.PlainText;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known about the scan of one image. Only {@link Reported} is a result of now; a scan that
 * is under way, failed or was stopped, and an image that is not there any more, may have a last
 * good report beside it, which the scanner's side does not show any more.
 */
public sealed interface ScanState extends Weighed {

  /** The report that can be judged: of now, or the last good one. */
  default Optional<ScanReport> report() {
    return Optional.empty();
  }

  @Override
  default int weight() {
    return 200 + report().map(ScanReport::weight).orElse(0);
  }

  /** This state, with {@code report} as the last good one where it has a place for one. */
  default ScanState withLastGood(ScanReport report) {
    return this;
  }

  /** Scanned, and here is the report. */
  record Reported(ScanReport result) implements ScanState {
    public Reported {
      Objects.requireNonNull(result);
    }

    @Override
    public Optional<ScanReport> report() {
      return Optional.of(result);
    }
  }

  /** Never scanned. */
  record NotScanned() implements ScanState {}

  /**
   * A scan is waiting or running; the result of the one before is withdrawn meanwhile.
   *
   * @param running whether it has begun
   */
  record UnderWay(boolean running, Optional<ScanReport> report) implements ScanState {
    public UnderWay {
      Objects.requireNonNull(report);
    }

    @Override
    public ScanState withLastGood(ScanReport last) {
      return new UnderWay(running, Optional.of(last));
    }
  }

  /** Somebody stopped the scan. */
  record Stopped(Optional<ScanReport> report) implements ScanState {
    public Stopped {
      Objects.requireNonNull(report);
    }

    @Override
    public ScanState withLastGood(ScanReport last) {
      return new Stopped(Optional.of(last));
    }
  }

  /** The scanner failed. */
  record Failed(Optional<ScanReport> report) implements ScanState {
    public Failed {
      Objects.requireNonNull(report);
    }

    @Override
    public ScanState withLastGood(ScanReport last) {
      return new Failed(Optional.of(last));
    }
  }

  /**
   * It is in a project that only passes on what another registry has, which has not got it yet, or
   * has dropped it again: whoever pulls it next brings it there. So nobody can scan it before.
   */
  record NotCached(Optional<ScanReport> report) implements ScanState {
    public NotCached {
      Objects.requireNonNull(report);
    }

    @Override
    public ScanState withLastGood(ScanReport last) {
      return new NotCached(Optional.of(last));
    }
  }

  /** The scanner cannot scan things of this kind, or there is no scanner. */
  record Unsupported() implements ScanState {}

  /**
   * A scan is said to have succeeded, but its report is not there ({@code 200 {}}): this never
   * means that nothing was found.
   */
  record WithoutReport() implements ScanState {}

  /** A list of contents was made, but vulnerabilities were never looked for. */
  record SbomOnly() implements ScanState {}

  /**
   * The scanner's side says something that is not understood.
   *
   * @param what the word
   */
  record Strange(String what) implements ScanState {
    public Strange {
      what = PlainText.of(what, 100);
    }
  }
}
