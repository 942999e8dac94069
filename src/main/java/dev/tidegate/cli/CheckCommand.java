package dev.tidegate.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Judges the workloads of manifests, or of a cluster, by policies. */
@Command(
    name = "check",
    description = {
      "Judges the workloads of manifests, or those that run in a cluster, by policies.",
      "",
      "Manifests are judged with the Namespaces and NetworkPolicies among them. A controller fails"
          + " if its pods would be refused. Policies in warn and audit mode are shown and refuse"
          + " nothing."
    },
    footer = {
      "",
      "Exit status: 0 nothing is refused, 1 a policy refuses something, 2 the command line, a"
          + " policy or a manifest cannot be used, 3 could not decide."
    })
final class CheckCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE|DIR|-",
      description =
          "Manifests in YAML or JSON: a file, a directory with all that is below it, or - for"
              + " standard input. Can be repeated.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--cluster",
      description = "Judge what runs in the cluster that the kubeconfig names.")
  private boolean cluster;

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
      names = "--scan",
      paramLabel = "FILE",
      description =
          "A report of Trivy (--format json) about an image, for policies with imageScan source:"
              + " report. Can be repeated.")
  private List<String> scans = new ArrayList<>();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description =
          "The namespace of objects that name none (default: default); with --cluster the only"
              + " namespace to look at (default: all).")
  private @Nullable String namespace;

  @Option(
      names = "--namespace-label",
      paramLabel = "NAMESPACE:KEY=VALUE",
      description =
          "A label of a namespace whose manifest is not among the files. Can be repeated.")
  private List<String> namespaceLabels = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT[=FILE]",
      description =
          "table or json, to standard output or to a file. Can be repeated; the table is always"
              + " shown, on standard error when JSON takes standard output.")
  private List<String> outputs = new ArrayList<>();

  @Option(
      names = "--controllers",
      paramLabel = "pods|admission",
      defaultValue = "pods",
      description =
          "Judge controllers as their pods will be (pods), or as the webhook answers the"
              + " controller itself, usually with a warning (admission). Default: pods.")
  private String controllers = "pods";

  @Option(names = "--warn-as-fail", description = "Exit with 1 if there are warnings.")
  private boolean warnAsFail;

  @Option(
      names = "--allow-empty",
      description = "Exit with 0 if there is nothing to judge, instead of 2.")
  private boolean allowEmpty;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "With --cluster: the kubeconfig (default: KUBECONFIG, then ~/.kube/config).")
  private @Nullable String kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "CONTEXT",
      description = "With --cluster: the kubeconfig's context (default: its current one).")
  private @Nullable String context;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  CheckCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    validate();
    Checking checking =
        new Checking(
            invocation,
            policies,
            hosts,
            scans,
            outputs,
            controllers.equals("pods"),
            warnAsFail,
            allowEmpty);
    return cluster
        ? checking.cluster(kubeconfig, context, namespace)
        : checking.files(
            files, namespace == null ? "default" : namespace, NamespaceLabels.of(namespaceLabels));
  }

  private void validate() throws CommandFailure {
    if (cluster == !files.isEmpty()) {
      throw CommandFailure.usage(
          cluster
              ? "--cluster and -f exclude each other; give one of them"
              : "nothing to look at is given; add -f FILE, -f DIR, -f - or --cluster");
    }
    if (!controllers.equals("pods") && !controllers.equals("admission")) {
      throw CommandFailure.usage(
          "--controllers " + controllers + ": write --controllers pods or --controllers admission");
    }
    if (!cluster && (kubeconfig != null || context != null)) {
      throw CommandFailure.usage("--kubeconfig and --context are of use with --cluster only");
    }
    if (cluster && !namespaceLabels.isEmpty()) {
      throw CommandFailure.usage(
          "--namespace-label is of use with -f only; the cluster knows its namespaces");
    }
  }
}
