package dev.tidegate.engine;

import static dev.tidegate.engine.Fixtures.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceStore;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.ImageReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AskingTest {
  private static final Resolution TAG = new Resolution(ImageReference.parse("good.io/shop/web:1"));

  /** Knows that a tag is absent, as of {@link Fixtures#NOW} less an hour. */
  private static final class HourOld implements EvidenceStore {
    private final List<Instant> asked = new ArrayList<>();

    @Override
    public <T> @Nullable Evidence<T> peek(EvidenceKey<T> key, Instant notBefore) {
      asked.add(notBefore);
      Instant obtained = NOW.minus(Duration.ofHours(1));
      return obtained.isBefore(notBefore) ? null : new Evidence.Absent<>(obtained);
    }

    @Override
    public CompletableFuture<Void> gather(Set<Wanted> wanted) {
      return new CompletableFuture<>();
    }
  }

  private final HourOld store = new HourOld();
  private final Asking facts =
      new Asking(
          store,
          NOW,
          NOW.plusSeconds(5),
          Duration.ofSeconds(30),
          Doubt.of(Cause.NOT_GATHERED, "not gathered yet"));

  @Test
  void anAgeIsCountedBackFromWhenTheRequestCame() {
    assertThat(facts.asOf(TAG, Duration.ofHours(1))).isInstanceOf(Evidence.Absent.class);
    assertThat(facts.missing()).isEmpty();
    assertThat(store.asked).containsExactly(NOW.minus(Duration.ofHours(1)));
  }

  @Test
  void whatIsOlderThanTheAgeIsMissing() {
    Duration younger = Duration.ofHours(1).minusNanos(1);
    assertThat(facts.asOf(TAG, younger)).isInstanceOf(Evidence.Unavailable.class);
    assertThat(facts.missing()).containsExactly(new EvidenceStore.Wanted(TAG, NOW.minus(younger)));
  }

  @Test
  void withoutAnAgeAnythingThatIsRememberedCounts() {
    assertThat(facts.get(TAG)).isInstanceOf(Evidence.Absent.class);
    assertThat(store.asked).containsExactly(Instant.MIN);
  }

  @Test
  void checksAreToldTheAgeOfTagsAndTheMomentOfJudging() {
    assertThat(facts.tagAge()).isEqualTo(Duration.ofSeconds(30));
    assertThat(facts.now()).isEqualTo(NOW.plusSeconds(5));
  }
}
