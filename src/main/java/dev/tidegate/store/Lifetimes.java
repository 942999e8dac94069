package dev.tidegate.store;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import java.time.Duration;

/** How long an answer may be used, by kind of question and answer: the one table of it. */
final class Lifetimes {
  private Lifetimes() {}

  /** The time for which {@code evidence} answers {@code key}. */
  static Duration of(EvidenceKey<?> key, Evidence<?> evidence) {
    return switch (key) {
      // Informers answer for namespaces that they know; this is for one that they have not heard of
      // yet.
      case EvidenceKey.NamespaceLabels labels -> ofNews(evidence);
      case EvidenceKey.IsolationNow isolation -> ofNews(evidence);
      case EvidenceKey.Resolution tag -> ofNews(evidence);
      case EvidenceKey.Manifest manifest -> ofNews(evidence);
      case EvidenceKey.Config config -> ofNews(evidence);
      case EvidenceKey.Signatures signatures -> ofNews(evidence);
      case EvidenceKey.Scan scan -> ofNews(evidence);
      case EvidenceKey.ProjectAllowList list -> ofNews(evidence);
      case EvidenceKey.Live<?> live -> Duration.ZERO;
      case EvidenceKey.Derived<?> derived -> Duration.ofHours(1);
    };
  }

  /** For what was read because the informers may be behind: at most one read per two seconds. */
  private static Duration ofNews(Evidence<?> evidence) {
    return switch (evidence) {
      case Evidence.Present<?> present -> Duration.ofSeconds(2);
      case Evidence.Absent<?> absent -> Duration.ofSeconds(2);
      case Evidence.Unavailable<?> unavailable -> Duration.ofSeconds(1);
    };
  }
}
