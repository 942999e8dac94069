package dev.tidegate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidegate.evidence.EvidenceCodec;
import dev.tidegate.evidence.EvidenceKey.AdmittedUnscanned;
import dev.tidegate.evidence.Unscanned;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gate remembers of its own past, found again by asking which there are. */
class OwnMomentsTest {
  private static final AdmittedUnscanned KEY =
      new AdmittedUnscanned(
          "shop",
          new PinnedImage(
              ImageReference.parse("harbor.example.com:8443/hub/library/web:1").repository(),
              StoreFixture.digest("web")));
  private static final Unscanned VALUE =
      new Unscanned(
          StoreFixture.START,
          StoreFixture.START.plus(Duration.ofHours(1)),
          "Deployment web front",
          true);

  @TempDir Path directory;

  @SuppressWarnings("unchecked") // the codec that serves a class serves its keys
  private static EvidenceCodec<AdmittedUnscanned, Unscanned> codec() {
    return (EvidenceCodec<AdmittedUnscanned, Unscanned>)
        OwnMoments.codecs().stream()
            .filter(codec -> codec.serves() == AdmittedUnscanned.class)
            .findFirst()
            .orElseThrow();
  }

  @Test
  void keysAndValuesAreReadAsTheyWereWritten() throws EvidenceCodec.Damaged {
    assertThat(codec().key(codec().name(KEY))).contains(KEY);
    assertThat(codec().decode(KEY, codec().encode(VALUE))).isEqualTo(VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "shop",
        "shop ",
        "shop harbor.example.com/hub/web:1",
        "shop web@sha256:1"
      })
  void whatNamesNoKeyIsNone(String name) {
    assertThat(codec().key(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "2026-11-25T12:00:00Z", "a b open Pod web", "2026-11-25T12:00:00Z x told P"})
  void whatIsNoValueIsDamaged(String text) {
    assertThatThrownBy(() -> codec().decode(KEY, text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(EvidenceCodec.Damaged.class);
  }

  @Test
  void theFileTellsWhichThereAreAndASealWhetherItIsSo() {
    StoreFixture world = new StoreFixture();
    Path file = directory.resolve("store");
    try (Archive archive = archive(file, StoreFixture.SEALS, world);
        VerdictStore store = world.store(Runnable::run, Optional.of(archive))) {
      store.remember(KEY, VALUE);
    }
    world.pass(Duration.ofSeconds(1));
    try (Archive archive = archive(file, StoreFixture.SEALS, world);
        VerdictStore store = world.store(Runnable::run, Optional.of(archive))) {
      assertThat(kept(store)).containsExactly(KEY);
      assertThat(store.kept(AdmittedUnscanned.class, 0)).contains(List.of());
      assertThat(store.knows(KEY)).isTrue();
    }
    Seals others = Seals.parse("fedcba9876543210fedcba9876543210");
    try (Archive archive = archive(file, others, world);
        VerdictStore store = world.store(Runnable::run, Optional.of(archive))) {
      assertThat(kept(store)).containsExactly(KEY);
      assertThat(store.knows(KEY)).as("sealed by nobody whom we know").isFalse();
    }
    try (VerdictStore store = world.store(Runnable::run, Optional.empty())) {
      assertThat(store.kept(AdmittedUnscanned.class, 9)).as("no file").contains(List.of());
    }
  }

  private static List<AdmittedUnscanned> kept(VerdictStore store) {
    await().until(() -> store.kept(AdmittedUnscanned.class, 9).isPresent());
    return store.kept(AdmittedUnscanned.class, 9).orElseThrow();
  }

  private static Archive archive(Path file, Seals seals, StoreFixture world) {
    return Archive.at(file, 1 << 20, seals, OwnMoments.codecs(), System::nanoTime, world.listener);
  }
}
