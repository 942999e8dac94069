package dev.tidegate.cli;

import dev.tidegate.admission.Admission;
import dev.tidegate.admission.Answer;
import dev.tidegate.admission.Decision;
import dev.tidegate.admission.Enforcing;
import dev.tidegate.admission.Handled;
import dev.tidegate.admission.Recorder;
import dev.tidegate.admission.Slice;
import dev.tidegate.engine.Effect;
import dev.tidegate.model.Deadline;
import dev.tidegate.policy.PolicySet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The work of {@link ReviewCommand}, apart from it so that asking for help does not load the
 * engine.
 *
 * @param invocation what is read and written
 * @param policies the policy directory
 * @param hosts the file with the registries that may be asked
 */
record Reviewing(Invocation invocation, String policies, @Nullable String hosts) {

  /** Answers the review in {@code file}. */
  int answer(String file, List<String> objects, Map<String, Map<String, String>> namespaceLabels)
      throws CommandFailure {
    Environment environment = invocation.environment();
    PolicySet set = Policies.demand(policies, environment);
    GivenFiles given = GivenFiles.read(ManifestFiles.read(objects, invocation), "default");
    namespaceLabels.forEach(given.world()::namespace);
    byte[] body = ManifestFiles.bytes(file, invocation);
    Instant at = environment.clock().instant();
    Handled handled;
    try (Judging judging = Judging.of(set, given.world(), at, hosts, List.of(), invocation)) {
      Enforcing answering = new Enforcing();
      Admission admission =
          new Admission(
              judging.rounds(), () -> set, () -> answering, new Defects(), environment.ticker());
      handled =
          admission
              .validate(Slice.of(body), Deadline.in(Judging.LONGEST, environment.ticker()))
              .toCompletableFuture()
              .join();
    }
    return switch (handled) {
      case Handled.Unanswerable(var doubt) ->
          throw CommandFailure.usage(
              file
                  + " is no AdmissionReview that can be answered: "
                  + doubt.tried()
                  + "; give one of admission.k8s.io/v1 with request.uid");
      case Handled.Answered(Decision decision) -> {
        invocation.out().println(new String(decision.body(), StandardCharsets.UTF_8));
        yield status(decision);
      }
    };
  }

  private static int status(Decision decision) {
    if (!(decision.answer() instanceof Answer.Refuse)) {
      return ExitStatus.PASS;
    }
    return decision.verdict().map(verdict -> verdict.effect() == Effect.REFUSE).orElse(false)
        ? ExitStatus.REFUSED
        : ExitStatus.UNDECIDED;
  }

  /** Keeps no records; tells whoever runs the command of defects. */
  private final class Defects implements Recorder {
    @Override
    public void made(Decision decision) {}

    @Override
    public void defect(String where, Throwable defect) {
      invocation.err().println("tidegate: a defect stopped " + where);
      defect.printStackTrace(invocation.err());
    }
  }
}
