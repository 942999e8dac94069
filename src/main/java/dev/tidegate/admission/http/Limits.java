package dev.tidegate.admission.http;

/**
 * Bounds of what is taken in at once.
 *
 * @param bodyBytes longest body; at least 7 MiB, since a review carries an object and its
 *     predecessor
 * @param inFlight most requests in work
 * @param inFlightPerPeer most requests in work for one address
 * @param heldBytes most bytes of bodies held for all requests together
 * @param connections most open connections
 */
public record Limits(
    int bodyBytes, int inFlight, int inFlightPerPeer, long heldBytes, int connections) {
  private static final int LEAST_BODY = 7 * 1024 * 1024;

  public Limits {
    if (bodyBytes < LEAST_BODY) {
      throw new IllegalArgumentException(
          "the longest body is at least 7 MiB: a review carries an object and its predecessor");
    }
    if (inFlight < 1 || inFlightPerPeer < 1 || connections < 1 || heldBytes < bodyBytes) {
      throw new IllegalArgumentException("bounds are positive, and one body may be held");
    }
  }

  /** Most open connections of one address: a quarter of all, but one for each of its requests. */
  int connectionsPerPeer() {
    return Math.min(connections, Math.max(inFlightPerPeer, connections / 4));
  }

  /** Most bytes of bodies held for one address: half of all, but one body. */
  long heldBytesPerPeer() {
    return Math.max(bodyBytes, heldBytes / 2);
  }
}
