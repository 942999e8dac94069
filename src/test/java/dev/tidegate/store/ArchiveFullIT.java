package dev.tidegate.store;

import static dev.tidegate.store.StoreFixture.image;
import static dev.tidegate.store.StoreFixture.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.model.PinnedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process whose files may not grow beyond a limit of the operating system (RLIMIT_FSIZE), so that
 * its writes really fail: it goes on without the file, says so, and what is in the file is true.
 */
@DisabledOnOs(OS.WINDOWS)
class ArchiveFullIT {
  /** In blocks, which POSIX has as 512 bytes; some shells count in 1024. */
  private static final int LIMIT_BLOCKS = 4096;

  private static final int RECORDS = 40_000;

  @TempDir Path directory;

  /** Writes until the file is full, then asks for what it has put; tells what came of it. */
  public static void main(String[] args) throws InterruptedException {
    StoreFixture world = new StoreFixture();
    Archive archive = archive(Path.of(args[0]), world);
    await().atMost(Duration.ofSeconds(60)).until(archive::usable);
    int put = 0;
    while (put < RECORDS && archive.usable()) {
      archive.put(slot(put), new Evidence.Present<>(image(tag("t" + put)), world.now()));
      if (++put % 500 == 0) {
        TimeUnit.MILLISECONDS.sleep(20); // the queue is bounded, and this is not about that
      }
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> !archive.usable());
    System.out.println("UNUSABLE after " + put);
    System.out.println("FIND " + archive.find(slot(0)).isPresent());
    archive.put(slot(0), new Evidence.Present<>(image(tag("t0")), world.now()));
    long from = System.nanoTime();
    archive.close();
    System.out.println(
        "CLOSED "
            + (Duration.ofNanos(System.nanoTime() - from).compareTo(Duration.ofSeconds(20)) < 0));
    world.events.forEach(event -> System.out.println("EVENT " + event));
    System.exit(0);
  }

  private static Slot slot(int number) {
    return new Slot(tag("t" + number), "full");
  }

  private static Archive archive(Path file, StoreFixture world) {
    return Archive.at(
        file,
        1L << 30,
        StoreFixture.SEALS,
        List.of(new StoreFixture.Codec(1)),
        System::nanoTime,
        world.listener);
  }

  @Test
  void aFullDiskCostsTheFileAndNothingElse() throws IOException, InterruptedException {
    Path file = directory.resolve("evidence.db");
    Path log = directory.resolve("log");
    Process writer =
        new ProcessBuilder(
                "sh",
                "-c",
                // Without the signal: the call fails instead, as on a full disk.
                "trap '' XFSZ; ulimit -f " + LIMIT_BLOCKS + " && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                ArchiveFullIT.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = writer.waitFor(3, TimeUnit.MINUTES);
    writer.destroyForcibly();
    String told = Files.readString(log, StandardCharsets.UTF_8);
    assertThat(ended).as(told).isTrue();
    assertThat(writer.waitFor()).as(told).isZero();
    assertThat(told)
        .contains("UNUSABLE after", "FIND false", "CLOSED true")
        .containsPattern("EVENT UNUSABLE .*(?i)(too large|zu groß|writing|not write)")
        .doesNotContain("EVENT FORGED", "Exception in thread");
    assertThat(Files.size(file)).isLessThanOrEqualTo(LIMIT_BLOCKS * 1024L);

    StoreFixture world = new StoreFixture();
    Archive again = archive(file, world);
    await().until(again::usable);
    int found = 0;
    for (int i = 0; i < RECORDS; i += 20) {
      Optional<Evidence.Present<?>> record = again.find(slot(i));
      if (record.isPresent()) {
        found++;
        assertThat((PinnedImage) record.get().value()).isEqualTo(image(tag("t" + i)));
      }
    }
    again.put(slot(0), new Evidence.Present<>(image(tag("t0")), world.now()));
    again.close();
    assertThat(found).as("what was written before the disk was full").isPositive();
    assertThat(world.events).noneMatch(event -> event.startsWith("FORGED"));
  }
}
