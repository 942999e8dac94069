package dev.tidegate.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Operation;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Owner;
import dev.tidegate.model.PodShape;
import dev.tidegate.model.Requester;
import dev.tidegate.model.Resources;
import dev.tidegate.model.SecurityContext;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import dev.tidegate.policy.Mode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DenialTextTest {
  private static final Finding ROOT =
      finding(
          "web",
          0,
          "may run as root: runAsNonRoot is not set",
          "set securityContext.runAsNonRoot: true");

  private static Finding finding(String container, int index, String problem, String fix) {
    return new Finding(
        Optional.of(container),
        problem,
        fix,
        "spec.containers[" + index + "].x",
        Severity.HIGH,
        Optional.empty());
  }

  private static Subject subject(String kind, String name) {
    return new Subject(
        new ObjectName(kind.equals("Pod") ? "" : "apps", kind, "shop", name),
        kind.equals("Pod") ? Optional.of(new Owner("Deployment", "web")) : Optional.empty(),
        Operation.CREATE,
        new Requester("alice", List.of()),
        new PodShape(
            Map.of(),
            "spec",
            List.of(),
            SecurityContext.NONE,
            Resources.NONE,
            false,
            Optional.empty(),
            false),
        Optional.empty(),
        false);
  }

  private static Verdict verdict(Ruling... rulings) {
    return new Verdict(
        Instant.parse("2026-11-25T12:00:00Z"), 3, "0123456789ab", false, List.of(rulings), 1);
  }

  private static Ruling fails(String policy, String check, Effect effect, Finding... findings) {
    return new Ruling(
        List.of(policy),
        Mode.ENFORCE,
        check,
        new Outcome.Fail(List.of(findings), List.of()),
        List.of(),
        effect,
        Effect.REFUSE);
  }

  private static Ruling unknown(String check, Effect effect, Doubt doubt) {
    return new Ruling(
        List.of("base"), Mode.ENFORCE, check, Outcome.unknown(doubt), List.of(), effect, effect);
  }

  @Test
  void tellsAllProblemsAtOnceAndTheWholeMeaningInTheFirstLine() {
    String text =
        DenialText.message(
            subject("Pod", "web-7d4f9-x2x"),
            verdict(
                fails(
                    "prod",
                    "nonRoot",
                    Effect.REFUSE,
                    ROOT,
                    finding("sidecar", 1, ROOT.problem(), ROOT.fix())),
                fails(
                    "base",
                    "imageReference",
                    Effect.REFUSE,
                    finding(
                        "web",
                        0,
                        "image evil.io/a may not be used here",
                        "use harbor.example.com")),
                fails("base", "nonRoot", Effect.REFUSE, ROOT),
                fails(
                    "quiet",
                    "resourceLimits",
                    Effect.NONE,
                    finding("web", 0, "not told", "not told"))),
            "6f1c");
    assertThat(text)
        .isEqualTo(
            """
            2 problems stop Pod shop/web-7d4f9-x2x (of Deployment web; policies base, prod): imageReference (web), nonRoot (web, sidecar)
            1) imageReference: container web: image evil.io/a may not be used here.
               Fix: use harbor.example.com.
            2) nonRoot: containers web, sidecar: may run as root: runAsNonRoot is not set.
               Fix: set securityContext.runAsNonRoot: true.
            Why, and how to ask for an exemption: tidegate explain imageReference; request 6f1c\
            """);
  }

  @Test
  void whatCouldNotBeDecidedIsWordedAsSuch() {
    Doubt doubt = Doubt.of(Cause.THROTTLED, "the API server asked to slow down");
    String text =
        DenialText.message(
            subject("Pod", "web"),
            verdict(unknown("networkPolicy", Effect.REFUSE_UNDECIDED, doubt)),
            "6f1c");
    assertThat(text)
        .isEqualTo(
            """
            could not decide about Pod shop/web (of Deployment web; policy base): networkPolicy; nothing is known to be wrong
            1) networkPolicy could not be decided: the API server asked to slow down.
            Why, and how to ask for an exemption: tidegate explain networkPolicy; request 6f1c\
            """);
  }

  @Test
  void isBoundedAndSaysWhatIsLeftOut() {
    List<Finding> many = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      many.add(finding("c" + i, i, "problem number " + i, "fix number " + i));
    }
    String text =
        DenialText.message(
            subject("Pod", "web"),
            verdict(fails("base", "nonRoot", Effect.REFUSE, many.toArray(Finding[]::new))),
            "6f1c");
    assertThat(text)
        .startsWith("40 problems stop ")
        .contains("\n10) ")
        .doesNotContain("\n11) ")
        .contains("and 30 more");
    assertThat(text.length()).isLessThan(6000);
  }

  @Test
  void warningsAreShortLinesThatTheApiServerDoesNotDrop() {
    Finding late =
        finding("web", 0, "x".repeat(300), "wait").owing(Instant.parse("2026-11-25T12:02:00Z"));
    List<String> warnings =
        DenialText.warnings(
            subject("Deployment", "web"),
            verdict(
                fails("base", "nonRoot", Effect.WARN, ROOT),
                fails("base", "networkPolicy", Effect.ADMIT_OWING, late),
                fails("other", "resourceLimits", Effect.NONE, ROOT)));
    assertThat(warnings)
        .hasSize(2)
        .allSatisfy(warning -> assertThat(warning.length()).isLessThanOrEqualTo(120))
        .allSatisfy(warning -> assertThat(warning).doesNotContain("\n").startsWith("its pods: "));
    assertThat(warnings.get(0)).endsWith("… (let through for now)");
  }

  @Test
  void allWarningsTogetherStayBelowTheApiServersLimit() {
    List<Finding> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(finding("c" + i, i, "y".repeat(200) + i, "fix"));
    }
    List<String> warnings =
        DenialText.warnings(
            subject("Pod", "web"),
            verdict(fails("base", "nonRoot", Effect.WARN, many.toArray(Finding[]::new))));
    assertThat(warnings.stream().mapToInt(String::length).sum()).isLessThan(4096);
    assertThat(warnings).last().asString().contains("76 more");
  }

  @Test
  void whatSomebodyElseWroteCannotSteerATerminal() {
    Finding evil = finding("a\u001b[2Jb", 0, "x\r\ny\u202ez", "f\u0007");
    String text =
        DenialText.message(
            subject("Pod", "p\u001b]0;x"),
            verdict(fails("base", "nonRoot", Effect.REFUSE, evil)),
            "r\u001b");
    assertThat(text.replace("\n", "").chars()).allMatch(c -> c >= ' ' && c < 0x7f);
  }

  @Test
  void annotationsTellTheAuditLogWhatHappenedAndWhatWouldHave() {
    Ruling audited =
        new Ruling(
            List.of("base"),
            Mode.AUDIT,
            "nonRoot",
            new Outcome.Fail(List.of(ROOT), List.of()),
            List.of(new Ruling.Exempted(ROOT, "istio-init")),
            Effect.NONE,
            Effect.REFUSE);
    assertThat(DenialText.auditAnnotations(subject("Pod", "web"), verdict(audited)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "decision", "allow",
                "policy-set", "3/0123456789ab",
                "policies", "policy base",
                "checks", "nonRoot=fail",
                "would-deny", "true",
                "exemptions", "istio-init"));
    assertThat(
            DenialText.auditAnnotations(
                subject("Pod", "web"),
                new Verdict(Instant.EPOCH, 1, "0123456789ab", true, List.of(), 1)))
        .containsEntry("uncovered", "true");
  }
}
