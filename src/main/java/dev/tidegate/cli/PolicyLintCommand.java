package dev.tidegate.cli;

import dev.tidegate.policy.Loaded;
import dev.tidegate.policy.PolicySet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says everything that is wrong with a directory of policies. */
@Command(
    name = "lint",
    description = {
      "Says everything that is wrong with a directory of policies, with file, line, field and fix.",
      "Exemptions that have ended count as wrong, too."
    },
    footer = {"", "Exit status: 0 nothing is wrong, 2 something is."})
final class PolicyLintCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "DIR", description = "The directory with the policies.")
  private String directory = "";

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  PolicyLintCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    Loaded loaded = Policies.load(directory, invocation.environment());
    if (!loaded.spotless()) {
      int problems = loaded.problems().size();
      invocation.out().println(Policies.list(loaded.problems()));
      invocation.out().println();
      invocation.out().println(problems == 1 ? "1 problem" : problems + " problems");
      return ExitStatus.USAGE;
    }
    PolicySet set = loaded.set().orElseThrow();
    invocation
        .out()
        .printf(
            "nothing is wrong: %s, %s, %s (fingerprint %s)%n",
            count(set.policies().size(), "policy", "policies"),
            count(set.exemptions().size(), "exemption", "exemptions"),
            count(set.denyLists().size(), "deny list", "deny lists"),
            set.fingerprint());
    return ExitStatus.PASS;
  }

  private static String count(int number, String one, String several) {
    return number + " " + (number == 1 ? one : several);
  }
}
