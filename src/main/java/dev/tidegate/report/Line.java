package dev.tidegate.report;

import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * One thing to tell: equal findings of several containers or policies are one line. Webhook and
 * command line make all their texts from these.
 *
 * @param check id of the check
 * @param containers names of the containers concerned, in the order of the pod; empty when the pod
 *     as a whole is meant
 * @param problem what is wrong, or what could not be known
 * @param fix what to do about it; empty for what could not be known
 * @param fields paths of the fields to look at, one per container
 * @param severity worst of the findings
 * @param policies policies that say so, sorted
 * @param effect the strongest effect of the rulings behind it
 * @param decided whether something is wrong, as opposed to not known
 */
public record Line(
    String check,
    List<String> containers,
    String problem,
    String fix,
    List<String> fields,
    Severity severity,
    Set<String> policies,
    Effect effect,
    boolean decided) {
  private static final Comparator<Line> ORDER =
      Comparator.comparing((Line line) -> !line.decided())
          .thenComparing(Line::severity)
          .thenComparing(Line::check)
          .thenComparing(Line::problem);

  public Line {
    containers = List.copyOf(containers);
    fields = List.copyOf(fields);
    policies = Collections.unmodifiableSet(new TreeSet<>(policies));
  }

  /**
   * The lines of all rulings of {@code verdict} that {@code wanted} holds for, what is wrong first,
   * worst first.
   */
  public static List<Line> of(Verdict verdict, Predicate<Ruling> wanted) {
    Map<List<Object>, Collected> lines = new LinkedHashMap<>();
    for (Ruling ruling : verdict.rulings()) {
      if (!wanted.test(ruling)) {
        continue;
      }
      for (Finding finding : ruling.findings()) {
        lines
            .computeIfAbsent(
                List.of(
                    ruling.check(),
                    finding.problem(),
                    finding.fix(),
                    finding.container().isPresent()),
                same -> new Collected(ruling.check(), finding.problem(), finding.fix(), true))
            .add(ruling, finding);
      }
      for (Doubt doubt : ruling.doubts()) {
        lines
            .computeIfAbsent(
                List.of(ruling.check(), doubt.tried(), doubt.cause()),
                same -> new Collected(ruling.check(), doubt.tried(), "", false))
            .add(ruling);
      }
    }
    return lines.isEmpty() // as of most pods
        ? List.of()
        : lines.values().stream().map(Collected::line).sorted(ORDER).toList();
  }

  /** {@code nonRoot: containers web, sidecar: may run as root}. */
  public String sentence() {
    String where =
        switch (containers.size()) {
          case 0 -> "";
          case 1 -> "container " + containers.get(0) + ": ";
          default -> "containers " + String.join(", ", containers) + ": ";
        };
    return check + ": " + where + problem;
  }

  /** The policies, as {@code policy a} or {@code policies a, b}. */
  static String policies(List<Line> lines) {
    List<String> names =
        lines.stream().flatMap(line -> line.policies().stream()).distinct().sorted().toList();
    return (names.size() == 1 ? "policy " : "policies ") + String.join(", ", names);
  }

  /** A line while it is being put together. */
  private static final class Collected {
    private final String check;
    private final String problem;
    private final String fix;
    private final boolean decided;
    private final List<String> containers = new ArrayList<>();
    private final List<String> fields = new ArrayList<>();
    private final Set<String> policies = new TreeSet<>();
    private Severity severity = Severity.INFO;
    private Effect effect = Effect.NONE;

    Collected(String check, String problem, String fix, boolean decided) {
      this.check = check;
      this.problem = problem;
      this.fix = fix;
      this.decided = decided;
    }

    void add(Ruling ruling) {
      policies.addAll(ruling.policies());
      effect = ruling.effect().compareTo(effect) > 0 ? ruling.effect() : effect;
    }

    void add(Ruling ruling, Finding finding) {
      add(ruling);
      severity = finding.severity().compareTo(severity) < 0 ? finding.severity() : severity;
      if (!fields.contains(finding.field())) {
        fields.add(finding.field());
        finding.container().ifPresent(containers::add);
      }
    }

    Line line() {
      return new Line(check, containers, problem, fix, fields, severity, policies, effect, decided);
    }
  }
}
