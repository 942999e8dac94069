package dev.tidegate.check;

import dev.tidegate.model.Quantity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the parameters of several policies come to for judging, worked out once for all pods.
 *
 * @param keys every entry that any of them reads, each once
 * @param each what each of the parameters demands, in their order
 */
record ResourcePlan(List<ResourceKey> keys, List<Demands> each) {
  /**
   * An entry of a container's resources.
   *
   * @param place its place in {@link ResourcePlan#keys}
   */
  record Entry(int place, ResourceKey key) {}

  /**
   * What one policy demands.
   *
   * @param parameters as it is written
   * @param wanted what must be set
   * @param bounds of single containers
   * @param totals greatest values of the whole pod
   */
  record Demands(
      ResourceLimits.Parameters parameters,
      List<Entry> wanted,
      List<Bound> bounds,
      Map<ResourceKey, Quantity> totals) {}

  /** A value that another may reach but not pass. */
  record Bound(Entry entry, Quantity value, boolean upper) {
    ResourceKey key() {
      return entry.key();
    }

    boolean isBrokenBy(Quantity other) {
      return upper ? other.compareTo(value) > 0 : other.compareTo(value) < 0;
    }

    String side() {
      return (upper ? "above the maximum " : "below the minimum ") + value;
    }

    String way() {
      return value + (upper ? " or less" : " or more");
    }
  }

  /** The plan of {@code parameters}. */
  static ResourcePlan of(List<ResourceLimits.Parameters> parameters) {
    Map<ResourceKey, Entry> entries = new LinkedHashMap<>();
    List<Demands> each = new ArrayList<>();
    for (ResourceLimits.Parameters one : parameters) {
      Map<ResourceKey, Quantity> totals = new TreeMap<>();
      one.maxTotal().forEach((key, most) -> totals.put(ResourceKey.parse(key), most));
      each.add(
          new Demands(
              one,
              wanted(one).map(key -> entry(key, entries)).toList(),
              Stream.concat(bounds(one.max(), true, entries), bounds(one.min(), false, entries))
                  .toList(),
              Collections.unmodifiableMap(totals)));
    }
    return new ResourcePlan(List.copyOf(entries.keySet()), List.copyOf(each));
  }

  private static Entry entry(ResourceKey key, Map<ResourceKey, Entry> entries) {
    return entries.computeIfAbsent(key, first -> new Entry(entries.size(), key));
  }

  private static Stream<Bound> bounds(
      Map<String, Quantity> values, boolean upper, Map<ResourceKey, Entry> entries) {
    return values.entrySet().stream()
        .map(value ->
            new Bound(entry(ResourceKey.parse(value.getKey()), entries), value.getValue(), upper));
  }

  /** What must be set: what is required, what has a minimum, limits that have a maximum. */
  private static Stream<ResourceKey> wanted(ResourceLimits.Parameters parameters) {
    return Stream.concat(
            Stream.concat(
                keys(parameters.require()),
                keys(parameters.min().keySet()).filter(key -> !key.limit())),
            keys(parameters.max().keySet()).filter(ResourceKey::boundless))
        .distinct()
        .sorted();
  }

  private static Stream<ResourceKey> keys(Collection<String> names) {
    return names.stream().map(ResourceKey::parse);
  }
}
