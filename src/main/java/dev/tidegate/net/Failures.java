package dev.tidegate.net;

import dev.tidegate.model.Cause;
import dev.tidegate.model.PlainText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What an exchange without an answer means, with the field of the host that may be the cause. */
final class Failures {
  private static final int MOST_CAUSES = 20;

  private Failures() {}

  /** An address that may not be connected to. */
  static final class Refused extends UnknownHostException {
    private static final long serialVersionUID = 1;

    Refused(String host, InetAddress address) {
      super(host + " is at " + address.getHostAddress());
    }
  }

  /** The proxy answered. */
  static final class ByProxy extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    ByProxy(int status) {
      super("the proxy answers " + status);
      this.status = status;
    }
  }

  /** The trouble that {@code failure} of an exchange with {@code uri} is. */
  static Trouble trouble(URI uri, Request request, IOException failure) {
    String host = PlainText.of(uri.getAuthority(), 200);
    String why = PlainText.of(String.valueOf(failure.getMessage()), 200);
    return switch (failure) {
      case ByProxy answer ->
          Trouble.of(
                  answer.status == 407 ? Cause.UNAUTHENTICATED : Cause.UNREACHABLE,
                  request.what(),
                  "the proxy that is configured for it answers "
                      + answer.status
                      + (answer.status == 407
                          ? ": it wants other credentials than proxy.credentials"
                          : " instead of letting through to " + host))
              .about(answer.status == 407 ? "proxy.credentials" : "proxy");
      case Refused refused ->
          Trouble.of(
                  Cause.FORBIDDEN,
                  request.what(),
                  "it leads to "
                      + why
                      + ", which is not a public address; if that is right, list "
                      + host
                      + " under redirects of the configured host")
              .about("redirects");
      case UnknownHostException unknown ->
          Trouble.of(Cause.UNREACHABLE, request.what(), "the name " + host + " is not known")
              .about("endpoint");
      case SSLPeerUnverifiedException other ->
          Trouble.of(
                  Cause.UNREACHABLE,
                  request.what(),
                  "TLS with " + host + " failed: its certificate is another's: " + why)
              .about("endpoint");
      case SSLException tls when expired(tls) ->
          Trouble.of(
              Cause.UNREACHABLE,
              request.what(),
              "TLS with " + host + " failed: its certificate, or one above it, has expired");
      case SSLException tls ->
          Trouble.of(
                  Cause.UNREACHABLE,
                  request.what(),
                  "TLS with "
                      + host
                      + " failed: "
                      + why
                      + "; if it has a CA of its own, name that as ca of the configured host")
              .about("ca");
      case java.net.SocketTimeoutException slow ->
          Trouble.of(Cause.UNREACHABLE, request.what(), host + " did not answer in time")
              .about("endpoint");
      default ->
          Trouble.of(Cause.UNREACHABLE, request.what(), host + " cannot be reached: " + why)
              .about("endpoint");
    };
  }

  private static boolean expired(SSLException failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (cause instanceof CertificateExpiredException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
