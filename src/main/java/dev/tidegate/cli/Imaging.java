package dev.tidegate.cli;

import dev.tidegate.check.Checks;
import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.BadReference;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Input;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.PolicySet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The work of {@link ImageCommand}, apart from it so that asking for help does not load the engine.
 *
 * @param invocation what is read and written
 * @param hosts the file with the registries that may be asked
 * @param policies the policy directory
 * @param scans files with reports of scanners
 * @param store the file of a gate's store
 * @param storeKey the keys that it is sealed by
 * @param explain whether calls are shown, and what is remembered
 */
record Imaging(
    Invocation invocation,
    String hosts,
    @Nullable String policies,
    List<String> scans,
    @Nullable String store,
    @Nullable String storeKey,
    boolean explain) {
  static final PolicySet NO_POLICIES = new PolicySet(1, "", List.of(), List.of(), List.of());

  /** Shows {@code image}. */
  int show(String image, String namespace, Map<String, Map<String, String>> labels, boolean asJson)
      throws CommandFailure {
    ImageReference reference;
    try {
      reference = ImageReference.parse(image);
    } catch (BadReference bad) {
      throw CommandFailure.usage(bad.problem() + "; " + bad.fix());
    }
    PolicySet set =
        policies == null ? NO_POLICIES : Policies.demand(policies, invocation.environment());
    World world = new World();
    world.namespace(namespace, labels.getOrDefault(namespace, Map.of()));
    Instant at = invocation.environment().clock().instant();
    try (GivenStore given = GivenStore.of(store, storeKey, invocation);
        Judging judging = Judging.of(set, world, at, hosts, scans, given.archive(), invocation)) {
      ImageLooking looking =
          new ImageLooking(reference, Counting.of(set, reference, at), judging.store());
      looking.look();
      Optional<Verdict> verdict =
          policies == null
              ? Optional.empty()
              : Optional.of(judging.asAdmitted(pod(reference, namespace).beforePinning()));
      ImageReport report =
          looking.report(
              verdict.map(Imaging::says).orElse(List.of()),
              explain ? calls(judging) : List.of(),
              explain
                  ? new Remembered(judging.store(), at).of(reference, looking.looked())
                  : List.of());
      report.write(asJson, invocation.out());
      return verdict.map(Imaging::status).orElseGet(looking::status);
    }
  }

  private static Subject pod(ImageReference image, String namespace) {
    return new Subject(
        new ObjectName("", "Pod", namespace, "image"),
        Optional.empty(),
        Operation.CREATE,
        GivenFiles.NOBODY,
        PodShape.of("image", image.written()),
        Optional.empty(),
        false);
  }

  /** Whether a ruling is about images; a pod of nothing else fails other checks for no reason. */
  private static boolean aboutImages(Ruling ruling) {
    return Checks.all()
        .find(ruling.check())
        .map(check ->
            check.descriptor().gatesImages() || check.descriptor().inputs().contains(Input.IMAGES))
        .orElse(true);
  }

  private static List<ImageReport.Says> says(Verdict verdict) {
    return verdict.rulings().stream()
        .filter(Imaging::aboutImages)
        .flatMap(ruling ->
            ruling.policies().stream()
                .map(policy ->
                    new ImageReport.Says(
                        policy, ruling.check(), result(ruling), because(ruling.outcome()))))
        .toList();
  }

  private static String result(Ruling ruling) {
    return switch (ruling.effect()) {
      case NONE -> ruling.outcome() instanceof Outcome.Fail ? "fails, in audit" : "passes";
      case WARN -> "warns";
      case REFUSE -> "refuses";
      case REFUSE_UNDECIDED -> "could not decide, and refuses";
      case ADMIT_OWING -> "could not decide, and lets through";
    };
  }

  private static List<String> because(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Pass pass -> pass.because().stream().map(proof -> proof.statement()).toList();
      case Outcome.Fail fail -> {
        List<String> lines = new ArrayList<>();
        for (Finding finding : fail.findings()) {
          lines.add(finding.problem());
          lines.add("fix: " + finding.fix());
        }
        fail.doubts().forEach(doubt -> lines.add(doubt.tried()));
        yield lines;
      }
      case Outcome.Unknown unknown ->
          unknown.doubts().stream().map(doubt -> doubt.tried()).toList();
      case Outcome.Skip skip -> List.of(skip.why());
    };
  }

  private static int status(Verdict verdict) {
    Effect worst =
        verdict.rulings().stream()
            .filter(Imaging::aboutImages)
            .map(Ruling::effect)
            .max(Comparator.naturalOrder())
            .orElse(Effect.NONE);
    return switch (worst) {
      case REFUSE -> ExitStatus.REFUSED;
      case REFUSE_UNDECIDED, ADMIT_OWING -> ExitStatus.UNDECIDED;
      case WARN, NONE -> ExitStatus.PASS;
    };
  }

  private static List<String> calls(Judging judging) {
    return judging.calls().stream()
        .map(call ->
            call.method()
                + " "
                + call.host()
                + " "
                + call.target()
                + ": "
                + call.result()
                + ", "
                + call.took().toMillis()
                + " ms")
        .toList();
  }
}
