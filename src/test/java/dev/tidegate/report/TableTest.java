package dev.tidegate.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Severity;
import dev.tidegate.policy.Mode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rows, results and their table. */
class TableTest {
  private static final ObjectName WEB = new ObjectName("apps", "Deployment", "shop", "web");

  private static Verdict verdict(Ruling... rulings) {
    return new Verdict(Instant.EPOCH, 1, "0123456789ab", rulings.length == 0, List.of(rulings), 1);
  }

  private static Ruling ruling(Mode mode, Outcome outcome, Effect effect) {
    return new Ruling(List.of("baseline"), mode, "nonRoot", outcome, List.of(), effect, effect);
  }

  private static Outcome fail(String problem, Doubt... doubts) {
    return new Outcome.Fail(List.of(finding("web", problem)), List.of(doubts));
  }

  private static Finding finding(String container, String problem) {
    return new Finding(
        Optional.of(container),
        problem,
        "change it",
        "spec.containers[" + container + "]",
        Severity.HIGH,
        Optional.empty());
  }

  private static Result result(Ruling... rulings) {
    return Judged.of(WEB, "", 1, verdict(rulings)).result();
  }

  @Test
  void resultFollowsTheEffectAndTheModeOfThePolicy() {
    Doubt doubt = Doubt.of(Cause.UNREACHABLE, "the registry is down");
    assertThat(result(ruling(Mode.ENFORCE, fail("a"), Effect.REFUSE))).isEqualTo(Result.FAIL);
    assertThat(result(ruling(Mode.ENFORCE, Outcome.unknown(doubt), Effect.REFUSE_UNDECIDED)))
        .isEqualTo(Result.UNDECIDED);
    assertThat(result(ruling(Mode.ENFORCE, fail("a"), Effect.ADMIT_OWING))).isEqualTo(Result.WARN);
    assertThat(result(ruling(Mode.WARN, fail("a"), Effect.WARN))).isEqualTo(Result.WARN);
    assertThat(result(ruling(Mode.AUDIT, fail("a"), Effect.NONE))).isEqualTo(Result.AUDIT);
    assertThat(result(ruling(Mode.ENFORCE, Outcome.pass(), Effect.NONE))).isEqualTo(Result.PASS);
    assertThat(result()).isEqualTo(Result.SKIP);
  }

  @Test
  void doubtBesideAFindingIsARowOfItsOwn() {
    Doubt doubt = Doubt.of(Cause.UNREACHABLE, "the registry is down");
    List<Row> rows = Row.of(verdict(ruling(Mode.ENFORCE, fail("a", doubt), Effect.REFUSE)));

    assertThat(rows).extracting(Row::result).containsExactly(Result.FAIL, Result.UNDECIDED);
  }

  @Test
  void exemptedFindingsOfSeveralContainersAreOneRow() {
    Ruling ruling =
        new Ruling(
            List.of("baseline"),
            Mode.ENFORCE,
            "nonRoot",
            Outcome.pass(),
            List.of(
                new Ruling.Exempted(finding("web", "runs as root"), "mesh"),
                new Ruling.Exempted(finding("side", "runs as root"), "mesh")),
            Effect.NONE,
            Effect.NONE);
    List<Row> rows = Row.of(verdict(ruling));

    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).containers()).containsExactly("web", "side");
    assertThat(rows.get(0).exemption()).contains("mesh");
  }

  @Test
  void noLineIsWiderThanTold() {
    String wide = "镜像不得运行，因为构建密钥被盗 ".repeat(8) + "x".repeat(300);
    Judged judged =
        Judged.of(
            new ObjectName("", "Pod", "n".repeat(63), "p".repeat(253)),
            "dir/".repeat(40) + "web.yaml:1",
            1,
            verdict(ruling(Mode.ENFORCE, fail(wide), Effect.REFUSE)));
    for (int width : new int[] {1, Table.NARROWEST, 100, Table.WIDEST, 10_000}) {
      int most = Math.clamp(width, Table.NARROWEST, Table.WIDEST);
      assertThat(Table.of(width, false).render(List.of(judged)).lines())
          .allSatisfy(line -> assertThat(Wrapping.width(line)).isLessThanOrEqualTo(most));
    }
  }

  @Test
  void nothingIsLostByWrapping() {
    String text = "one two " + "z".repeat(50) + " three";

    assertThat(String.join("", Wrapping.wrap(text, 10)).replace(" ", ""))
        .isEqualTo(text.replace(" ", ""));
    assertThat(Wrapping.wrap("", 10)).containsExactly("");
    assertThat(Wrapping.wrap("a\nb", 10)).containsExactly("a", "b");
    assertThat(Wrapping.wrap("中文字", 4)).containsExactly("中文", "字");
  }

  @Test
  void summaryCountsObjectsNotRows() {
    Judged failing = Judged.of(WEB, "", 3, verdict(ruling(Mode.ENFORCE, fail("a"), Effect.REFUSE)));
    Judged skipped = Judged.skipped(WEB, "", "it has no template");
    Summary summary = Summary.of(List.of(failing, skipped));

    assertThat(summary).hasToString("4 objects: 3 fail, 1 was not judged");
    assertThat(summary.worst()).isEqualTo(Result.FAIL);
    assertThat(Summary.of(List.of())).hasToString("0 objects");
    assertThat(Summary.of(List.of()).worst()).isEqualTo(Result.SKIP);
  }

  @Test
  void everyResultHasItsWordsAndColour() {
    assertThat(Stream.of(Result.values()).map(result -> result.counted(1)))
        .doesNotHaveDuplicates()
        .allMatch(text -> text.startsWith("1 "));
    assertThat(Stream.of(Result.values()).map(Colours::of))
        .allMatch(colour -> colour.matches("\u001b\\[[0-9;]+m"));
  }

  @Test
  void judgedNeedsARowAndAnObject() {
    assertThatThrownBy(() -> new Judged(WEB, "", 0, List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
