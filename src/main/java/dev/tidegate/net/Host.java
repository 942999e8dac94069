package dev.tidegate.net;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A host that the operator allows to be asked.
 *
 * @param name as references name it
 * @param endpoint scheme, host and port, and nothing behind
 * @param tls the files for TLS
 * @param credentials who the gate is there
 * @param tokenRealms hosts that may issue its tokens, itself not included
 * @param redirects hosts that it may redirect to whatever their addresses are
 * @param callbackSecrets the file with the secrets that its callbacks carry
 * @param credentialsEnd when the credentials end, as far as its operator has written it down
 * @param proxy by which it, its token services and listed targets of redirects are reached
 * @param concurrent most requests at one time
 * @param perSecond most requests per second
 */
public record Host(
    String name,
    URI endpoint,
    TlsFiles tls,
    Optional<Credentials> credentials,
    Set<Authority> tokenRealms,
    Set<Authority> redirects,
    Optional<Path> callbackSecrets,
    Optional<Instant> credentialsEnd,
    Optional<Proxy> proxy,
    int concurrent,
    int perSecond) {
  public Host {
    Objects.requireNonNull(name);
    Objects.requireNonNull(endpoint);
    Objects.requireNonNull(tls);
    Objects.requireNonNull(credentials);
    tokenRealms = Set.copyOf(tokenRealms);
    redirects = Set.copyOf(redirects);
    Objects.requireNonNull(callbackSecrets);
    Objects.requireNonNull(credentialsEnd);
    Objects.requireNonNull(proxy);
  }

  /** A host that is reached without a proxy. */
  public Host(
      String name,
      URI endpoint,
      TlsFiles tls,
      Optional<Credentials> credentials,
      Set<Authority> tokenRealms,
      Set<Authority> redirects,
      Optional<Path> callbackSecrets,
      int concurrent,
      int perSecond) {
    this(
        name,
        endpoint,
        tls,
        credentials,
        tokenRealms,
        redirects,
        callbackSecrets,
        Optional.empty(),
        Optional.empty(),
        concurrent,
        perSecond);
  }

  /**
   * Files for TLS; each is read again when it changes.
   *
   * @param ca CA certificates to trust instead of the system's
   * @param certificate what is shown to the host, with {@code key}
   * @param key its private key
   */
  public record TlsFiles(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {
    /** The system's CAs, and no client certificate. */
    public static final TlsFiles NONE =
        new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty());

    public TlsFiles {
      Objects.requireNonNull(ca);
      Objects.requireNonNull(certificate);
      Objects.requireNonNull(key);
    }
  }

  /** A host reached at {@code endpoint}, anonymously, with the usual limits. */
  public static Host at(String name, URI endpoint) {
    return new Host(
        name,
        endpoint,
        TlsFiles.NONE,
        Optional.empty(),
        Set.of(),
        Set.of(),
        Optional.empty(),
        16,
        200);
  }

  /** The same host, asked as somebody else. */
  public Host as(Credentials other) {
    return as(Optional.of(other));
  }

  /** The same host, asked as nobody. */
  public Host anonymous() {
    return as(Optional.empty());
  }

  private Host as(Optional<Credentials> other) {
    return new Host(
        name,
        endpoint,
        tls,
        other,
        tokenRealms,
        redirects,
        callbackSecrets,
        Optional.empty(),
        proxy,
        concurrent,
        perSecond);
  }

  /** Whether it is spoken to without TLS, because its operator says so. */
  boolean plain() {
    return endpoint.getScheme().equals("http");
  }

  /** Where its endpoint is. */
  Authority authority() {
    return Authority.of(endpoint);
  }

  /** Which credential it is asked with, without what is secret about it. */
  public String identity() {
    return credentials.map(Credentials::identity).orElse("anonymous");
  }
}
