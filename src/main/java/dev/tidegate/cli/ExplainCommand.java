package dev.tidegate.cli;

import dev.tidegate.report.Paragraphs;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a check demands, why, how to satisfy it, and what a policy may say about it. */
@Command(
    name = "explain",
    description = {
      "Says what a check demands, why, how to satisfy it, and what a policy may say about it.",
      "Without an argument it lists the checks."
    })
final class ExplainCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "CHECK",
      description = "The check, as messages name it, for instance nonRoot.")
  private @Nullable String check;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  ExplainCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    List<Explanation> all = Explanation.all();
    if (check == null) {
      all.forEach(one -> invocation.out().printf("%-16s %s%n", one.id(), one.title()));
      return ExitStatus.PASS;
    }
    Optional<Explanation> asked =
        all.stream().filter(one -> one.id().equalsIgnoreCase(check)).findFirst();
    if (asked.isEmpty()) {
      throw CommandFailure.usage(
          "there is no check \""
              + check
              + "\"; there are "
              + all.stream().map(Explanation::id).collect(Collectors.joining(", ")));
    }
    print(asked.get());
    return ExitStatus.PASS;
  }

  private void print(Explanation explanation) {
    int width = Math.clamp(invocation.environment().width(), 60, 100);
    PrintWriter out = invocation.out();
    out.println(explanation.id() + ": " + explanation.title());
    for (String paragraph : explanation.about()) {
      out.println();
      out.print(Paragraphs.of(paragraph, "", width));
    }
    if (!explanation.parameters().isEmpty()) {
      out.println();
      out.println("In a policy, below spec.checks." + explanation.id() + ":");
      for (Explanation.Parameter parameter : explanation.parameters()) {
        out.println();
        out.println("  " + parameter.name() + " (" + parameter.fallback() + ")");
        out.print(Paragraphs.of(parameter.meaning(), "      ", width));
      }
    }
  }
}
