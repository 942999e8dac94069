package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.CheckRegistry;
import dev.tidegate.check.Checks;
import dev.tidegate.evidence.TrustRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What is said about wrong documents, word for word: each file of {@code policy/errors}, and of
 * {@code policy/errors-of-checks} for the checks that the gate has, ends with the problems that it
 * has, one per line after {@code #!}. Run with {@code -Dtidegate.write-goldens=true} to write what
 * is said now into the files, and read the difference.
 */
final class ProblemGoldensTest {
  private static final Path DIRECTORY =
      Path.of(System.getProperty("tidegate.basedir", "."), "src/test/resources/policy");
  private static final String MARK = "#! ";
  private static final boolean WRITE = Boolean.getBoolean("tidegate.write-goldens");

  @TestFactory
  Stream<DynamicTest> everyProblemIsNamedWithLineFieldAndFix() throws IOException {
    return Stream.concat(
        of("errors", SampleCheck.registry()), of("errors-of-checks", Checks.all()));
  }

  private static Stream<DynamicTest> of(String folder, CheckRegistry checks) throws IOException {
    List<Path> files;
    try (Stream<Path> listing = Files.list(DIRECTORY.resolve(folder))) {
      files = listing.sorted().toList();
    }
    assertThat(files).isNotEmpty();
    return files.stream()
        .map(file -> DynamicTest.dynamicTest(name(file), () -> compare(file, checks)));
  }

  private static void compare(Path file, CheckRegistry checks) throws IOException {
    List<String> lines = Files.readAllLines(file);
    Loaded loaded =
        new PolicyLoader(
                checks,
                InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z")),
                Duration.ofDays(90),
                TrustRoot::new)
            .load(
                Stream.concat(
                        Stream.of(new PolicyFile(name(file), String.join("\n", lines) + "\n")),
                        Judging.materials().stream())
                    .toList());
    List<String> said =
        loaded.problems().stream().map(problem -> problem.severity() + " " + problem).toList();
    if (WRITE) {
      Files.write(
          file,
          Stream.concat(
                  lines.stream().filter(line -> !line.startsWith(MARK)),
                  said.stream().map(problem -> MARK + problem))
              .toList());
      return;
    }
    assertThat(said)
        .isEqualTo(
            lines.stream()
                .filter(line -> line.startsWith(MARK))
                .map(line -> line.substring(MARK.length()))
                .toList())
        .isNotEmpty();
    assertThat(loaded.set().isPresent())
        .isEqualTo(said.stream().noneMatch(problem -> problem.startsWith("ERROR")));
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
