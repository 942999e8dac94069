package dev.tidegate.net;

import dev.tidegate.document.Binder;
import dev.tidegate.document.Nodes;
import dev.tidegate.document.Problem;
import dev.tidegate.document.Problems;
import dev.tidegate.document.YamlText;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Repository;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** The hosts that may be asked: those that the operator lists, and no others. */
public final class Hosts {
  /** None. */
  public static final Hosts NONE = new Hosts(Map.of(), List.of());

  private static final String DOCKER_HUB = "docker.io";
  private static final String DOCKER_HUB_ENDPOINT = "https://registry-1.docker.io";
  private static final Authority DOCKER_HUB_TOKENS = new Authority("auth.docker.io", 443);

  private final Map<String, Host> byName;
  private final List<Mirror> mirrors;

  /** Where images are read instead. */
  record Mirror(String prefix, String at) {}

  private Hosts(Map<String, Host> byName, List<Mirror> mirrors) {
    this.byName = Map.copyOf(byName);
    this.mirrors =
        mirrors.stream()
            .sorted(Comparator.comparingInt((Mirror mirror) -> mirror.prefix().length()).reversed())
            .toList();
  }

  /** These hosts, without mirrors. */
  public static Hosts of(Host... hosts) {
    Map<String, Host> byName = new LinkedHashMap<>();
    for (Host host : hosts) {
      byName.put(host.name(), host);
    }
    return new Hosts(byName, List.of());
  }

  /** What reading a file gave. */
  public record Read(Optional<Hosts> hosts, List<Problem> problems) {
    public Read {
      problems = List.copyOf(problems);
    }
  }

  /** Reads the hosts in {@code file}; paths in it start from its directory. */
  public static Read read(Path file) {
    Problems problems = new Problems();
    String name = String.valueOf(file.getFileName());
    Hosts hosts = null;
    try {
      if (Files.size(file) > YamlText.LONGEST) {
        problems.error(name, 0, "", "is longer than 1 MiB", "shorten it");
      } else {
        hosts = parse(name, Files.readString(file), directory(file), problems);
      }
    } catch (IOException unreadable) {
      problems.error(name, 0, "", "cannot be read", "check that the file exists and is text");
    }
    return new Read(
        problems.refused() ? Optional.empty() : Optional.ofNullable(hosts), problems.all());
  }

  private static Path directory(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  static @Nullable Hosts parse(String name, String text, Path directory, Problems problems) {
    List<Node> documents =
        YamlText.documents(
            text,
            1,
            (line, what) ->
                problems.error(
                    name, line, "", "is not readable YAML: " + what, "correct the syntax"));
    if (documents.size() != 1) {
      if (!problems.refused()) {
        problems.error(name, 0, "", "is not one document", "write one document of kind Hosts");
      }
      return null;
    }
    Node document = documents.getFirst();
    HostsSpec spec = new Binder(name, problems, Map.of()).bind(document, "", HostsSpec.class);
    return spec == null ? null : new Reader(name, directory, problems, document).hosts(spec);
  }

  /** From what is written to what is meant. */
  private record Reader(String file, Path directory, Problems problems, Node document) {
    @Nullable Hosts hosts(HostsSpec spec) {
      Map<String, Host> byName = new LinkedHashMap<>();
      spec.hosts()
          .forEach((name, host) -> {
            Host one = host(name, host);
            if (one != null) {
              byName.put(name, one);
            }
          });
      List<Mirror> mirrors = new ArrayList<>();
      for (int i = 0; i < spec.mirrors().size(); i++) {
        mirror("mirrors[" + i + "]", spec.mirrors().get(i), byName.keySet(), mirrors);
      }
      return problems.refused() ? null : new Hosts(byName, mirrors);
    }

    private void error(String field, String problem, String fix) {
      problems.error(file, Nodes.line(Nodes.at(document, field)), field, problem, fix);
    }

    private @Nullable Host host(String name, HostsSpec.HostSpec spec) {
      String field = "hosts." + name;
      try {
        var _ = new Repository(name, "a/a"); // complains about names that no reference has
      } catch (BadValue bad) {
        error(field, bad.problem(), bad.fix());
        return null;
      }
      URI endpoint = endpoint(name, field, spec);
      if (endpoint == null) {
        return null;
      }
      Set<Authority> realms = new HashSet<>(spec.tokenRealms());
      if (name.equals(DOCKER_HUB)) {
        realms.add(DOCKER_HUB_TOKENS);
      }
      HostsSpec.LimitsSpec limits =
          spec.limits().orElseGet(() -> new HostsSpec.LimitsSpec(16, 200));
      return new Host(
          name,
          endpoint,
          new Host.TlsFiles(
              spec.ca().map(directory::resolve),
              spec.clientCertificate().map(pair -> directory.resolve(pair.certificate())),
              spec.clientCertificate().map(pair -> directory.resolve(pair.key()))),
          spec.credentials().map(given -> credentials(name, given)),
          realms,
          spec.redirects(),
          spec.callbackSecrets().map(directory::resolve),
          spec.credentials().flatMap(HostsSpec.CredentialsSpec::expires),
          spec.proxy().map(given -> proxy(field + ".proxy", given)),
          limits.concurrent(),
          limits.perSecond());
    }

    private @Nullable URI endpoint(String name, String field, HostsSpec.HostSpec spec) {
      String scheme = spec.plainHttp() ? "http" : "https";
      String written =
          spec.endpoint()
              .orElse(name.equals(DOCKER_HUB) ? DOCKER_HUB_ENDPOINT : scheme + "://" + name);
      try {
        URI uri = new URI(written);
        boolean plain = "http".equals(uri.getScheme());
        if (uri.getHost() == null
            || !(plain || "https".equals(uri.getScheme()))
            || uri.getRawUserInfo() != null
            || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
            || uri.getRawQuery() != null
            || uri.getRawFragment() != null) {
          error(
              field + ".endpoint",
              "is not a scheme with a host",
              "write https://HOST or https://HOST:PORT, without path and user");
          return null;
        }
        if (plain != spec.plainHttp()) {
          error(
              field + ".endpoint",
              "does not fit to plainHttp: " + spec.plainHttp(),
              plain ? "write https://, or plainHttp: true if it must be" : "write http://");
          return null;
        }
        return new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), null, null, null);
      } catch (URISyntaxException none) {
        error(field + ".endpoint", "is not a URL", "write https://HOST or https://HOST:PORT");
        return null;
      }
    }

    private @Nullable Proxy proxy(String field, HostsSpec.ProxySpec spec) {
      try {
        URI uri = new URI(spec.url());
        if (uri.getHost() != null
            && "http".equals(uri.getScheme())
            && uri.getRawUserInfo() == null
            && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
            && uri.getRawQuery() == null) {
          return new Proxy(
              new URI("http", null, uri.getHost(), uri.getPort(), null, null, null),
              spec.credentials().map(given -> credentials(uri.getHost(), given)));
        }
      } catch (URISyntaxException none) {
        // Told like any other text that is no such URL.
      }
      error(
          field + ".url",
          "is not http:// with a host",
          "write http://HOST:PORT, and user and password under credentials");
      return null;
    }

    private Credentials credentials(String name, HostsSpec.CredentialsSpec spec) {
      if (spec.dockerConfig().isPresent()) {
        return new Credentials.DockerConfig(name, directory.resolve(spec.dockerConfig().get()));
      }
      if (spec.helperOutput().isPresent()) {
        return new Credentials.HelperOutput(directory.resolve(spec.helperOutput().get()));
      }
      return new Credentials.Basic(
          spec.username().orElseThrow(), directory.resolve(spec.passwordFile().orElseThrow()));
    }

    private void mirror(
        String field, HostsSpec.MirrorSpec spec, Set<String> hosts, List<Mirror> mirrors) {
      for (String part : List.of(spec.prefix(), spec.at())) {
        if (part.startsWith("/") || part.endsWith("/") || part.contains("://")) {
          error(
              field,
              "\"" + part + "\" is not the beginning of a reference",
              "write registry or registry/path, without scheme and slash at the end");
          return;
        }
      }
      String host = spec.at().replaceFirst("/.*$", "");
      if (!hosts.contains(host)) {
        error(field + ".at", host + " is not among the hosts", "add it to hosts");
        return;
      }
      // What is left of a reference below the prefix needs a path in front of it, or is one itself.
      boolean bare = !spec.prefix().contains("/");
      String example = spec.at() + (bare || spec.at().contains("/") ? "/a" : "");
      int slash = example.indexOf('/');
      if (slash < 0) {
        error(
            field + ".at",
            "names no repository for " + spec.prefix() + " itself",
            "write registry/path, or a prefix that is a registry");
        return;
      }
      try {
        var _ = new Repository(host, example.substring(slash + 1));
      } catch (BadValue bad) {
        error(field + ".at", bad.problem(), bad.fix());
        return;
      }
      mirrors.add(new Mirror(spec.prefix(), spec.at()));
    }
  }

  /** The names of all hosts. */
  public Set<String> names() {
    return byName.keySet();
  }

  /** The hosts. */
  public List<Host> all() {
    return byName.values().stream().sorted(Comparator.comparing(Host::name)).toList();
  }

  /** Where {@code repository} is read: itself, or by the mirror with the longest prefix. */
  public Repository location(Repository repository) {
    if (mirrors.isEmpty()) {
      return repository; // asked with every look into memory
    }
    String name = repository.toString();
    for (Mirror mirror : mirrors) {
      if (name.equals(mirror.prefix()) || name.startsWith(mirror.prefix() + "/")) {
        String at = mirror.at() + name.substring(mirror.prefix().length());
        int slash = at.indexOf('/');
        return new Repository(at.substring(0, slash), at.substring(slash + 1));
      }
    }
    return repository;
  }

  /** The host called {@code name}. */
  public Optional<Host> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * The host called {@code name}.
   *
   * @param what what is tried
   * @throws Trouble if the operator does not list it
   */
  public Host demand(String name, String what) throws Trouble {
    Host host = byName.get(name);
    if (host == null) {
      throw Trouble.of(
          Cause.NOT_CONFIGURED,
          what,
          name
              + " is not among the configured hosts, and no others are asked; whoever runs the"
              + " gate can add it");
    }
    return host;
  }
}
