package dev.tidegate.admission.http;

import java.security.Principal;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who may call. By exact subject, never by chain alone: the CA that signs the API server's client
 * certificate signs every kubelet's, too.
 */
public final class Peers {
  private final Set<X500Principal> subjects;

  private Peers(Set<X500Principal> subjects) {
    this.subjects = subjects;
  }

  /** Everybody; the caps per peer are all that is between them and the gate. */
  public static Peers anybody() {
    return new Peers(Set.of());
  }

  /**
   * Only bearers of a certificate with one of {@code subjects}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Peers only(Set<X500Principal> subjects) {
    if (subjects.isEmpty()) {
      throw new IllegalArgumentException(
          "client certificates are asked for, but no subject is named");
    }
    return new Peers(Set.copyOf(subjects));
  }

  /** Whether a caller with {@code session} may call; its chain was verified in the handshake. */
  boolean allow(@Nullable SSLSession session) {
    if (subjects.isEmpty()) {
      return true;
    }
    if (session == null) {
      return false;
    }
    try {
      Principal principal = session.getPeerPrincipal();
      return principal instanceof X500Principal name && subjects.contains(name);
    } catch (SSLPeerUnverifiedException none) {
      return false;
    }
  }
}
