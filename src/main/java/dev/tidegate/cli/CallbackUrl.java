package dev.tidegate.cli;

import java.net.URI;
import java.net.URISyntaxException;

/** Where a Harbor reaches the gate, as {@code --callback} says it. */
final class CallbackUrl {
  private CallbackUrl() {}

  /**
   * The URL in {@code text}.
   *
   * @param fix what to write instead
   * @throws CommandFailure if the gate cannot be listening there
   */
  static URI parse(String text, String fix) throws CommandFailure {
    try {
      URI uri = new URI(text);
      boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (web
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && "/harbor/events".equals(uri.getRawPath())) {
        return uri;
      }
    } catch (URISyntaxException none) {
      // Told like any other text that is no such URL.
    }
    throw CommandFailure.usage("--callback " + text + " is not where the gate listens: " + fix);
  }
}
