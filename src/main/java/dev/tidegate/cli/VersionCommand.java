package dev.tidegate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says which program this is. */
@Command(name = "version", description = "Shows the version, its build and the Java that runs it.")
final class VersionCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  VersionCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Properties build = new Properties();
    try (InputStream file = VersionCommand.class.getResourceAsStream("build.properties")) {
      if (file == null) {
        throw new IllegalStateException("build.properties is missing beside " + getClass());
      }
      build.load(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    Runtime.Version java = Runtime.version();
    invocation
        .out()
        .printf(
            "tidegate %s%nbuilt %s%nJava %s (%s)%n",
            build.getProperty("version"),
            build.getProperty("time"),
            java,
            System.getProperty("java.vendor", "unknown vendor"));
    return ExitStatus.PASS;
  }
}
