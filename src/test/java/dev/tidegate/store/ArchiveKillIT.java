package dev.tidegate.store;

import static dev.tidegate.store.StoreFixture.image;
import static dev.tidegate.store.StoreFixture.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.model.PinnedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes is killed at random moments: the file opens again, and says no falsehood.
 */
class ArchiveKillIT {
  private static final int TIMES = Integer.getInteger("tidegate.chaos", 12);

  @TempDir Path directory;

  /** Writes records until it is killed; says how many it has put. */
  public static void main(String[] args) {
    StoreFixture world = new StoreFixture();
    Archive archive = archive(Path.of(args[0]), world);
    for (int i = 0; ; i++) {
      archive.put(
          new Slot(tag("t" + i % 5000), "kill"),
          new Evidence.Present<>(image(tag("t" + i % 5000)), world.now()));
      if (i % 100 == 0) {
        System.out.println(i);
      }
    }
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
  void killedWhileWriting() throws IOException, InterruptedException {
    Path file = directory.resolve("evidence.db");
    Random random = new Random(9);
    int found = 0;
    for (int time = 0; time < TIMES; time++) {
      Process writer =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "-Xmx128m",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ArchiveKillIT.class.getName(),
                  file.toString())
              .redirectErrorStream(true)
              .start();
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
        int until = 5 + random.nextInt(200);
        for (int i = 0; i < until && lines.readLine() != null; i++) {}
      } finally {
        writer.destroyForcibly().waitFor();
      }
      StoreFixture world = new StoreFixture();
      Archive archive = archive(file, world);
      await().until(archive::usable);
      for (int i = 0; i < 5000; i += 50) {
        Optional<Evidence.Present<?>> record = archive.find(new Slot(tag("t" + i), "kill"));
        if (record.isPresent()) {
          found++;
          assertThat((PinnedImage) record.get().value()).isEqualTo(image(tag("t" + i)));
        }
      }
      archive.close();
      assertThat(world.events).noneMatch(event -> event.startsWith("FORGED"));
    }
    assertThat(found).isPositive();
  }
}
