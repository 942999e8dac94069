package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyDirectoryTest {
  @TempDir Path directory;

  private void version(String version) throws IOException {
    Path files = Files.createDirectory(directory.resolve(".." + version));
    for (String name : List.of("a.yaml", "b.yaml", "c.yaml")) {
      Files.writeString(files.resolve(name), version);
    }
  }

  private void swapTo(String version) throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of(".." + version));
    Files.move(
        link,
        directory.resolve("..data"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void filesOfTwoVersionsAreNeverMixed() throws Exception {
    version("1");
    version("2");
    swapTo("1");
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService kubelet = Executors.newSingleThreadExecutor()) {
      Future<Integer> swapping =
          kubelet.submit(() -> {
            int swaps = 0;
            while (!done.get()) {
              swapTo(++swaps % 2 == 0 ? "1" : "2");
            }
            return swaps;
          });
      try {
        for (int i = 0; i < 300; i++) {
          PolicyDirectory read = PolicyDirectory.read(directory);
          // A read that never found a quiet moment says so, and has no files.
          assertThat(read.files().stream().map(PolicyFile::text).distinct().count())
              .isEqualTo(read.troubles().isEmpty() ? 1 : 0);
        }
      } finally {
        done.set(true);
      }
      assertThat(swapping.get()).isPositive();
    }
    PolicyDirectory read = PolicyDirectory.read(directory);
    assertThat(read.troubles()).isEmpty();
    assertThat(read.files())
        .extracting(PolicyFile::name)
        .containsExactly("a.yaml", "b.yaml", "c.yaml");
  }

  @Test
  void entriesOfWhateverNameAreBounded() throws IOException {
    for (int i = 0; i < FileStamps.MOST_ENTRIES; i++) {
      Files.createFile(directory.resolve(i + ".txt"));
    }
    assertThat(PolicyDirectory.read(directory).troubles()).isEmpty();
    Files.createFile(directory.resolve("one-more.txt"));
    assertThat(PolicyDirectory.read(directory).troubles())
        .containsExactly(
            new PolicyDirectory.Trouble(
                "",
                "cannot read " + directory + ": there are more than 2000 entries",
                "give a readable directory with policy files"));
  }

  @Test
  void whatIsJustWithinTheBoundsIsRead() throws IOException {
    for (int i = 0; i < PolicyDirectory.MOST_FILES; i++) {
      Files.writeString(
          directory.resolve(i + ".yaml"), i == 0 ? "#".repeat(PolicyDirectory.LONGEST_FILE) : "");
    }
    PolicyDirectory read = PolicyDirectory.read(directory);
    assertThat(read.troubles()).isEmpty();
    assertThat(read.files()).hasSize(PolicyDirectory.MOST_FILES);
    assertThat(read.files().getFirst().text()).hasSize(PolicyDirectory.LONGEST_FILE);
  }

  @Test
  void aLinkThatLeadsNowhereIsNoEmptyFile() throws IOException {
    Files.writeString(directory.resolve("a.yaml"), "x");
    Files.createSymbolicLink(directory.resolve("b.yaml"), Path.of("nowhere"));
    PolicyDirectory read = PolicyDirectory.read(directory);
    assertThat(read.files()).isEmpty();
    assertThat(read.troubles()).hasSize(1);
  }
}
