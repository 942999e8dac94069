package dev.tidegate.engine;

import dev.tidegate.check.Check;
import dev.tidegate.check.ImageReferenceCheck;
import dev.tidegate.model.Input;
import dev.tidegate.policy.Configured;
import dev.tidegate.policy.ForControllers;
import dev.tidegate.policy.GatePolicy;
import dev.tidegate.policy.Mode;
import dev.tidegate.policy.OnUnknown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the policies that apply to a subject ask, put together: each question once, whichever
 * policies ask it. It is the same for all subjects to which the same policies apply.
 *
 * @param covered whether any policy applies
 * @param pinning whether one of them that does more than audit pins images
 * @param gating about which images may be used at all
 * @param others everything else
 */
record Plan(boolean covered, boolean pinning, Stage gating, Stage others) {
  /**
   * Questions whose answers do not depend on each other.
   *
   * @param questions in no order that matters
   * @param parties who asked, by the first of their policies and by its checks
   */
  record Stage(List<Question<?>> questions, List<Party> parties) {}

  /**
   * Policies that ask the same and do the same about the answer.
   *
   * @param question the place of the question in its stage
   * @param asked the place of the parameters in the question
   * @param deals what they do about the answer
   * @param policies their names, in their order
   */
  record Party(int question, int asked, Deals deals, List<String> policies) {}

  /** What a policy does about what a check says. */
  record Deals(Mode mode, OnUnknown onUnknown, ForControllers controllers) {}

  /** The plan of {@code applying}. */
  static Plan of(List<GatePolicy> applying) {
    Draft gating = new Draft();
    Draft others = new Draft();
    for (GatePolicy policy : applying) {
      for (Configured<?> configured : policy.checks()) {
        (configured.check().descriptor().gatesImages() ? gating : others).add(policy, configured);
      }
    }
    return new Plan(
        !applying.isEmpty(),
        applying.stream().anyMatch(Plan::pins),
        gating.stage(),
        others.stage());
  }

  private static boolean pins(GatePolicy policy) {
    return policy.mode() != Mode.AUDIT
        && policy.checks().stream()
            .map(Configured::parameters)
            .anyMatch(parameters ->
                parameters instanceof ImageReferenceCheck.Parameters images
                    && images.requireDigest() == ImageReferenceCheck.DigestRule.PIN);
  }

  /** A stage while it is being put together. */
  private static final class Draft {
    private final Map<Check<?>, List<Record>> all = new HashMap<>();
    private final Map<Reading, Gathered> questions = new LinkedHashMap<>();
    private final Map<Asking, List<String>> parties = new LinkedHashMap<>();

    /** A check that reads the same of a pod. */
    private record Reading(Check<?> check, Set<Input> inputs) {}

    /** Parameters at a place of a question, and what is done about the answer. */
    private record Asking(Gathered question, int asked, Deals deals) {}

    /** Parameters of one check, each once. */
    private static final class Gathered {
      private final int place;
      private final IdentityHashMap<Record, Integer> places = new IdentityHashMap<>();
      private final List<Record> asked = new ArrayList<>();

      Gathered(int place) {
        this.place = place;
      }

      /** Equal parameters of one set of policies are one object. */
      int placeOf(Record parameters) {
        Integer known = places.putIfAbsent(parameters, asked.size());
        if (known != null) {
          return known;
        }
        asked.add(parameters);
        return asked.size() - 1;
      }
    }

    void add(GatePolicy policy, Configured<?> configured) {
      Check<?> check = configured.check();
      all.computeIfAbsent(check, first -> new ArrayList<>()).add(configured.parameters());
      Gathered question =
          questions.computeIfAbsent(
              new Reading(check, configured.inputs()), first -> new Gathered(questions.size()));
      parties
          .computeIfAbsent(
              new Asking(
                  question,
                  question.placeOf(configured.parameters()),
                  new Deals(policy.mode(), configured.onUnknown(), policy.controllers())),
              first -> new ArrayList<>())
          .add(policy.name());
    }

    Stage stage() {
      List<Question<?>> asked = new ArrayList<>();
      questions.forEach(
          (reading, gathered) -> asked.add(question(reading.check(), reading.inputs(), gathered)));
      List<Party> asking = new ArrayList<>();
      parties.forEach((one, policies) ->
          asking.add(
              new Party(one.question().place, one.asked(), one.deals(), List.copyOf(policies))));
      return new Stage(List.copyOf(asked), List.copyOf(asking));
    }

    private <P extends Record> Question<P> question(
        Check<P> check, Set<Input> inputs, Gathered gathered) {
      return new Question<>(
          check,
          inputs,
          gathered.asked.stream().map(check.parameters()::cast).toList(),
          all.getOrDefault(check, List.of()).stream().map(check.parameters()::cast).toList());
    }
  }
}
