package dev.tidegate.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints a script that completes this command line in bash and zsh. */
@Command(
    name = "completion",
    description = {
      "Prints a script that completes this command line in bash and zsh.",
      "Use it by: source <(tidegate completion)"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  CompletionCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    invocation.out().print(AutoComplete.bash("tidegate", Cli.all(invocation)));
    return ExitStatus.PASS;
  }
}
