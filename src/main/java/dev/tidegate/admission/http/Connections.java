package dev.tidegate.admission.http;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts open connections, in total and per peer: one address must not take all that the API server
 * could connect by, which it need not even send a request for.
 */
final class Connections {
  private final Limits limits;
  private final Map<String, Integer> perPeer = new HashMap<>();
  private int total;

  Connections(Limits limits) {
    this.limits = limits;
  }

  /** Whether {@code peer} may have one more; if so it is counted until {@link #leave}. */
  synchronized boolean enter(String peer) {
    int ofPeer = perPeer.getOrDefault(peer, 0);
    if (total >= limits.connections() || ofPeer >= limits.connectionsPerPeer()) {
      return false;
    }
    total++;
    perPeer.put(peer, ofPeer + 1);
    return true;
  }

  /** A connection of {@code peer} that was counted is closed. */
  synchronized void leave(String peer) {
    total--;
    perPeer.computeIfPresent(peer, (name, count) -> count > 1 ? count - 1 : null);
  }
}
