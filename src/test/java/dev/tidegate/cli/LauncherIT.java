package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built program as users start it: what it prints is what the command says, and no more. */
class LauncherIT {
  @TempDir Path directory;

  private record Run(int status, String out, String err) {}

  private Run run(String... args) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(Objects.requireNonNull(System.getProperty("tidegate.launcher"))));
    command.addAll(List.of(args));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .directory(CliRun.DIRECTORY.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void filesAreJudgedInSilence() throws Exception {
    Run run = run("check", "-f", "root.yaml", "--policy", "enforce");
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out()).contains("nonRoot").endsWith("1 object: 1 fails\n");
  }

  /** With the client of the API server, which brings Netty and logs of its own. */
  @Test
  void aClusterThatCannotBeReachedIsOneLine() throws Exception {
    Path kubeconfig = directory.resolve("config");
    CliRun.kubeconfig(kubeconfig, 1);
    Run run =
        run("check", "--cluster", "--policy", "enforce", "--kubeconfig", kubeconfig.toString());
    assertThat(run.status()).isEqualTo(ExitStatus.UNDECIDED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().contains("could not be reached");
  }

  /** With the client of registries. */
  @Test
  void aRegistryThatCannotBeReachedIsToldByTheCommandOnly() throws Exception {
    Path hosts = directory.resolve("hosts.yaml");
    Files.writeString(
        hosts,
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: Hosts
        hosts: {"127.0.0.1:1": {plainHttp: true}}
        """);
    Run run = run("image", "127.0.0.1:1/shop/web:1", "--hosts", hosts.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(ExitStatus.UNDECIDED);
    assertThat(run.out()).contains("cannot be reached");
  }
}
