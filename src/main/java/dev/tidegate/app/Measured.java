package dev.tidegate.app;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.model.Ticker;
import java.time.Duration;
import java.util.Locale;

/**
 * A source whose questions are counted and timed.
 *
 * @param source what is really asked
 */
record Measured<K extends EvidenceKey.Fetched<T>, T>(
    EvidenceSource<K, T> source, Metrics metrics, Ticker ticker) implements EvidenceSource<K, T> {
  /** {@code source}, counted and timed by {@code metrics}. */
  static <K extends EvidenceKey.Fetched<T>, T> EvidenceSource<K, T> by(
      Metrics metrics, Ticker ticker, EvidenceSource<K, T> source) {
    return new Measured<>(source, metrics, ticker);
  }

  @Override
  public Class<K> serves() {
    return source.serves();
  }

  @Override
  public String access(K key) {
    return source.access(key);
  }

  @Override
  public Evidence<T> obtain(K key, Errand errand) throws InterruptedException {
    long asked = ticker.read();
    Evidence<T> answer = source.obtain(key, errand);
    String outcome =
        switch (answer) {
          case Evidence.Present<T> present -> "present";
          case Evidence.Absent<T> absent -> "absent";
          case Evidence.Unavailable<T> unavailable ->
              unavailable.doubt().cause().name().toLowerCase(Locale.ROOT);
        };
    metrics.obtained(serves().getSimpleName(), outcome, Duration.ofNanos(ticker.read() - asked));
    return answer;
  }
}
