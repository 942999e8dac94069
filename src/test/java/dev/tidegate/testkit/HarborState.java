package dev.tidegate.testkit;

import dev.tidegate.model.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a {@link HarborDouble} knows beside what its registry holds. */
final class HarborState {
  /** By repository (with the project) and digest. */
  private final Map<String, Map<Digest, Held>> repositories = new TreeMap<>();

  /** Reports are shared by digest in a whole Harbor. */
  private final Map<Digest, Scan> scans = new HashMap<>();

  private final Set<String> empty = new TreeSet<>();

  /** Projects that only pass on what another registry has. */
  private final Set<String> proxies = new TreeSet<>();

  private final List<Line> lines = new ArrayList<>();
  private int last;

  /** A manifest. */
  static final class Held {
    final int id;
    final String repository;
    final Digest digest;
    final Instant pushed;
    final Map<String, Instant> tags = new TreeMap<>();
    final Map<String, Digest> children = new LinkedHashMap<>();
    @Nullable Digest subject;
    String accessory = "";
    boolean scannable = true;

    private Held(int id, String repository, Digest digest, Instant pushed) {
      this.id = id;
      this.repository = repository;
      this.digest = digest;
      this.pushed = pushed;
    }

    boolean index() {
      return !children.isEmpty();
    }
  }

  /** A scan. */
  record Scan(String status, List<HarborDouble.Finding> findings, Instant started, Instant ended) {
    Scan {
      findings = List.copyOf(findings);
    }

    boolean over() {
      return !status.equals("Pending") && !status.equals("Running");
    }
  }

  /** A line of the audit log. */
  record Line(int id, String resource, String operation, Instant at) {}

  /** Puts a manifest there, unless it is there already. */
  Held put(String repository, Digest digest, Instant now) {
    return repositories
        .computeIfAbsent(repository, none -> new LinkedHashMap<>())
        .computeIfAbsent(digest, none -> new Held(++last, repository, digest, now));
  }

  /** Lets a tag point at a manifest, and at no other. */
  void tag(Held held, String tag, Instant now) {
    in(held.repository).values().forEach(one -> one.tags.remove(tag));
    held.tags.put(tag, now);
  }

  void remove(Held held) {
    in(held.repository).remove(held.digest);
  }

  Optional<Held> find(String repository, String reference) {
    return in(repository).values().stream()
        .filter(
            held -> held.digest.toString().equals(reference) || held.tags.containsKey(reference))
        .findFirst();
  }

  Map<Digest, Held> in(String repository) {
    return repositories.getOrDefault(repository, Map.of());
  }

  void project(String name) {
    empty.add(name);
  }

  List<String> projects() {
    return Stream.concat(
            empty.stream(),
            repositories.keySet().stream().map(path -> path.substring(0, path.indexOf('/'))))
        .distinct()
        .sorted()
        .toList();
  }

  void proxy(String project) {
    project(project);
    proxies.add(project);
  }

  boolean isProxy(String project) {
    return proxies.contains(project);
  }

  List<String> repositories(String project) {
    return repositories.keySet().stream().filter(path -> path.startsWith(project + "/")).toList();
  }

  /** What a list of artifacts has: no accessories, and of the parts of an index those with tags. */
  List<Held> listed(String repository) {
    Map<Digest, Held> all = in(repository);
    return all.values().stream()
        .filter(held -> held.subject == null)
        .filter(held ->
            !held.tags.isEmpty()
                || all.values().stream()
                    .noneMatch(other -> other.children.containsValue(held.digest)))
        .sorted(Comparator.comparing((Held held) -> held.pushed).reversed())
        .toList();
  }

  List<Held> accessories(Held of) {
    return in(of.repository).values().stream()
        .filter(held -> of.digest.equals(held.subject))
        .toList();
  }

  Optional<Scan> scan(Digest digest) {
    return Optional.ofNullable(scans.get(digest));
  }

  void scan(Digest digest, Scan scan) {
    scans.put(digest, scan);
  }

  void log(String operation, String resource, Instant at) {
    lines.add(new Line(++last, resource, operation, at));
  }

  List<Line> log() {
    return lines.reversed();
  }
}
