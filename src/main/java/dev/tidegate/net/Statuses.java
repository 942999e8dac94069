package dev.tidegate.net;

import dev.tidegate.document.StrictJson;
import dev.tidegate.model.Cause;
import dev.tidegate.model.PlainText;

/** What statuses of HTTP mean that are not what was asked for. */
final class Statuses {
  private static final int LONGEST_ERROR = 64 * 1024;

  private Statuses() {}

  /** The trouble that {@code reply} of {@code host} to trying {@code what} is. */
  static Trouble trouble(Reply reply, String what, String host) {
    int status = reply.status();
    String said = said(reply);
    return switch (status) {
      case 401 ->
          Trouble.of(Cause.UNAUTHENTICATED, what, host + " refuses the credentials (401)" + said);
      case 403 -> Trouble.of(Cause.FORBIDDEN, what, host + " does not allow it (403)" + said);
      // Harbor's own gate ("prevent vulnerable images", content trust).
      case 412 -> Trouble.of(Cause.FORBIDDEN, what, host + " holds it back (412)" + said);
      case 429 -> Trouble.of(Cause.THROTTLED, what, host + " is asked too often (429)" + said);
      case 408, 425, 500, 502, 503, 504 ->
          Trouble.of(Cause.SERVER_ERROR, what, host + " failed (" + status + ")" + said);
      default ->
          status >= 500
              ? Trouble.of(Cause.SERVER_ERROR, what, host + " failed (" + status + ")" + said)
              : Trouble.of(
                  Cause.MALFORMED,
                  what,
                  host + " answered " + status + ", which makes no sense" + said);
    };
  }

  /** What a registry or Harbor says about its error, in the form that both have. */
  private static String said(Reply reply) {
    if (reply.body().length == 0 || reply.body().length > LONGEST_ERROR) {
      return "";
    }
    try {
      String message = StrictJson.read(reply.body()).at("/errors/0/message").asText("");
      return message.isBlank() ? "" : ": " + PlainText.of(message.strip(), 160);
    } catch (StrictJson.Broken page) {
      return ""; // an error page of a proxy tells people nothing
    }
  }
}
