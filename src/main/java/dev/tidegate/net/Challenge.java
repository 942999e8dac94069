package dev.tidegate.net;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a host wants to be told who asks (RFC 9110 §11, distribution's token specification). */
sealed interface Challenge {
  /** Name and password with every request. */
  record Basic() implements Challenge {}

  /** A token from {@code realm}. */
  record Bearer(URI realm, Optional<String> service) implements Challenge {}

  /** Longest challenge that is read. */
  int LONGEST = 4096;

  /** Parameters, quoted or plain. Values have no escapes in practice; one with is not read. */
  Pattern PARAMETER =
      Pattern.compile("\\s*([A-Za-z_-]+)\\s*=\\s*(?:\"([^\"\\\\]*)\"|([^\\s,\"]+))\\s*(?:,|$)");

  /** The first of {@code headers} that is understood; a token is preferred. */
  static Optional<Challenge> of(List<String> headers) {
    Optional<Challenge> basic = Optional.empty();
    for (String header : headers) {
      if (header.length() > LONGEST) {
        continue;
      }
      String[] parts = header.strip().split("\\s+", 2);
      String scheme = parts[0].toLowerCase(Locale.ROOT);
      if (scheme.equals("basic")) {
        basic = Optional.of(new Basic());
      } else if (scheme.equals("bearer") && parts.length == 2) {
        Optional<Challenge> bearer = bearer(parts[1]);
        if (bearer.isPresent()) {
          return bearer;
        }
      }
    }
    return basic;
  }

  private static Optional<Challenge> bearer(String text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    Matcher matcher = PARAMETER.matcher(text);
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      end = matcher.end();
      String value = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
      if (parameters.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), value) != null) {
        return Optional.empty(); // said twice: nobody knows which one is meant
      }
    }
    String realm = parameters.get("realm");
    if (end != text.length() || realm == null) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(realm);
      return uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null
          ? Optional.empty()
          : Optional.of(new Bearer(uri, Optional.ofNullable(parameters.get("service"))));
    } catch (URISyntaxException none) {
      return Optional.empty();
    }
  }
}
