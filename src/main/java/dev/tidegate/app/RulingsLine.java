package dev.tidegate.app;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidegate.engine.Ruling;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Proof;
import dev.tidegate.report.DenialText;
import java.io.IOException;
import java.util.List;

/**
 * The rulings of a decision in its line. Most checks say the same for all policies that have them;
 * that is one ruling, and is written once, with the names of these policies: with ten policies a
 * line is a quarter as long as one by policy and check.
 */
final class RulingsLine {
  /** Most entries, and most policies that one names; how many are not said is said. */
  private static final int MOST = 100;

  private RulingsLine() {}

  /** Writes {@code rulings} as the field {@code checks} of the object that is open. */
  static void write(JsonGenerator json, List<Ruling> rulings) throws IOException {
    json.writeArrayFieldStart("checks");
    for (int i = 0; i < rulings.size() && i < MOST; i++) {
      write(json, rulings.get(i));
    }
    json.writeEndArray();
    more(json, rulings.size());
  }

  private static void write(JsonGenerator json, Ruling ruling) throws IOException {
    json.writeStartObject();
    name(json, "check", ruling.check());
    name(json, "outcome", DenialText.word(ruling.outcome()));
    name(json, "mode", DecisionLine.lower(ruling.mode()));
    name(json, "effect", DenialText.word(ruling.effect()));
    name(json, "strict", DenialText.word(ruling.strict()));
    json.writeArrayFieldStart("policy");
    List<String> policies = ruling.policies();
    for (int i = 0; i < policies.size() && i < MOST; i++) {
      json.writeString(NamesOnce.encoded(policies.get(i)));
    }
    json.writeEndArray();
    more(json, policies.size());
    DecisionLine.strings(json, "problems", ruling.findings(), RulingsLine::problem);
    DecisionLine.strings(json, "doubts", ruling.doubts(), Doubt::tried);
    if (ruling.outcome() instanceof Outcome.Pass pass) {
      DecisionLine.strings(json, "proofs", pass.because(), Proof::statement);
    }
    json.writeEndObject();
  }

  private static void name(JsonGenerator json, String field, String name) throws IOException {
    json.writeFieldName(field);
    json.writeString(NamesOnce.encoded(name));
  }

  private static void more(JsonGenerator json, int all) throws IOException {
    if (all > MOST) {
      json.writeNumberField("more", all - MOST);
    }
  }

  private static String problem(Finding finding) {
    return finding.container().map(name -> name + ": ").orElse("") + finding.problem();
  }
}
