package dev.tidegate.evidence;

import java.util.Locale;

/**
 * How bad a scanner says a vulnerability is, least first. What nobody has rated yet comes first in
 * the order, but is not harmless: whoever compares has to decide about it by itself.
 */
public enum ScanSeverity {
  /** Known, but nobody has rated it yet. */
  UNKNOWN("Unknown"),
  /** Rated as no problem. */
  NONE("None"),
  /** Rated as hardly a problem. */
  NEGLIGIBLE("Negligible"),
  LOW("Low"),
  MEDIUM("Medium"),
  HIGH("High"),
  CRITICAL("Critical");

  private final String word;

  ScanSeverity(String word) {
    this.word = word;
  }

  /**
   * The severity that a report calls {@code text}, in whatever case; without a text it is unknown.
   * A word that nobody knows counts as the worst, as in Harbor itself.
   */
  public static ScanSeverity of(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "", "unknown" -> UNKNOWN;
      case "none" -> NONE;
      case "negligible" -> NEGLIGIBLE;
      case "low" -> LOW;
      case "medium" -> MEDIUM;
      case "high" -> HIGH;
      default -> CRITICAL;
    };
  }

  /** Whether it is {@code threshold} or worse; what is not rated is not. */
  public boolean atLeast(ScanSeverity threshold) {
    return this != UNKNOWN && compareTo(threshold) >= 0;
  }

  /** The word in policies and reports. */
  @Override
  public String toString() {
    return word;
  }
}
