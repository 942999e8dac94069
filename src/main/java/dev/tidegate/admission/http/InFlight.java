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
  private final Map<String, Taken> perPeer = new HashMap<>();
  private int total;
  private long held;

  /** What one peer has taken; forgotten with its last request. */
  private static final class Taken {
    private int requests;
    private long bytes;
  }

  InFlight(Limits limits) {
    this.limits = limits;
  }

  /** A place for a request of {@code peer}; empty when there is none. */
  synchronized Optional<Place> enter(String peer) {
    Taken known = perPeer.get(peer);
    if (total >= limits.inFlight()
        || (known != null && known.requests >= limits.inFlightPerPeer())) {
      return Optional.empty();
    }
    Taken taken = known != null ? known : new Taken();
    perPeer.put(peer, taken);
    taken.requests++;
    total++;
    return Optional.of(new Place(peer, taken));
  }

  /** Requests in work. */
  synchronized int total() {
    return total;
  }

  /** A request's place; left once. */
  final class Place {
    private final String peer;
    private final Taken taken;
    private long bytes;
    private boolean left;

    private Place(String peer, Taken taken) {
      this.peer = peer;
      this.taken = taken;
    }

    /** Whether {@code more} bytes may be held. */
    boolean hold(int more) {
      synchronized (InFlight.this) {
        if (left
            || held + more > limits.heldBytes()
            || taken.bytes + more > limits.heldBytesPerPeer()) {
          return false;
        }
        held += more;
        taken.bytes += more;
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
        taken.bytes -= bytes;
        if (--taken.requests == 0) {
          perPeer.remove(peer);
        }
      }
    }
  }
}
