package dev.tidegate.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that does nothing but have others below it. */
@Command(synopsisSubcommandLabel = "COMMAND")
final class GroupCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  @Spec private CommandSpec spec;

  GroupCommand(Invocation invocation) {
    this.invocation = invocation;
    this.spec = CommandSpec.create(); // replaced by the real one when the command line is made
  }

  /** The group {@code name}; what its commands are about is {@code description}. */
  static CommandLine of(String name, String description, Invocation invocation) {
    CommandLine line = new CommandLine(new GroupCommand(invocation));
    line.getCommandSpec().name(name).usageMessage().description(description);
    return line;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(invocation.err());
    return ExitStatus.USAGE;
  }
}
