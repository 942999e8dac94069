package dev.tidegate.admission.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
  private final TimeLimits limits = new TimeLimits(Duration.ofSeconds(10), Duration.ofSeconds(1));

  @ParameterizedTest
  @CsvSource({
    "5s, PT5S",
    "1m30s, PT1M30S",
    "1.5s, PT1.5S",
    "250ms, PT0.25S",
    "10us, PT0.00001S",
    "10µs, PT0.00001S",
    "7ns, PT0.000000007S",
    "1h0m0.5s, PT1H0.5S"
  })
  void readsWhatGoWrites(String text, Duration expected) {
    assertThat(GoDuration.parse(text)).hasValue(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-5s", "0s", "5 s", "5s ", "5x", "1e9s", "..5s", "5s5"})
  void anythingElseIsNone(String text) {
    assertThat(GoDuration.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"5s, PT4S", "2s, PT1S", "1s, PT0.5S", "100ms, PT0.5S", "1h, PT29S", "x, PT9S"})
  void theDeadlineKeepsTheReserveAndItsBounds(String timeout, Duration left) {
    assertThat(limits.of(timeout).judging()).isEqualTo(left);
  }

  @Test
  void withoutATimeoutTheFallbackCounts() {
    assertThat(limits.of(null).judging()).isEqualTo(Duration.ofSeconds(9));
    assertThat(limits.of(null).answer()).isEqualTo(Duration.ofMillis(9_500));
  }

  @Test
  void aReserveBelowOneSecondIsRefused() {
    assertThatThrownBy(() -> new TimeLimits(Duration.ofSeconds(5), Duration.ofMillis(900)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
