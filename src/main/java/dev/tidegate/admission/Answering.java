package dev.tidegate.admission;

import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.GlobalMode;
import dev.tidegate.report.DenialText;
import dev.tidegate.report.Line;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From verdict to answer, in one place.
 *
 * @param <A> the answers that it can give: {@link #auditing} has no way to write a refusal
 */
public interface Answering<A extends Answer> {
  /** The answer to a request that was judged. */
  A to(Subject subject, Verdict verdict, String requestId);

  /**
   * The answer to a request that could not be judged at all.
   *
   * @param why as the words after "the request "
   */
  A unjudged(String why, String requestId);

  /** The answering of {@code mode}. */
  static Answering<? extends Answer> of(GlobalMode mode) {
    return switch (mode) {
      case ENFORCE -> enforcing();
      case AUDIT -> auditing();
    };
  }

  /** Refuses what the verdict refuses. */
  static Answering<Answer> enforcing() {
    return new Answering<>() {
      @Override
      public Answer to(Subject subject, Verdict verdict, String requestId) {
        List<String> warnings = DenialText.warnings(subject, verdict);
        Map<String, String> audit = DenialText.auditAnnotations(subject, verdict);
        audit.put("request", requestId);
        return switch (verdict.effect()) {
          case NONE, WARN, ADMIT_OWING -> new Answer.Admit(warnings, audit);
          case REFUSE ->
              refuse(
                  403,
                  "Forbidden",
                  DenialText.message(subject, verdict, requestId),
                  verdict,
                  warnings,
                  audit);
          case REFUSE_UNDECIDED ->
              refuse(
                  503,
                  "ServiceUnavailable",
                  DenialText.message(subject, verdict, requestId),
                  verdict,
                  warnings,
                  audit);
        };
      }

      @Override
      public Answer unjudged(String why, String requestId) {
        return new Answer.Refuse(
            503,
            "ServiceUnavailable",
            "could not decide: the request "
                + why
                + "; nothing is known to be wrong; request "
                + requestId,
            List.of(new Answer.Cause("bounds", "", why)),
            List.of(),
            Map.of(
                "decision",
                DenialText.word(Effect.REFUSE_UNDECIDED),
                "checks",
                "bounds=unknown",
                "request",
                requestId));
      }
    };
  }

  /** Lets everything through, and says in every answer that it does. */
  static Answering<Answer.Admit> auditing() {
    return new Answering<>() {
      private static final String LOUD = "Tidegate is switched to audit: it denies nothing";

      @Override
      public Answer.Admit to(Subject subject, Verdict verdict, String requestId) {
        List<String> warnings = new ArrayList<>(List.of(LOUD));
        if (verdict.effect().refuses()) {
          Line.of(verdict, ruling -> ruling.effect().refuses()).stream()
              .limit(20)
              .forEach(line -> warnings.add(DenialText.warning("would be refused: ", line)));
        }
        warnings.addAll(DenialText.warnings(subject, verdict).stream().limit(10).toList());
        Map<String, String> audit = DenialText.auditAnnotations(subject, verdict);
        audit.put("global-mode", "audit");
        audit.put("request", requestId);
        if (verdict.effect().refuses()) {
          audit.put("would-deny", "true");
        }
        return new Answer.Admit(warnings, audit);
      }

      @Override
      public Answer.Admit unjudged(String why, String requestId) {
        return new Answer.Admit(
            List.of(LOUD, DenialText.cut("would be refused, since the request " + why)),
            Map.of(
                "decision",
                "allow",
                "would-deny",
                "true",
                "global-mode",
                "audit",
                "request",
                requestId));
      }
    };
  }

  private static Answer.Refuse refuse(
      int code,
      String reason,
      String message,
      Verdict verdict,
      List<String> warnings,
      Map<String, String> audit) {
    List<Answer.Cause> causes = new ArrayList<>();
    for (Line line : Line.of(verdict, Answering::refuses)) {
      causes.add(
          new Answer.Cause(
              line.check(), line.fields().isEmpty() ? "" : line.fields().get(0), line.sentence()));
    }
    return new Answer.Refuse(
        code,
        reason,
        message,
        causes.stream().limit(50).toList(),
        warnings,
        new LinkedHashMap<>(audit));
  }

  private static boolean refuses(Ruling ruling) {
    return ruling.effect().refuses();
  }
}
