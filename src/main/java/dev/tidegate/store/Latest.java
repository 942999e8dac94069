package dev.tidegate.store;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What came last, first in, first out: a cache that weighs what is worth keeping may give up what
 * is new at once, before those who asked for it have seen it. Bounded in entries and bytes; the
 * very last one is always there.
 */
final class Latest<K, V> {
  private static final int MOST = 1024;

  private final long mostBytes;
  private final ToIntFunction<V> weigher;
  private final Map<K, V> entries = new LinkedHashMap<>();
  private long bytes;

  Latest(long mostBytes, ToIntFunction<V> weigher) {
    this.weigher = weigher;
    this.mostBytes = mostBytes;
  }

  synchronized @Nullable V get(K key) {
    return entries.get(key);
  }

  synchronized void put(K key, V value) {
    V before = entries.remove(key);
    bytes -= before == null ? 0 : weigher.applyAsInt(before);
    entries.put(key, value);
    bytes += weigher.applyAsInt(value);
    Iterator<V> oldest = entries.values().iterator();
    while ((entries.size() > MOST || bytes > mostBytes) && entries.size() > 1) {
      bytes -= weigher.applyAsInt(oldest.next());
      oldest.remove();
    }
  }
}
