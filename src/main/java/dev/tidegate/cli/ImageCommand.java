package dev.tidegate.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what is known about one image, and what policies say to it. */
@Command(
    name = "image",
    description = {
      "Shows what the registry has about an image: digest, platforms, users, and every signature and"
          + " attestation beside it and beside its parts.",
      "",
      "With policies it also shows for each of their signers why a signature counts or does not, and"
          + " what the policies say to a pod with this image."
    },
    footer = {
      "",
      "Exit status: 0 nothing is refused, 1 a policy refuses it or there is no such image, 2 the"
          + " command line, a policy or the hosts cannot be used, 3 could not decide."
    })
final class ImageCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "IMAGE",
      description = "The image as a pod would name it: harbor.example.com/shop/web:1.4.")
  private String image = "";

  @Option(
      names = "--hosts",
      paramLabel = "FILE",
      required = true,
      description = "The file with the registries that may be asked (kind: Hosts).")
  private String hosts = "";

  @Option(names = "--policy", paramLabel = "DIR", description = "The directory with the policies.")
  private @Nullable String policies;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "The namespace of the pod that policies are asked about (default: default).")
  private String namespace = "default";

  @Option(
      names = "--namespace-label",
      paramLabel = "NAMESPACE:KEY=VALUE",
      description = "A label of that namespace. Can be repeated.")
  private List<String> namespaceLabels = new ArrayList<>();

  @Option(
      names = "--scan",
      paramLabel = "FILE",
      description =
          "A report of Trivy (--format json) about an image, for policies with imageScan source:"
              + " report. Can be repeated.")
  private List<String> scans = new ArrayList<>();

  @Option(
      names = "--store",
      paramLabel = "FILE",
      description =
          "The file in which a gate remembers (its tidegate.store.file): what it knows is used as the"
              + " gate would use it. A copy is read, so the gate may be running.")
  private @Nullable String store;

  @Option(
      names = "--store-key",
      paramLabel = "FILE",
      description = "The keys that --store is sealed by (the gate's tidegate.store.key-file).")
  private @Nullable String storeKey;

  @Option(
      names = "--explain",
      description =
          "Also show the calls that were made, and what is remembered of the image since when.")
  private boolean explain;

  @Mixin private final TextOrJson output = new TextOrJson();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  ImageCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    boolean asJson = output.json();
    return new Imaging(invocation, hosts, policies, scans, store, storeKey, explain)
        .show(image, namespace, NamespaceLabels.of(namespaceLabels), asJson);
  }
}
