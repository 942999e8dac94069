package dev.tidegate.net;

import dev.tidegate.model.Cause;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one host: its own and those to its token services, by its CA and client
 * certificate; those to listed targets of redirects, by its CA; and those to anywhere else, which
 * know nothing of it. Which one it is says host <em>and port</em>: what else runs on a private host
 * is no more its own than other hosts. Made anew when a file of TLS changes.
 */
final class Wires implements AutoCloseable {
  /** Connections by files that have changed are closed after this. */
  static final Duration FORMER = Duration.ofMinutes(1);

  private final Host host;
  private final Resolver resolver;
  private final ScheduledExecutorService deadlines;
  private final Set<Authority> own;
  private @Nullable Made made;

  private record Made(List<String> stamps, Wire own, Wire listed, Wire elsewhere) {
    void close() {
      own.close();
      listed.close();
      elsewhere.close();
    }
  }

  Wires(Host host, Resolver resolver, ScheduledExecutorService deadlines) {
    this.host = host;
    this.resolver = resolver;
    this.deadlines = deadlines;
    this.own = new HashSet<>();
    own.add(host.authority());
    own.addAll(host.tokenRealms());
  }

  /** The connections that lead to {@code uri}. */
  Wire of(URI uri, Request request) throws Trouble {
    Made current = current(request.what());
    Authority at = Authority.of(uri);
    if (own.contains(at)) {
      return current.own();
    }
    if (host.proxy().isPresent() && !host.redirects().contains(at)) {
      // The proxy would look up the name, so nobody could see to which address it leads.
      throw Trouble.of(
          Cause.FORBIDDEN,
          request.what(),
          "it leads to "
              + at
              + ", and behind a proxy only hosts are asked that are listed; if that is right, list"
              + " it under redirects of the configured host");
    }
    return host.redirects().contains(at) ? current.listed() : current.elsewhere();
  }

  private synchronized Made current(String what) throws Trouble {
    List<String> stamps = stamps(host.tls());
    if (made == null || !made.stamps().equals(stamps)) {
      Host.TlsFiles caOnly = new Host.TlsFiles(host.tls().ca(), Optional.empty(), Optional.empty());
      Made fresh =
          new Made(
              stamps,
              wire(host.tls(), names(own), what),
              wire(caOnly, names(host.redirects()), what),
              wire(Host.TlsFiles.NONE, Set.of(), what));
      if (made != null) {
        // Each keeps a thread; what is in use ends with its request, long before.
        var _ = deadlines.schedule(made::close, FORMER.toNanos(), TimeUnit.NANOSECONDS);
      }
      made = fresh;
    }
    return made;
  }

  private Wire wire(Host.TlsFiles files, Set<String> known, String what) throws Trouble {
    return new Wire(
        TlsContexts.of(files, what), known, host.proxy(), resolver, host.concurrent(), deadlines);
  }

  private static Set<String> names(Set<Authority> authorities) {
    Set<String> names = new HashSet<>();
    authorities.forEach(one -> names.add(one.host()));
    return names;
  }

  private static List<String> stamps(Host.TlsFiles files) {
    List<String> stamps = new ArrayList<>();
    for (Optional<Path> file : List.of(files.ca(), files.certificate(), files.key())) {
      stamps.add(file.map(Wires::stamp).orElse(""));
    }
    return stamps;
  }

  private static String stamp(Path file) {
    try {
      return Files.getLastModifiedTime(file) + " " + Files.size(file);
    } catch (IOException absent) {
      return "absent"; // reading it says so
    }
  }

  @Override
  public synchronized void close() {
    if (made != null) {
      made.close();
    }
  }
}
