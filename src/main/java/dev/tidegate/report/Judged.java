package dev.tidegate.report;

import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import dev.tidegate.model.ObjectName;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One object of many that were looked at, with what came out.
 *
 * @param object the object
 * @param source where it stands, for instance {@code web.yaml:12}; empty when it was read from a
 *     cluster
 * @param alike how many objects this is for, at least 1: pods of one workload that do not differ in
 *     what is judged are told once
 * @param rows what there is to tell, worst first; at least one
 * @param rulings what checks said for which policies; empty when nothing was judged
 */
public record Judged(
    ObjectName object, String source, int alike, List<Row> rows, List<Ruling> rulings) {
  public Judged {
    Objects.requireNonNull(object);
    Objects.requireNonNull(source);
    rows = List.copyOf(rows);
    rulings = List.copyOf(rulings);
    if (alike < 1 || rows.isEmpty()) {
      throw new IllegalArgumentException("there is at least one object and one row");
    }
  }

  /** {@code alike} objects with their common verdict. */
  public static Judged of(ObjectName object, String source, int alike, Verdict verdict) {
    return new Judged(object, source, alike, Row.of(verdict), verdict.rulings());
  }

  /**
   * An object that there is nothing to judge of.
   *
   * @param why for people, a clause
   */
  public static Judged skipped(ObjectName object, String source, String why) {
    Row row = new Row(Result.SKIP, "", List.of(), why, "", List.of(), List.of(), Optional.empty());
    return new Judged(object, source, 1, List.of(row), List.of());
  }

  /** The worst of its rows. */
  public Result result() {
    return rows.stream().map(Row::result).reduce(Result.SKIP, Result::worse);
  }
}
