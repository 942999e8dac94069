package dev.tidegate.admission;

import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Pin;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Mode;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.report.DenialText;
import dev.tidegate.report.Line;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Answers as the policies say. */
public final class Enforcing implements Answering<Answer> {
  private static final int FORBIDDEN = 403;
  private static final int UNAVAILABLE = 503;

  @Override
  public Answer judged(Subject subject, Verdict verdict, String uid) {
    List<String> warnings = DenialText.warnings(subject, verdict);
    Map<String, String> audit = audit(subject, verdict, uid);
    if (!verdict.effect().refuses()) {
      return new Answer.Admit(warnings, audit);
    }
    boolean wrong = verdict.effect() == Effect.REFUSE;
    return new Answer.Refuse(
        wrong ? FORBIDDEN : UNAVAILABLE,
        wrong ? "Forbidden" : "ServiceUnavailable",
        DenialText.message(subject, verdict, uid),
        causes(verdict),
        warnings,
        audit);
  }

  /** What the audit log gets about a verdict; the map is the caller's, to add to. */
  static Map<String, String> audit(Subject subject, Verdict verdict, String uid) {
    Map<String, String> audit = DenialText.auditAnnotations(subject, verdict);
    audit.put("mode", "by-policy");
    audit.put("request", uid);
    return audit;
  }

  private static List<Answer.Cause> causes(Verdict verdict) {
    return Line.of(verdict, ruling -> ruling.effect().refuses()).stream()
        .flatMap(line ->
            line.fields().isEmpty()
                ? Stream.of(cause(line, ""))
                : line.fields().stream().map(field -> cause(line, field)))
        .toList();
  }

  private static Answer.Cause cause(Line line, String field) {
    return new Answer.Cause(line.check(), field, line.problem());
  }

  @Override
  public Answer pinned(Subject subject, List<Pin> pins, String uid) {
    // The API server keeps the first annotation of a name. Both webhooks have the same, so what is
    // written here must be no name by which validation tells its decision afterwards.
    if (pins.isEmpty()) {
      return new Answer.Admit(List.of(), Map.of());
    }
    Map<String, String> audit =
        Map.of(
            "pinned",
            pins.stream()
                .map(pin -> pin.field() + "=" + pin.text())
                .collect(Collectors.joining(" ")));
    return new Answer.Admit(
        pins.stream()
            .filter(pin -> pin.staleSince().isPresent())
            .map(pin ->
                pin.container()
                    + ": registry not reachable; pinned "
                    + pin.written().tag().orElse("")
                    + " as of "
                    + pin.staleSince().get().truncatedTo(ChronoUnit.SECONDS))
            .toList(),
        audit,
        Optional.of(
            new JsonPatch(
                pins.stream().map(pin -> JsonPatch.Replace.at(pin.field(), pin.text())).toList())));
  }

  @Override
  public Answer undecided(Undecided undecided, PolicySet policies, String uid) {
    Map<String, String> audit = undecidedAudit(undecided, "by-policy", uid);
    if (!couldRefuse(policies)) {
      audit.put("decision", "warn");
      return new Answer.Admit(List.of(sentence(undecided)), audit);
    }
    return new Answer.Refuse(
        UNAVAILABLE,
        "ServiceUnavailable",
        sentence(undecided) + "; nothing is known to be wrong\nrequest " + PlainText.of(uid, 128),
        List.of(new Answer.Cause(Undecided.CHECK, "", undecided.doubt().tried())),
        List.of(),
        audit);
  }

  /**
   * Whether some document in force refuses anything. Where every policy only warns or audits, what
   * cannot be read is not refused either: rolling out in audit mode must not stop anybody. Before
   * the first set is loaded nothing is known, so it refuses.
   */
  private static boolean couldRefuse(PolicySet policies) {
    return policies.generation() == 0
        || !policies.denyLists().isEmpty()
        || policies.policies().stream().anyMatch(policy -> policy.mode() == Mode.ENFORCE);
  }

  static String sentence(Undecided undecided) {
    return "could not decide about " + undecided.about() + ": " + undecided.doubt().tried();
  }

  static Map<String, String> undecidedAudit(Undecided undecided, String mode, String uid) {
    Map<String, String> audit = new LinkedHashMap<>();
    audit.put("decision", "undecided");
    audit.put("checks", Undecided.CHECK + "=unknown");
    audit.put("mode", mode);
    audit.put("request", uid);
    return audit;
  }

  @Override
  public Answer notJudged(String why) {
    return new Answer.Admit(List.of(), Map.of("decision", "not-judged", "reason", why));
  }

  @Override
  public boolean auditOnly() {
    return false;
  }
}
