package dev.tidegate.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Answers one AdmissionReview as the webhook would. */
@Command(
    name = "review",
    description = {
      "Answers one AdmissionReview as the webhook would: reads it as JSON and prints the answer as"
          + " JSON.",
      "Namespaces and NetworkPolicies are those of --objects."
    },
    footer = {
      "",
      "Exit status: 0 allowed, 1 refused, 2 the command line, a policy or the review cannot be"
          + " used, 3 refused because it could not be decided."
    })
final class ReviewCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE|-",
      required = true,
      description = "The AdmissionReview (admission.k8s.io/v1), or - for standard input.")
  private String file = "";

  @Option(
      names = "--policy",
      paramLabel = "DIR",
      required = true,
      description = "The directory with the policies.")
  private String policies = "";

  @Option(
      names = "--hosts",
      paramLabel = "FILE",
      description =
          "The file with the registries that may be asked (kind: Hosts). Without it none is asked,"
              + " and checks of images cannot be decided.")
  private @Nullable String hosts;

  @Option(
      names = "--objects",
      paramLabel = "FILE|DIR",
      description =
          "Manifests of the Namespaces and NetworkPolicies that the cluster has. Can be repeated.")
  private List<String> objects = new ArrayList<>();

  @Option(
      names = "--namespace-label",
      paramLabel = "NAMESPACE:KEY=VALUE",
      description =
          "A label of a namespace whose manifest is not among the objects. Can be repeated.")
  private List<String> namespaceLabels = new ArrayList<>();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  ReviewCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    if (file.equals("-") && objects.contains("-")) {
      throw CommandFailure.usage("standard input can be read once only: by -f or by --objects");
    }
    return new Reviewing(invocation, policies, hosts)
        .answer(file, objects, NamespaceLabels.of(namespaceLabels));
  }
}
