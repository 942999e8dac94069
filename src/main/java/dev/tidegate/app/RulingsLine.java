package dev.tidegate.app;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidegate.engine.Ruling;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Proof;
import dev.tidegate.report.DenialText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rulings of a decision in its line. Most checks say the same for all policies that have them;
 * that is written once, with the names of these policies: with ten policies a line is a quarter as
 * long.
 */
final class RulingsLine {
  /** Most entries, and most policies that one names; how many are not said is said. */
  private static final int MOST = 100;

  /** Policies for which a check says the same. */
  private record Alike(Ruling first, List<String> policies) {
    static Alike of(Ruling first) {
      List<String> policies = new ArrayList<>();
      policies.add(first.policy());
      return new Alike(first, policies);
    }

    boolean says(Ruling other) {
      return first.mode() == other.mode()
          && first.effect() == other.effect()
          && first.strict() == other.strict()
          && first.check().equals(other.check())
          && first.outcome().equals(other.outcome());
    }

    void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      json.writeStringField("check", first.check());
      json.writeStringField("outcome", DecisionLine.outcome(first.outcome()));
      json.writeStringField("mode", DecisionLine.lower(first.mode()));
      json.writeStringField("effect", DenialText.word(first.effect()));
      json.writeStringField("strict", DenialText.word(first.strict()));
      json.writeArrayFieldStart("policy");
      for (String policy : policies.subList(0, Math.min(MOST, policies.size()))) {
        json.writeString(policy);
      }
      json.writeEndArray();
      more(json, policies.size());
      DecisionLine.strings(json, "problems", first.findings(), RulingsLine::problem);
      DecisionLine.strings(json, "doubts", first.doubts(), Doubt::tried);
      if (first.outcome() instanceof Outcome.Pass pass) {
        DecisionLine.strings(json, "proofs", pass.because(), Proof::statement);
      }
      json.writeEndObject();
    }
  }

  private RulingsLine() {}

  /** Writes {@code rulings} as the field {@code checks} of the object that is open. */
  static void write(JsonGenerator json, List<Ruling> rulings) throws IOException {
    List<Alike> entries = entries(rulings);
    json.writeArrayFieldStart("checks");
    for (Alike entry : entries.subList(0, Math.min(MOST, entries.size()))) {
      entry.write(json);
    }
    json.writeEndArray();
    more(json, entries.size());
  }

  private static List<Alike> entries(List<Ruling> rulings) {
    List<Alike> entries = new ArrayList<>();
    for (Ruling ruling : rulings) {
      Alike same = find(entries, ruling);
      if (same == null) {
        entries.add(Alike.of(ruling));
      } else {
        same.policies().add(ruling.policy());
      }
    }
    return entries;
  }

  private static void more(JsonGenerator json, int all) throws IOException {
    if (all > MOST) {
      json.writeNumberField("more", all - MOST);
    }
  }

  private static @Nullable Alike find(List<Alike> entries, Ruling ruling) {
    for (Alike entry : entries) {
      if (entry.says(ruling)) {
        return entry;
      }
    }
    return null;
  }

  private static String problem(Finding finding) {
    return finding.container().map(name -> name + ": ").orElse("") + finding.problem();
  }
}
