package dev.tidegate.document;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the problems of one reading, all files together; not for several threads. */
public final class Problems {
  /** A broken generator must not fill the log; the rest is counted. */
  public static final int MOST = 200;

  private final List<Problem> kept = new ArrayList<>();
  private int dropped;
  private boolean refused;

  /** Something because of which the whole set cannot be used. */
  public void error(String file, int line, String field, String message, String fix) {
    refused = true;
    add(new Problem(Problem.Severity.ERROR, file, line, field, sentence(message), sentence(fix)));
  }

  /** Something because of which a document does less than it says. */
  public void warning(String file, int line, String field, String message, String fix) {
    add(new Problem(Problem.Severity.WARNING, file, line, field, sentence(message), sentence(fix)));
  }

  private void add(Problem problem) {
    if (kept.size() < MOST) {
      kept.add(problem);
    } else {
      dropped++;
    }
  }

  /** Whether there was any error, reported or merely counted. */
  public boolean refused() {
    return refused;
  }

  /** What was found: by file and line, what concerns all files at the end. */
  public List<Problem> all() {
    List<Problem> all = new ArrayList<>(kept);
    all.sort(
        Comparator.comparing((Problem problem) -> problem.file().isEmpty())
            .thenComparing(Problem::file)
            .thenComparingInt(Problem::line));
    if (dropped > 0) {
      all.add(
          new Problem(
              refused ? Problem.Severity.ERROR : Problem.Severity.WARNING,
              "",
              0,
              "",
              dropped + " more problems are not shown.",
              "Correct these first."));
    }
    return List.copyOf(all);
  }

  private static String sentence(String text) {
    return text.isEmpty() || text.endsWith(".") ? text : text + ".";
  }
}
