package dev.tidegate.admission.http;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as Go's {@code time.Duration} writes them: the API server's {@code ?timeout=}. Positive
 * ones only.
 */
final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,10}(?:\\.\\d{1,9})?)(ns|us|µs|ms|s|m|h)");
  private static final int LONGEST = 40;

  private GoDuration() {}

  /** The duration that {@code text} means; empty if it means none, or nothing. */
  static Optional<Duration> parse(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher part = PART.matcher(text);
    BigDecimal nanos = BigDecimal.ZERO;
    int at = 0;
    while (at < text.length()) {
      if (!part.find(at) || part.start() != at) {
        return Optional.empty();
      }
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit(part.group(2))));
      at = part.end();
    }
    BigDecimal most = BigDecimal.valueOf(Long.MAX_VALUE);
    return nanos.signum() <= 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanos.min(most).longValue()));
  }

  private static BigDecimal unit(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "ns" -> 1L;
          case "us", "µs" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> throw new IllegalArgumentException(unit);
        });
  }
}
