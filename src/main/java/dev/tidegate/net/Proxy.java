package dev.tidegate.net;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * A forward proxy by which a host is reached. TLS goes through it in a tunnel (CONNECT, RFC 9110,
 * 9.3.6), so it sees which host is asked, and nothing of what is said.
 *
 * @param url where it is: {@code http}, host and port
 * @param credentials who the gate is to it; anonymous without
 */
public record Proxy(URI url, Optional<Credentials> credentials) {
  public Proxy {
    Objects.requireNonNull(url);
    Objects.requireNonNull(credentials);
  }

  /** Where it is. */
  Authority authority() {
    return Authority.of(url);
  }
}
