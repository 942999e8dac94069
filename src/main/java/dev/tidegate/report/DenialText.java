package dev.tidegate.report;

import dev.tidegate.engine.Effect;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.ObjectName;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What kubectl shows: the text of a refusal, warnings, and annotations for the API server's audit
 * log.
 *
 * <p>The first line of a refusal carries the whole meaning, since {@code kubectl get events} shows
 * nothing else. All problems are in one text, numbered so that it still reads when somebody folds
 * it into one line.
 */
public final class DenialText {
  /** Most problems told one by one. */
  private static final int MOST_LINES = 10;

  /** Length in characters from which no further problem is added. */
  private static final int LONG_ENOUGH = 3000;

  /** Longest warning; Kubernetes may cut beyond 256 and advises 120. */
  private static final int LONGEST_WARNING = 120;

  /**
   * Most warnings of one answer; with the longest this stays below 4,096 characters, beyond which
   * they are dropped.
   */
  private static final int MOST_WARNINGS = 25;

  private DenialText() {}

  /**
   * The text of a refusal.
   *
   * @param verdict one whose effect refuses
   * @param requestId the request under which the log says more
   */
  public static String message(Subject subject, Verdict verdict, String requestId) {
    List<Line> lines = Line.of(verdict, ruling -> ruling.effect().refuses());
    List<Line> problems = lines.stream().filter(Line::decided).toList();
    List<Line> doubts = lines.stream().filter(line -> !line.decided()).toList();
    StringBuilder text = new StringBuilder();
    if (problems.isEmpty()) {
      text.append("could not decide about ")
          .append(named(subject, doubts))
          .append(": ")
          .append(briefs(doubts));
      text.append("; nothing is known to be wrong");
    } else {
      text.append(problems.size() == 1 ? "1 problem stops " : problems.size() + " problems stop ");
      text.append(named(subject, problems)).append(": ").append(briefs(problems));
    }
    int told = 0;
    for (Line line : lines) {
      if (told == MOST_LINES || text.length() > LONG_ENOUGH) {
        text.append("\nand ")
            .append(lines.size() - told)
            .append(" more: tidegate check lists them all");
        break;
      }
      told++;
      text.append('\n').append(told).append(") ");
      if (line.decided()) {
        text.append(line.sentence())
            .append('.')
            .append("\n   Fix: ")
            .append(line.fix())
            .append('.');
      } else {
        text.append(line.check())
            .append(" could not be decided: ")
            .append(line.problem())
            .append('.');
      }
    }
    Line first = lines.get(0);
    text.append("\nWhy, and how to ask for an exemption: tidegate explain ").append(first.check());
    return text.append("; request ").append(PlainText.of(requestId, 64)).toString();
  }

  /**
   * Warnings to whoever applies, one per line, each on one line and at most {@value
   * #LONGEST_WARNING} characters.
   */
  public static List<String> warnings(Subject subject, Verdict verdict) {
    List<Line> lines =
        Line.of(
            verdict,
            ruling -> ruling.effect() == Effect.WARN || ruling.effect() == Effect.ADMIT_OWING);
    List<String> warnings = new ArrayList<>();
    for (Line line : lines) {
      if (warnings.size() == MOST_WARNINGS - 1 && lines.size() > MOST_WARNINGS) {
        warnings.add(
            "and "
                + (lines.size() - warnings.size())
                + " more problems: tidegate check lists them all");
        break;
      }
      warnings.add(warning(subject.isPod() ? "" : "its pods: ", line));
    }
    return warnings;
  }

  /** One warning about {@code line} that starts with {@code prefix}. */
  public static String warning(String prefix, Line line) {
    String sentence =
        line.decided()
            ? line.sentence()
            : line.check() + " could not be decided: " + line.problem();
    String later = line.effect() == Effect.ADMIT_OWING ? " (let through for now)" : "";
    return PlainText.of(prefix + sentence, LONGEST_WARNING - later.length()) + later;
  }

  /** {@code text} as a warning. */
  public static String cut(String text) {
    return PlainText.of(text, LONGEST_WARNING);
  }

  /**
   * Annotations for the API server's audit log; it puts the webhook's name before each key. The map
   * is the caller's, to add to.
   */
  public static Map<String, String> auditAnnotations(Subject subject, Verdict verdict) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put("decision", word(verdict.effect()));
    annotations.put("policy-set", verdict.generation() + "/" + verdict.fingerprint());
    List<Line> lines = Line.of(verdict, ruling -> true);
    put(annotations, "policies", lines, Line::policies);
    put(annotations, "checks", lines, DenialText::checks);
    if (!verdict.effect().refuses() && verdict.strict().refuses()) {
      annotations.put("would-deny", "true");
    }
    if (verdict.uncovered()) {
      annotations.put("uncovered", "true");
    }
    List<String> exemptions = verdict.exemptions();
    if (!exemptions.isEmpty()) {
      annotations.put("exemptions", PlainText.of(String.join(", ", exemptions), 1000));
    }
    if (subject.mirror()) {
      annotations.put("mirror-pod", "true");
    }
    return annotations;
  }

  /** The word for what happens: allow, warn, owing, undecided or deny. */
  public static String word(Effect effect) {
    return switch (effect) {
      case NONE -> "allow";
      case WARN -> "warn";
      case ADMIT_OWING -> "owing";
      case REFUSE_UNDECIDED -> "undecided";
      case REFUSE -> "deny";
    };
  }

  /** The word for what a check said: pass, fail, unknown or skip. */
  public static String word(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Pass pass -> "pass";
      case Outcome.Fail fail -> "fail";
      case Outcome.Unknown unknown -> "unknown";
      case Outcome.Skip skip -> "skip";
    };
  }

  private static void put(
      Map<String, String> annotations,
      String key,
      List<Line> lines,
      Function<List<Line>, String> text) {
    if (!lines.isEmpty()) {
      annotations.put(key, PlainText.of(text.apply(lines), 1000));
    }
  }

  private static String checks(List<Line> lines) {
    return lines.stream()
        .map(line -> line.check() + "=" + (line.decided() ? "fail" : "unknown"))
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static String named(Subject subject, List<Line> lines) {
    ObjectName object = subject.object();
    String owner = subject.owner().map(of -> "of " + of + "; ").orElse("");
    return object + " (" + owner + Line.policies(lines) + ")";
  }

  /** Each check once, with all containers that any of its lines names. */
  private static String briefs(List<Line> lines) {
    Map<String, Set<String>> containers = new LinkedHashMap<>();
    for (Line line : lines) {
      containers
          .computeIfAbsent(line.check(), first -> new LinkedHashSet<>())
          .addAll(line.containers());
    }
    return containers.entrySet().stream()
        .map(of ->
            of.getKey()
                + (of.getValue().isEmpty() ? "" : " (" + String.join(", ", of.getValue()) + ")"))
        .collect(Collectors.joining(", "));
  }
}
