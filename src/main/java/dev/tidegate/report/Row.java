package dev.tidegate.report;

import dev.tidegate.engine.Ruling;
import dev.tidegate.engine.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One row of a list of what was judged: a {@link Line} with what comes of it, or that there is
 * nothing to tell.
 *
 * @param result what comes of it
 * @param check id of the check; empty for a pass or a skip
 * @param containers names of the containers concerned; empty when the pod as a whole is meant
 * @param problem what is wrong or not known; empty for a pass
 * @param fix what to do about it; may be empty
 * @param fields paths of the fields to look at
 * @param policies policies that say so, sorted
 * @param exemption the exemption that permits it
 */
public record Row(
    Result result,
    String check,
    List<String> containers,
    String problem,
    String fix,
    List<String> fields,
    List<String> policies,
    Optional<String> exemption) {
  public Row {
    Objects.requireNonNull(result);
    Objects.requireNonNull(check);
    containers = List.copyOf(containers);
    Objects.requireNonNull(problem);
    Objects.requireNonNull(fix);
    fields = List.copyOf(fields);
    policies = List.copyOf(policies);
    Objects.requireNonNull(exemption);
  }

  /** The rows of one verdict, worst first; at least one. */
  public static List<Row> of(Verdict verdict) {
    List<Row> rows = new ArrayList<>();
    for (Line line : Line.of(verdict, ruling -> true)) {
      rows.add(
          new Row(
              result(line),
              line.check(),
              line.containers(),
              line.problem(),
              line.fix(),
              line.fields(),
              List.copyOf(line.policies()),
              Optional.empty()));
    }
    rows.sort(Comparator.comparing(Row::result)); // stable: the order of lines within a result
    rows.addAll(exempted(verdict));
    if (rows.isEmpty()) {
      rows.add(
          verdict.uncovered()
              ? plain(Result.SKIP, "no policy applies to it")
              : plain(Result.PASS, ""));
    }
    return List.copyOf(rows);
  }

  private static Row plain(Result result, String problem) {
    return new Row(result, "", List.of(), problem, "", List.of(), List.of(), Optional.empty());
  }

  private static Result result(Line line) {
    return switch (line.effect()) {
      case REFUSE -> line.decided() ? Result.FAIL : Result.UNDECIDED;
      case REFUSE_UNDECIDED -> Result.UNDECIDED;
      case ADMIT_OWING, WARN -> Result.WARN;
      // Only a policy that audits has something to tell and yet no effect.
      case NONE -> Result.AUDIT;
    };
  }

  private static List<Row> exempted(Verdict verdict) {
    Map<List<String>, Permitted> rows = new LinkedHashMap<>();
    for (Ruling ruling : verdict.rulings()) {
      for (Ruling.Exempted exempted : ruling.exempted()) {
        rows.computeIfAbsent(
                List.of(ruling.check(), exempted.finding().problem(), exempted.exemption()),
                same -> new Permitted(new ArrayList<>(), new ArrayList<>(), new TreeSet<>()))
            .add(ruling, exempted);
      }
    }
    return rows.entrySet().stream()
        .map(entry ->
            new Row(
                Result.EXEMPT,
                entry.getKey().get(0),
                entry.getValue().containers(),
                entry.getKey().get(1) + "; permitted by exemption " + entry.getKey().get(2),
                "",
                entry.getValue().fields(),
                List.copyOf(entry.getValue().policies()),
                Optional.of(entry.getKey().get(2))))
        .toList();
  }

  /** What one exemption permits of one problem, while it is being put together. */
  private record Permitted(List<String> containers, List<String> fields, Set<String> policies) {
    void add(Ruling ruling, Ruling.Exempted exempted) {
      policies.addAll(ruling.policies());
      if (!fields.contains(exempted.finding().field())) {
        fields.add(exempted.finding().field());
        exempted.finding().container().ifPresent(containers::add);
      }
    }
  }
}
