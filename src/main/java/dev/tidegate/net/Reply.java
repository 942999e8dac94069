package dev.tidegate.net;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a host answered, read to its end.
 *
 * @param status of HTTP
 * @param headers by name in lower case; each value in the order of arrival
 * @param body within the bound of the request
 * @param certificateEnd when the certificate ends that was shown; empty without TLS
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Reply(
    int status, Map<String, List<String>> headers, byte[] body, Optional<Instant> certificateEnd) {
  public Reply {
    headers = Map.copyOf(headers);
    Objects.requireNonNull(certificateEnd);
  }

  /** An answer without TLS. */
  public Reply(int status, Map<String, List<String>> headers, byte[] body) {
    this(status, headers, body, Optional.empty());
  }

  /** The first value of a header. */
  public Optional<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
  }

  /** All values of a header. */
  public List<String> all(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /** Whether it is what was asked for. */
  public boolean ok() {
    return status == 200;
  }

  /** Whether there is no such thing. */
  public boolean none() {
    return status == 404;
  }
}
