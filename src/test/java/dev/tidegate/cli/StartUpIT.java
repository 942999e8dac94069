package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Commands start fast because they load little: what a command does not need is not loaded. Loaded
 * classes are counted, not milliseconds, so this does not depend on the machine.
 */
class StartUpIT {
  private static List<String> loadedBy(String... args) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:stdout",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tidegate.app.Main"));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command)
            .directory(CliRun.DIRECTORY.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out;
    try (var stream = process.getInputStream()) {
      out = new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isBetween(0, 1);
    return out.lines()
        .filter(line -> line.contains("[class,load]"))
        .map(line -> line.replaceFirst("^(\\[[^]]*\\])+ *", "").split(" ", 2)[0])
        .toList();
  }

  @Test
  void checkOfFilesLoadsNeitherServerNorClusterClient() throws Exception {
    assertThat(loadedBy("check", "-f", "root.yaml", "--policy", "enforce"))
        .contains("dev.tidegate.engine.Gate")
        .noneMatch(name -> name.startsWith("io.fabric8."))
        .noneMatch(name -> name.startsWith("io.vertx."))
        .noneMatch(name -> name.startsWith("io.netty."))
        // The store is the one of the server; what asks others and verifies is not needed here.
        .noneMatch(name -> name.startsWith("org.apache.hc."))
        .noneMatch(name -> name.startsWith("io.github.resilience4j."))
        .noneMatch(name -> name.startsWith("dev.sigstore."))
        .noneMatch(name -> name.startsWith("org.bouncycastle."))
        .noneMatch(name -> name.startsWith("org.h2."));
  }

  @Test
  void helpAndVersionLoadNoParserAtAll() throws Exception {
    for (String[] args : new String[][] {{"version"}, {"check", "--help"}}) {
      assertThat(loadedBy(args))
          .contains("dev.tidegate.cli.Cli")
          .doesNotContain("dev.tidegate.engine.Gate")
          .noneMatch(name -> name.startsWith("com.fasterxml."))
          .noneMatch(name -> name.startsWith("org.yaml."));
    }
  }
}
