package dev.tidegate.store;

import static dev.tidegate.store.StoreFixture.image;
import static dev.tidegate.store.StoreFixture.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceStore.Wanted;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file under the store: it may make the gate slower, and never wrong. */
class ArchiveTest {
  private static final long MOST = 64L << 20;

  @TempDir Path directory;

  private final StoreFixture world = new StoreFixture();

  private Path file() {
    return directory.resolve("evidence.db");
  }

  private Archive archive(Seals seals, int schema) {
    return Archive.at(
        file(),
        MOST,
        seals,
        List.of(new StoreFixture.Codec(schema)),
        world.nanos::get,
        world.listener);
  }

  private VerdictStore open() {
    return open(StoreFixture.SEALS, 1);
  }

  private VerdictStore open(Seals seals, int schema) {
    Archive archive = archive(seals, schema);
    await()
        .until(() ->
            archive.usable()
                || world.events.stream().anyMatch(event -> event.startsWith("UNUSABLE")));
    return world.store(Runnable::run, Optional.of(archive));
  }

  private static void gather(VerdictStore store, Resolution key) {
    assertThat(store.gather(Set.of(new Wanted(key, Instant.MIN)))).isCompleted();
  }

  private static @Nullable Evidence<PinnedImage> known(VerdictStore store, Resolution key) {
    gather(store, key);
    return store.peek(key);
  }

  private void fill(int tags) {
    VerdictStore store = open();
    for (int i = 0; i < tags; i++) {
      gather(store, tag("t" + i));
    }
    store.close();
    world.asked.set(0);
    world.events.clear();
  }

  private void registryIsDown() {
    world.answer.set(key -> new Evidence.Unavailable<>(Doubt.of(Cause.UNREACHABLE, "down")));
  }

  @Test
  void whatWasLearntIsKnownAfterARestartWithoutAsking() {
    fill(100);
    VerdictStore store = open();
    for (int i = 0; i < 100; i++) {
      assertThat(known(store, tag("t" + i)))
          .isEqualTo(new Evidence.Present<>(image(tag("t" + i)), world.now()));
    }
    assertThat(world.asked).hasValue(0);
    assertThat(store.stats().fromArchive()).isEqualTo(100);
    store.close();
  }

  @Test
  void ageCountsOverARestart() {
    fill(1);
    world.pass(Duration.ofHours(23));
    VerdictStore store = open();
    assertThat(known(store, tag("t0"))).isInstanceOf(Evidence.Present.class);
    assertThat(world.asked).hasValue(0);
    world.pass(Duration.ofHours(1));
    registryIsDown();
    assertThat(known(store, tag("t0"))).isInstanceOf(Evidence.Unavailable.class);
    store.close();
  }

  @Test
  void whatIsFromTheFutureIsNotUsed() {
    fill(1);
    world.setClock(Duration.ofHours(-1));
    VerdictStore store = open();
    known(store, tag("t0"));
    assertThat(world.asked).as("nobody knows how old it is").hasValue(1);
    store.close();
  }

  @Test
  void whoeverWantsNewsAsksAndFindsTheOldOneIfThatFails() {
    fill(1);
    VerdictStore store = open();
    registryIsDown();
    world.pass(Duration.ofMinutes(5));
    Instant now = world.now();
    assertThat(store.gather(Set.of(new Wanted(tag("t0"), now)))).isCompleted();
    assertThat(store.peek(tag("t0"), now)).isInstanceOf(Evidence.Unavailable.class);
    assertThat(store.peek(tag("t0"))).isInstanceOf(Evidence.Present.class);
    store.close();
  }

  @Test
  void anotherKeyOfTheSealIsAMissAndAnAlarmUntilItIsAddedAgain() {
    fill(1);
    Seals other = Seals.parse("ffffffffffffffffffffffffffffffff");
    VerdictStore store = open(other, 1);
    known(store, tag("t0"));
    assertThat(world.asked).hasValue(1);
    assertThat(world.events).anyMatch(event -> event.startsWith("FORGED"));
    store.close();
  }

  @Test
  void keysRotate() {
    fill(1);
    VerdictStore store =
        open(
            Seals.parse("ffffffffffffffffffffffffffffffff\n0123456789abcdef0123456789abcdef\n"), 1);
    assertThat(known(store, tag("t0"))).isInstanceOf(Evidence.Present.class);
    assertThat(world.asked).hasValue(0);
    store.close();
  }

  @Test
  void anotherSchemaAndAnotherCredentialAreMisses() {
    fill(1);
    VerdictStore newer = open(StoreFixture.SEALS, 2);
    known(newer, tag("t0"));
    assertThat(world.asked).hasValue(1);
    newer.close();
    world.access.set("registry as somebody else");
    VerdictStore other = open();
    known(other, tag("t0"));
    assertThat(world.asked).hasValue(2);
    other.close();
  }

  @Test
  void onlyItsOwnerMayReadTheFile() throws IOException {
    fill(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  /** CVE-2024-51491: a cache that could not be written turned into a denial. */
  @Test
  void T37_aFileThatCannotBeUsedMakesItSlowerAndNeverWrong() throws IOException {
    Files.createDirectory(file());
    VerdictStore store = open();
    assertThat(known(store, tag("t0"))).isEqualTo(world.pinned(tag("t0")));
    assertThat(store.stats().archiveUsable()).isFalse();
    store.close();
  }

  @Test
  void T37_aFileThatAnotherProcessHoldsIsTriedAgainLater() throws IOException {
    fill(1);
    VerdictStore store;
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      assertThat(held.isValid()).isTrue();
      store = open();
      assertThat(known(store, tag("t0"))).isInstanceOf(Evidence.Present.class);
      assertThat(world.asked).hasValue(1);
    }
    world.pass(Duration.ofSeconds(31));
    await().until(() -> store.stats().archiveUsable());
    store.close();
  }

  @Test
  void aDamagedFileIsPutAsideAndANewOneIsBegun() throws IOException {
    Files.writeString(file(), "this is no store at all\n".repeat(1000));
    VerdictStore store = open();
    assertThat(known(store, tag("t0"))).isInstanceOf(Evidence.Present.class);
    await().until(() -> store.stats().archiveUsable());
    assertThat(directory.resolve("evidence.db.broken")).exists();
    assertThat(world.events).anyMatch(event -> event.startsWith("SET_ASIDE"));
    store.close();
  }

  @Test
  void aDirectoryThatVanishesOrAFileThatIsDeletedLosesNothingButTime() throws IOException {
    VerdictStore store = open();
    gather(store, tag("t0"));
    Files.delete(file());
    gather(store, tag("t1"));
    assertThat(store.peek(tag("t0"))).isInstanceOf(Evidence.Present.class);
    assertThat(store.peek(tag("t1"))).isInstanceOf(Evidence.Present.class);
    store.close();
  }

  /** Bytes flip anywhere in the file: each record is right or missing, and nothing dies. */
  @Test
  void flippedBytesNeverGiveAWrongAnswer() throws IOException {
    fill(200);
    byte[] good = Files.readAllBytes(file());
    Random random = new Random(37);
    int right = 0;
    for (int round = 0; round < 60; round++) {
      byte[] bad = good.clone();
      int flips = 1 + random.nextInt(400);
      for (int i = 0; i < flips; i++) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(file(), bad);
      world.events.clear();
      // A registry that says something else shows which answers came from the file.
      PinnedImage other = image(tag("other"));
      world.answer.set(key -> new Evidence.Present<>(other, world.now()));
      VerdictStore store = open();
      for (int i = 0; i < 200; i += 20) {
        PinnedImage value = value(known(store, tag("t" + i)));
        assertThat(value).isIn(image(tag("t" + i)), other);
        right += value.equals(other) ? 0 : 1;
      }
      store.close();
    }
    assertThat(right).as("the test must not only see files that are wholly broken").isPositive();
  }

  private static PinnedImage value(@Nullable Evidence<PinnedImage> answer) {
    if (answer instanceof Evidence.Present<PinnedImage> present) {
      return present.value();
    }
    throw new AssertionError("not known: " + answer);
  }
}
