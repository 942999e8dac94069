package dev.tidegate.net;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one host: its own, by its own CA and client certificate, and those to where it
 * redirects, which are nobody's in particular. Made anew when a file of TLS changes.
 */
final class Wires implements AutoCloseable {
  private final Host host;
  private final Resolver resolver;
  private final ScheduledExecutorService deadlines;
  private final Set<String> own;
  private @Nullable Made made;

  private record Made(List<String> stamps, Wire own, Wire elsewhere) {}

  Wires(Host host, Resolver resolver, ScheduledExecutorService deadlines) {
    this.host = host;
    this.resolver = resolver;
    this.deadlines = deadlines;
    this.own = new HashSet<>();
    own.add(host.authority().host());
    host.tokenRealms().forEach(realm -> own.add(realm.host()));
  }

  /** The connections that lead to {@code uri}. */
  Wire of(URI uri, Request request) throws Trouble {
    Made current = current(request.what());
    return own.contains(String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT))
        ? current.own()
        : current.elsewhere();
  }

  private synchronized Made current(String what) throws Trouble {
    List<String> stamps = stamps(host.tls());
    if (made == null || !made.stamps().equals(stamps)) {
      Set<String> redirects = new HashSet<>();
      host.redirects().forEach(one -> redirects.add(one.host()));
      Made fresh =
          new Made(
              stamps,
              new Wire(
                  TlsContexts.of(host.tls(), what), own, resolver, host.concurrent(), deadlines),
              new Wire(
                  TlsContexts.of(
                      new Host.TlsFiles(
                          host.tls().ca().filter(ca -> !redirects.isEmpty()),
                          Optional.empty(),
                          Optional.empty()),
                      what),
                  redirects,
                  resolver,
                  host.concurrent(),
                  deadlines));
      // What is in use by the former ends with its request; idle connections age out.
      made = fresh;
    }
    return made;
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
      made.own().close();
      made.elsewhere().close();
    }
  }
}
