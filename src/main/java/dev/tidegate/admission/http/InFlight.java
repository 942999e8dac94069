package dev.tidegate.admission.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts requests in work and the bytes that they hold, in total and per peer, so that one caller
 * cannot take all there is.
 */
final class InFlight {
  private final Limits limits;
  private final Map<String, Integer> perPeer = new HashMap<>();
  private int total;
  private long held;

  InFlight(Limits limits) {
    this.limits = limits;
  }

  /** A place for a request of {@code peer}; empty when there is none. */
  synchronized Optional<Place> enter(String peer) {
    int ofPeer = perPeer.getOrDefault(peer, 0);
    if (total >= limits.inFlight() || ofPeer >= limits.inFlightPerPeer()) {
      return Optional.empty();
    }
    total++;
    perPeer.put(peer, ofPeer + 1);
    return Optional.of(new Place(peer));
  }

  /** Requests in work. */
  synchronized int total() {
    return total;
  }

  /** A request's place; left once. */
  final class Place {
    private final String peer;
    private long bytes;
    private boolean left;

    private Place(String peer) {
      this.peer = peer;
    }

    /** Whether {@code more} bytes may be held. */
    boolean hold(int more) {
      synchronized (InFlight.this) {
        if (left || held + more > limits.heldBytes()) {
          return false;
        }
        held += more;
        bytes += more;
        return true;
      }
    }

    /** Makes room; of no effect the second time. */
    void leave() {
      synchronized (InFlight.this) {
        if (left) {
          return;
        }
        left = true;
        total--;
        held -= bytes;
        perPeer.computeIfPresent(peer, (name, count) -> count > 1 ? count - 1 : null);
      }
    }
  }
}
