package dev.tidegate.store;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came last, first in, first out: a cache that weighs what is worth keeping may give up what
 * is new at once, before those who asked for it have seen it. Bounded in entries and bytes; the
 * very last one is always there.
 */
final class Latest {
  private static final int MOST = 1024;

  private final long mostBytes;
  private final Map<Slot, Entry> entries = new LinkedHashMap<>();
  private long bytes;

  Latest(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  synchronized @Nullable Entry get(Slot slot) {
    return entries.get(slot);
  }

  synchronized void put(Slot slot, Entry entry) {
    Entry before = entries.remove(slot);
    bytes -= before == null ? 0 : before.weight();
    entries.put(slot, entry);
    bytes += entry.weight();
    Iterator<Entry> oldest = entries.values().iterator();
    while ((entries.size() > MOST || bytes > mostBytes) && entries.size() > 1) {
      bytes -= oldest.next().weight();
      oldest.remove();
    }
  }
}
