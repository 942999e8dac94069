package dev.tidegate.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Commands about a Harbor. */
@Command(
    name = "harbor",
    description = "Commands about a Harbor.",
    synopsisSubcommandLabel = "COMMAND")
final class HarborCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  @Spec private CommandSpec spec;

  HarborCommand(Invocation invocation) {
    this.invocation = invocation;
    this.spec = CommandSpec.create(); // replaced by the real one when the command line is made
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(invocation.err());
    return ExitStatus.USAGE;
  }
}
