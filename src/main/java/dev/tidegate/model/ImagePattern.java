package dev.tidegate.model;

import java.util.Optional;

/**
 * A pattern for images: {@code HOST[/PATH][:TAG]}, matched against the normalised reference, each
 * part against its own part, so that a trusted host's name inside another registry's path, or at
 * the start of another host's name, never matches.
 *
 * <ul>
 *   <li>The host is compared without regard to case, as DNS does. It may start with {@code *.},
 *       which stands for exactly one label.
 *   <li>A path without wildcards matches that repository and every one below it, by whole segments:
 *       {@code docker.io/library}, {@code harbor.example.com}, {@code docker.io/istio/proxyv2}.
 *   <li>In a path, {@code *} stands for any characters inside one segment, and {@code **} as a
 *       whole segment for any number of segments, at the end at least one. A path with wildcards,
 *       or one with a tag behind it, must match as a whole.
 *   <li>A pattern with a tag ({@code *} allowed) never matches a reference with a digest: a tag
 *       beside a digest is decoration that its author chooses freely.
 * </ul>
 *
 * <p>A pattern that can match nothing is refused. Matching takes at most pattern length times name
 * length, both of which are bounded.
 */
public final class ImagePattern {
  /** Host, path and tag of the longest reference that could match. */
  private static final int LONGEST = 1024;

  private static final String ANY_LABEL = "*.";

  private final String written;
  private final String host;
  private final PathPattern path;
  private final Optional<Glob> tag;

  private ImagePattern(String written, String host, PathPattern path, Optional<Glob> tag) {
    this.written = written;
    this.host = host;
    this.path = path;
    this.tag = tag;
  }

  /**
   * Reads a pattern.
   *
   * @throws BadValue if it is none, or can match nothing; the sentence names the remedy
   */
  public static ImagePattern parse(String text) {
    if (text.length() > LONGEST) {
      throw bad(text, "is longer than " + LONGEST + " characters", "write a shorter pattern");
    }
    if (text.contains("://")) {
      throw bad(text, "starts with a URL scheme", "leave out everything up to the two slashes");
    }
    if (text.indexOf('@') >= 0) {
      throw bad(text, "has an @ in it", "leave out the digest; a deny list has digests of its own");
    }
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    checkHost(text, host);
    if (slash < 0) {
      return new ImagePattern(text, host, PathPattern.EVERYTHING, Optional.empty());
    }
    String rest = text.substring(slash + 1);
    int colon = rest.indexOf(':');
    Optional<Glob> tag =
        colon < 0 ? Optional.empty() : Optional.of(tag(text, rest.substring(colon + 1)));
    PathPattern path = path(text, colon < 0 ? rest : rest.substring(0, colon), tag.isPresent());
    if (host.equalsIgnoreCase(ReferenceGrammar.DOCKER_HUB) && path.wantsOneSegment()) {
      throw bad(
          text,
          "can match nothing, since names on docker.io have two segments",
          "write docker.io/library/" + rest + ", or the account before the name");
    }
    return new ImagePattern(text, host, path, tag);
  }

  private static void checkHost(String text, String host) {
    boolean anyLabel = host.startsWith(ANY_LABEL);
    String fixed = anyLabel ? host.substring(ANY_LABEL.length()) : host;
    if (fixed.indexOf('*') >= 0) {
      throw bad(
          text,
          "has a * in its host that is not the whole first label",
          "write the host in full, or *. and the rest of it, for instance *.example.com");
    }
    if (!anyLabel && !ReferenceGrammar.isRegistry(fixed)) {
      throw bad(
          text,
          "does not start with a registry host",
          "write the host before it, for instance docker.io/" + text);
    }
    Optional<String> problem = ReferenceGrammar.problemOfRegistry(fixed);
    if (problem.isPresent()) {
      throw bad(
          text,
          "has a host that " + problem.get(),
          "write a host name, with its port if it has one");
    }
    if (anyLabel && !endsInName(fixed)) {
      throw bad(text, "has *. before an address", "write the addresses, one pattern for each");
    }
    if (fixed.equals(ReferenceGrammar.LEGACY_DOCKER_HUB)) {
      throw bad(
          text,
          "can match nothing, since index.docker.io is normalised to docker.io",
          "write docker.io" + text.substring(fixed.length()));
    }
  }

  /** Whether the last label is a name and not a number, as that of an IPv4 address is. */
  private static boolean endsInName(String host) {
    int colon = host.indexOf(':');
    String name = colon < 0 ? host : host.substring(0, colon);
    String last = name.substring(name.lastIndexOf('.') + 1);
    return !last.startsWith("[") && !last.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static Glob tag(String text, String tag) {
    Glob glob = Glob.of(tag);
    Optional<String> problem = ReferenceGrammar.problemOfTag(glob.example());
    if (problem.isPresent()) {
      throw bad(
          text,
          "can match nothing, since its tag " + problem.get(),
          "write a tag of letters, digits, dots, dashes, underscores and *, or leave out the colon");
    }
    return glob;
  }

  private static PathPattern path(String text, String path, boolean tagged) {
    try {
      return PathPattern.parse(path, tagged);
    } catch (BadValue bad) {
      throw bad(text, bad.problem(), bad.fix());
    }
  }

  private static BadValue bad(String text, String problem, String fix) {
    return new BadValue("image pattern " + PlainText.quote(text) + " " + problem, fix);
  }

  /** Whether {@code image} is meant. */
  public boolean matches(ImageReference image) {
    return matchesHost(image.repository().registry())
        && path.matches(image.segments())
        && (tag.isEmpty() || matchesTag(tag.get(), image));
  }

  private boolean matchesHost(String registry) {
    if (!host.startsWith(ANY_LABEL)) {
      return host.equalsIgnoreCase(registry);
    }
    int dot = registry.indexOf('.');
    return dot > 0 && registry.substring(dot).equalsIgnoreCase(host.substring(1));
  }

  private static boolean matchesTag(Glob tag, ImageReference image) {
    return image.digest().isEmpty() && image.tag().filter(tag::matches).isPresent();
  }

  /** Patterns are equal if they are written alike. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ImagePattern that && written.equals(that.written);
  }

  @Override
  public int hashCode() {
    return written.hashCode();
  }

  /** The pattern as written. */
  @Override
  public String toString() {
    return written;
  }
}
