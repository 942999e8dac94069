package dev.tidegate.cli;

import dev.tidegate.cli.GivenFiles.Thing;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.report.Judged;
import dev.tidegate.report.Result;
import dev.tidegate.report.Summary;
import dev.tidegate.workload.Manifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The work of {@link CheckCommand}, apart from it so that asking for help does not load the engine.
 *
 * @param invocation what is read and written
 * @param policies the policy directory
 * @param hosts the file with the registries that may be asked
 * @param scans files with reports of scanners
 * @param outputs values of {@code --output}
 * @param asPods whether controllers are judged as their pods will be
 * @param warnAsFail whether warnings make the command fail
 * @param allowEmpty whether nothing to judge is fine
 */
record Checking(
    Invocation invocation,
    String policies,
    @Nullable String hosts,
    List<String> scans,
    List<String> outputs,
    boolean asPods,
    boolean warnAsFail,
    boolean allowEmpty) {

  /** Judges the manifests that {@code names} name. */
  int files(List<String> names, String namespace, Map<String, Map<String, String>> namespaceLabels)
      throws CommandFailure {
    Outputs writing = Outputs.of(outputs, invocation);
    PolicySet set = Policies.demand(policies, invocation.environment());
    GivenFiles given = GivenFiles.read(ManifestFiles.read(names, invocation), namespace);
    if (given.things().isEmpty() && !allowEmpty) {
      throw CommandFailure.usage(
          "there is nothing to judge: "
              + (given.objects() == 0
                  ? "the files have no objects"
                  : "none of the " + given.objects() + " objects makes pods")
              + "; name other files, or say --allow-empty");
    }
    namespaceLabels.forEach(given.world()::namespace);
    Instant at = invocation.environment().clock().instant();
    try (Judging judging = Judging.of(set, given.world(), at, hosts, scans, invocation)) {
      List<Judged> judged = given.things().stream().map(thing -> judge(thing, judging)).toList();
      writing.write(at, set.fingerprint(), judged);
      return status(judged);
    }
  }

  private Judged judge(Thing thing, Judging judging) {
    return switch (thing) {
      case Thing.Workload(String source, Subject subject) -> {
        // The webhook will have added the digests by the time that a pod is refused for lack of
        // them.
        Subject created = subject.isPod() ? subject.beforePinning() : subject;
        Verdict verdict = asPods ? judging.asPods(created) : judging.asAdmitted(created);
        yield Judged.of(subject.object(), source, 1, verdict);
      }
      case Thing.Empty(Manifest manifest, String namespace, String why) ->
          Judged.skipped(
              new ObjectName(manifest.group(), manifest.kind(), namespace, manifest.name()),
              manifest.where(),
              why);
    };
  }

  /** Judges what runs in a cluster. */
  int cluster(@Nullable String kubeconfig, @Nullable String context, @Nullable String namespace)
      throws CommandFailure {
    Outputs writing = Outputs.of(outputs, invocation);
    PolicySet set = Policies.demand(policies, invocation.environment());
    RunningPods running;
    try (ClusterReader reader = ClusterReader.open(kubeconfig, context, invocation)) {
      running = reader.read(namespace);
    }
    if (running.pods().isEmpty() && !allowEmpty) {
      throw CommandFailure.usage(
          "there is nothing to judge: no pods run"
              + (namespace == null ? "" : " in namespace " + namespace)
              + "; look elsewhere, or say --allow-empty");
    }
    Instant at = invocation.environment().clock().instant();
    try (Judging judging = Judging.of(set, running.world(), at, hosts, scans, invocation)) {
      List<Judged> judged = new ArrayList<>();
      for (Subject pod : running.pods()) {
        judged.add(Judged.of(Workloads.named(pod), "", 1, judging.asAdmitted(pod.beforePinning())));
      }
      List<Judged> told = Workloads.together(judged);
      writing.write(at, set.fingerprint(), told);
      return status(told);
    }
  }

  private int status(List<Judged> judged) {
    Result worst = Summary.of(judged).worst();
    return switch (worst) {
      case FAIL -> ExitStatus.REFUSED;
      case UNDECIDED -> ExitStatus.UNDECIDED;
      case WARN -> warnAsFail ? ExitStatus.REFUSED : ExitStatus.PASS;
      case AUDIT, EXEMPT, PASS, SKIP -> ExitStatus.PASS;
    };
  }
}
