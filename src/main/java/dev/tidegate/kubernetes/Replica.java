package dev.tidegate.kubernetes;

import java.util.Objects;

/**
 * A pod behind the gate's own Service.
 *
 * @param uid of the pod; empty if the EndpointSlice does not say
 * @param address IP literal
 * @param port of the Service's target
 * @param ready whether the API server sends admissions to it
 */
public record Replica(String uid, String address, int port, boolean ready) {
  public Replica {
    Objects.requireNonNull(uid);
    Objects.requireNonNull(address);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(port + " is no port");
    }
  }
}
