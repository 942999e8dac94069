package dev.tidegate.harbor;

import dev.tidegate.evidence.CvssScore;
import dev.tidegate.evidence.ScanReport;
import dev.tidegate.evidence.ScanReport.Item;
import dev.tidegate.evidence.ScanReport.Status;
import dev.tidegate.evidence.ScanSeverity;
import dev.tidegate.model.BadValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The items of one report while it is read. */
final class Items {
  private final ScanReport.Texts texts = new ScanReport.Texts();
  private final List<Item> items = new ArrayList<>();

  /** The scores that one source gives, by version of CVSS; 0 and missing are the same. */
  record Scores(@Nullable Double v2, @Nullable Double v3, @Nullable Double v4) {}

  void add(
      @Nullable String id,
      @Nullable String name,
      @Nullable String installed,
      @Nullable String fixed,
      @Nullable String severity,
      @Nullable String status,
      Iterable<Scores> scores,
      boolean suppressed) {
    if (id == null || id.isBlank()) {
      throw new BadValue(
          "a vulnerability of the report has no id, so nobody can judge it",
          "scan again, and report it to the scanner's maker if it stays so");
    }
    if (items.size() == ScanReport.MOST_ITEMS) {
      throw new BadValue(
          "the report has more than " + ScanReport.MOST_ITEMS + " vulnerabilities",
          "make a smaller image, or several");
    }
    items.add(
        new Item(
            text(id),
            text(name),
            text(installed),
            Optional.ofNullable(fixed).map(String::strip).filter(f -> !f.isEmpty()).map(this::text),
            ScanSeverity.of(severity == null ? "" : severity),
            score(scores),
            status(status),
            suppressed));
  }

  private String text(@Nullable String text) {
    return text == null ? "" : texts.shared(text);
  }

  List<Item> all() {
    return items;
  }

  /** The highest score that anybody gives, of versions 3 and 4 if there is one, else of 2. */
  private static Optional<CvssScore> score(Iterable<Scores> scores) {
    double now = 0;
    double old = 0;
    for (Scores one : scores) {
      now = Math.max(now, Math.max(value(one.v3()), value(one.v4())));
      old = Math.max(old, value(one.v2()));
    }
    return CvssScore.of(now > 0 ? now : old);
  }

  /** What is above the scale is no score. */
  private static double value(@Nullable Double score) {
    return score == null || !(score <= 10) ? 0 : score;
  }

  private static Status status(@Nullable String text) {
    return switch (text == null ? "" : text.toLowerCase(Locale.ROOT)) {
      case "not_affected" -> Status.NOT_AFFECTED;
      case "affected" -> Status.AFFECTED;
      case "fixed" -> Status.FIXED;
      case "under_investigation" -> Status.UNDER_INVESTIGATION;
      case "will_not_fix" -> Status.WILL_NOT_FIX;
      case "fix_deferred" -> Status.FIX_DEFERRED;
      case "end_of_life" -> Status.END_OF_LIFE;
      default -> Status.UNKNOWN;
    };
  }

  /**
   * The moment that is written as {@code text}; empty when there is none, or Go's zero time, which
   * means the same.
   */
  static Optional<Instant> moment(@Nullable String text, String what) {
    if (text == null || text.isEmpty() || text.startsWith("0001-01-01")) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException broken) {
      throw new BadValue(
          what + " " + dev.tidegate.model.PlainText.quote(text) + " is not a moment",
          "send it in RFC 3339, for instance 2026-11-25T12:00:00Z");
    }
  }
}
