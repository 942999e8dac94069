package dev.tidegate.net;

import dev.tidegate.model.BadValue;
import dev.tidegate.model.PlainText;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * A host and a port, as URLs have them.
 *
 * @param host name or address in lower case; IPv6 addresses in brackets
 * @param port 1 to 65535
 */
public record Authority(String host, int port) {
  private static final int HTTPS = 443;

  public Authority {
    host = host.toLowerCase(Locale.ROOT);
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new BadValue(
          PlainText.quote(host + ":" + port) + " is not a host with a port",
          "write a host name, and :PORT if it is not the usual one");
    }
  }

  /**
   * Reads {@code host} or {@code host:port}; without a port it is that of HTTPS.
   *
   * @throws BadValue if it is neither
   */
  public static Authority parse(String text) {
    try {
      URI uri = new URI("https://" + text);
      if (uri.getHost() != null && uri.getRawAuthority().equals(text)) {
        return of(uri);
      }
    } catch (URISyntaxException none) {
      // Said below, for both ways of being none.
    }
    throw new BadValue(
        PlainText.quote(text) + " is not a host",
        "write a host name, and :PORT if it is not 443, without scheme and path");
  }

  /** Where {@code uri}, which has a host, points at. */
  static Authority of(URI uri) {
    int port = uri.getPort();
    return new Authority(
        uri.getHost(), port >= 0 ? port : uri.getScheme().equals("http") ? 80 : HTTPS);
  }

  /** {@code host:port}, or the host alone with the port of HTTPS. */
  @Override
  public String toString() {
    return port == HTTPS ? host : host + ":" + port;
  }
}
