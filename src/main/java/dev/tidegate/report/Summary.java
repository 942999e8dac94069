package dev.tidegate.report;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How many objects came out how.
 *
 * @param objects how many were judged; alike ones count each
 * @param counts per result, only those that occur
 */
public record Summary(long objects, Map<Result, Long> counts) {
  public Summary {
    counts = counts.isEmpty() ? Map.of() : new EnumMap<>(counts);
  }

  /** The summary of {@code judged}. */
  public static Summary of(Collection<Judged> judged) {
    EnumMap<Result, Long> counts = new EnumMap<>(Result.class);
    for (Judged one : judged) {
      counts.merge(one.result(), (long) one.alike(), Long::sum);
    }
    return new Summary(counts.values().stream().mapToLong(Long::longValue).sum(), counts);
  }

  /** The worst result; a skip when nothing was judged. */
  public Result worst() {
    return counts.keySet().stream().reduce(Result.SKIP, Result::worse);
  }

  /** How many objects came out as {@code result}. */
  public long count(Result result) {
    return counts.getOrDefault(result, 0L);
  }

  /** {@code 4 objects: 2 fail, 1 has warnings, 1 passes}. */
  @Override
  public String toString() {
    String head = objects + (objects == 1 ? " object" : " objects");
    return counts.isEmpty()
        ? head
        : head
            + ": "
            + counts.entrySet().stream()
                .map(entry -> entry.getKey().counted(entry.getValue()))
                .collect(Collectors.joining(", "));
  }
}
