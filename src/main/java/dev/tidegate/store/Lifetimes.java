package dev.tidegate.store;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.ScanState;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * How long answers may be used, by kind of question and answer: the one table of it. All are
 * measured by a clock that nobody sets.
 *
 * @param soft evidence about an image that is older is renewed in the background while it is used
 * @param hard evidence about an image that is older is not used
 * @param absent how long it is remembered that there is none
 * @param unavailable how long it is remembered that something could not be known, unless the other
 *     side said when to try again
 */
public record Lifetimes(Duration soft, Duration hard, Duration absent, Duration unavailable) {
  /** The usual ones. */
  public static final Lifetimes USUAL =
      new Lifetimes(
          Duration.ofHours(1), Duration.ofHours(24), Duration.ofSeconds(10), Duration.ofSeconds(5));

  /** For what was read because the informers may be behind: at most one read per two seconds. */
  private static final Duration NEWS = Duration.ofSeconds(2);

  private static final Duration NO_NEWS = Duration.ofSeconds(1);

  /** Scans find new things in old images; without a callback they are looked at this often. */
  private static final Duration SCANS = Duration.ofMinutes(5);

  /** How long it is remembered that an image passed; longer than any grace. */
  private static final Duration PASSAGES = Duration.ofDays(400);

  /** How long it is remembered since when something is let through without a scan. */
  private static final Duration UNSCANNED = Duration.ofDays(30);

  /** Longest that another side may keep us from asking again. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  public Lifetimes {
    for (Duration one : new Duration[] {soft, hard, absent, unavailable}) {
      Objects.requireNonNull(one);
      if (one.isNegative() || one.isZero()) {
        throw new IllegalArgumentException("a lifetime is longer than nothing");
      }
    }
    if (soft.compareTo(hard) > 0) {
      throw new IllegalArgumentException("soft is not longer than hard");
    }
  }

  /** How long {@code evidence} may answer {@code key}. */
  Duration hard(EvidenceKey<?> key, Evidence<?> evidence, Instant now) {
    if (evidence instanceof Evidence.Unavailable<?>(var doubt)) {
      Duration usual = aboutImage(key) ? unavailable : NO_NEWS;
      return doubt
          .retryAt()
          .map(at -> Duration.between(now, at))
          .filter(wait -> wait.compareTo(usual) > 0)
          .map(wait -> wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait)
          .orElse(usual);
    }
    if (key instanceof EvidenceKey.PassedBefore && evidence instanceof Evidence.Present<?>) {
      return PASSAGES;
    }
    if (key instanceof EvidenceKey.AdmittedUnscanned && evidence instanceof Evidence.Present<?>) {
      return UNSCANNED;
    }
    if (!aboutImage(key)) {
      return NEWS;
    }
    // A scan that is not there, or under way, is soon another.
    boolean passing =
        evidence instanceof Evidence.Present<?>(ScanState state, var at)
            && !(state instanceof ScanState.Reported);
    return passing || evidence instanceof Evidence.Absent<?> ? absent : hard;
  }

  /** From what age on {@code key} is asked again while it is used; empty when it never is. */
  Optional<Duration> soft(EvidenceKey<?> key) {
    // What a tag points at is asked for every use or by age; renewing it by itself would help
    // nobody.
    return switch (key) {
      case EvidenceKey.Resolution tag -> Optional.empty();
      case EvidenceKey.Scan scan -> Optional.of(soft.compareTo(SCANS) < 0 ? soft : SCANS);
      case EvidenceKey.ProjectAllowList list ->
          Optional.of(soft.compareTo(SCANS) < 0 ? soft : SCANS);
      default -> aboutImage(key) ? Optional.of(soft) : Optional.empty();
    };
  }

  private static boolean aboutImage(EvidenceKey<?> key) {
    return switch (key) {
      case EvidenceKey.Resolution tag -> true;
      case EvidenceKey.Manifest manifest -> true;
      case EvidenceKey.Config config -> true;
      case EvidenceKey.Signatures signatures -> true;
      case EvidenceKey.Scan scan -> true;
      case EvidenceKey.ProjectAllowList list -> true;
      case EvidenceKey.PassedBefore passage -> false;
      case EvidenceKey.AdmittedUnscanned admitted -> false;
      case EvidenceKey.NamespaceLabels labels -> false;
      case EvidenceKey.IsolationNow isolation -> false;
      case EvidenceKey.Live<?> live -> false;
      case EvidenceKey.Derived<?> derived -> false;
    };
  }
}
