package dev.tidegate.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one kind as an informer hears of them, reduced to what the gate needs: the
 * informer's own memory and the answers per namespace in one. Readers see immutable snapshots in
 * constant time. Bounded: what is over a bound is not kept, and then {@link #isOver} says that the
 * answer is not the whole.
 *
 * <p>Being the informer's store, it is complete the moment the informer has finished its first
 * list; an event handler would run behind.
 *
 * @param <V> what is kept of an object
 * @param <S> what is answered for a place: an immutable summary of what is kept there
 */
final class ObjectTable<V, S> implements ItemStore<GenericKubernetesResource> {

  /** What is kept of one object; {@code value} is null when there was no room. */
  private record Row<V>(
      @Nullable String namespace,
      String name,
      @Nullable String version,
      String place,
      @Nullable V value) {}

  private final Function<ObjectMeta, String> place;
  private final Function<GenericKubernetesResource, V> reduce;
  private final Function<List<V>, S> summary;
  private final S nothing;
  private final int mostInPlace;
  private final int mostInAll;
  private final Map<String, Row<V>> rows = new ConcurrentHashMap<>();
  private final Map<String, S> snapshots = new ConcurrentHashMap<>();
  private final Map<String, Integer> leftOut = new ConcurrentHashMap<>();
  private volatile boolean overInAll;

  /** What each snapshot is made of, by key; touched by writers only. */
  private final Map<String, TreeMap<String, V>> places = new HashMap<>();

  /**
   * @param place where an object is looked up
   * @param reduce what to keep of an object; must not throw
   * @param summary what to answer for the objects of a place, given in order of names
   * @param mostInPlace most objects kept of one place
   * @param mostInAll most objects kept
   */
  ObjectTable(
      Function<ObjectMeta, String> place,
      Function<GenericKubernetesResource, V> reduce,
      Function<List<V>, S> summary,
      int mostInPlace,
      int mostInAll) {
    this.place = place;
    this.reduce = reduce;
    this.summary = summary;
    this.nothing = summary.apply(List.of());
    this.mostInPlace = mostInPlace;
    this.mostInAll = mostInAll;
  }

  /** The answer for {@code place}. */
  S in(String place) {
    return snapshots.getOrDefault(place, nothing);
  }

  /** Whether objects of {@code place} were left out because a bound was reached. */
  boolean isOver(String place) {
    return overInAll || leftOut.containsKey(place);
  }

  @Override
  public String getKey(GenericKubernetesResource object) {
    ObjectMeta metadata = object.getMetadata();
    return metadata.getNamespace() == null
        ? metadata.getName()
        : metadata.getNamespace() + "/" + metadata.getName();
  }

  @Override
  public synchronized @Nullable GenericKubernetesResource put(
      String key, GenericKubernetesResource object) {
    Row<V> before = rows.get(key);
    if (before == null && rows.size() >= mostInAll) {
      // Stays so until the gate starts anew: without a row nobody would notice that room is back.
      overInAll = true;
      return null;
    }
    ObjectMeta metadata = object.getMetadata();
    String at = place.apply(metadata);
    TreeMap<String, V> here = places.computeIfAbsent(at, none -> new TreeMap<>());
    boolean room = here.size() < mostInPlace || here.containsKey(key);
    V value = room ? reduce.apply(object) : null;
    rows.put(
        key,
        new Row<>(
            metadata.getNamespace(), metadata.getName(), metadata.getResourceVersion(), at, value));
    if (value != null) {
      here.put(key, value);
      snapshots.put(at, summary.apply(List.copyOf(here.values())));
    }
    countLeftOut(before, -1);
    countLeftOut(rows.get(key), 1);
    return identity(before);
  }

  @Override
  public synchronized @Nullable GenericKubernetesResource remove(String key) {
    Row<V> row = rows.remove(key);
    if (row == null) {
      return null;
    }
    countLeftOut(row, -1);
    TreeMap<String, V> here = places.get(row.place());
    if (here != null && here.remove(key) != null) {
      snapshots.put(row.place(), summary.apply(List.copyOf(here.values())));
    }
    if (here != null && here.isEmpty()) {
      places.remove(row.place());
      snapshots.remove(row.place());
    }
    return identity(row);
  }

  private void countLeftOut(@Nullable Row<V> row, int change) {
    if (row != null && row.value() == null) {
      leftOut.compute(
          row.place(),
          (at, n) -> {
            int left = (n == null ? 0 : n) + change;
            return left > 0 ? left : null;
          });
    }
  }

  @Override
  public Stream<String> keySet() {
    return rows.keySet().stream();
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return rows.values().stream().map(ObjectTable::restored);
  }

  @Override
  public @Nullable GenericKubernetesResource get(String key) {
    return identity(rows.get(key));
  }

  @Override
  public int size() {
    return rows.size();
  }

  @Override
  public boolean isFullState() {
    return false;
  }

  private static @Nullable GenericKubernetesResource identity(@Nullable Row<?> row) {
    return row == null ? null : restored(row);
  }

  /** Enough of an object for the informer: its name and the version that it compares. */
  private static GenericKubernetesResource restored(Row<?> row) {
    GenericKubernetesResource object = new GenericKubernetesResource();
    ObjectMeta metadata = new ObjectMeta();
    metadata.setName(row.name());
    metadata.setNamespace(row.namespace());
    metadata.setResourceVersion(row.version());
    object.setMetadata(metadata);
    return object;
  }
}
