package dev.tidegate.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A pattern for images: {@code HOST[/PATH][:TAG]}, matched against the normalised reference, host
 * and path separately, so that a trusted host's name inside another registry's path never matches.
 *
 * <ul>
 *   <li>A path without wildcards matches that repository and every one below it: {@code
 *       docker.io/library}, {@code harbor.example.com}, {@code docker.io/istio/proxyv2}.
 *   <li>{@code *} stands for any characters inside one path segment, {@code **} as a whole segment
 *       for any number of segments; a path with wildcards must match as a whole.
 *   <li>The host may start with {@code *.}, which stands for exactly one label.
 *   <li>A pattern with a tag ({@code *} allowed) never matches a reference that has a digest: a tag
 *       beside a digest is a decoration that its author chooses freely.
 * </ul>
 */
public final class ImagePattern {
  private static final Pattern HOST =
      Pattern.compile(
          "(?:\\*\\.)?(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*+(?<!-))?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*+(?<!-))?)*+|\\[[a-fA-F0-9:]++])(?::[0-9]++)?");
  private static final Pattern SEGMENT = Pattern.compile("\\*\\*|[a-z0-9._*-]+");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9._*-]{1,128}");
  private static final int LONGEST = 512;

  private final String written;
  private final String host;
  private final List<String> segments;
  private final boolean prefix;
  private final Optional<String> tag;

  private ImagePattern(
      String written, String host, List<String> segments, boolean prefix, Optional<String> tag) {
    this.written = written;
    this.host = host;
    this.segments = segments;
    this.prefix = prefix;
    this.tag = tag;
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if it is none, or could match nothing; the message names the
   *     remedy
   */
  public static ImagePattern parse(String text) {
    if (text.length() > LONGEST) {
      throw bad(text, "is longer than " + LONGEST + " characters");
    }
    if (text.indexOf('@') >= 0) {
      throw bad(text, "has a digest; put digests into a DenyList's digests, or leave it out");
    }
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    if (!HOST.matcher(host).matches()
        || !(host.indexOf('.') >= 0 || host.indexOf(':') >= 0 || host.equals("localhost"))) {
      throw bad(
          text,
          "does not start with a registry host; write it in full, for instance docker.io/library/nginx");
    }
    if (host.equals("index.docker.io")) {
      throw bad(text, "can match nothing, since index.docker.io is normalised; write docker.io");
    }
    String rest = slash < 0 ? "" : text.substring(slash + 1);
    if (slash >= 0 && rest.isEmpty()) {
      throw bad(text, "ends in a slash; write the host alone, or host/**");
    }
    int colon = rest.lastIndexOf(':');
    Optional<String> tag = Optional.empty();
    if (colon >= 0) {
      tag = Optional.of(rest.substring(colon + 1));
      rest = rest.substring(0, colon);
      if (!TAG.matcher(tag.get()).matches()) {
        throw bad(text, "has no valid tag after the colon");
      }
    }
    List<String> segments = rest.isEmpty() ? List.of() : segments(text, rest);
    if (host.equals("docker.io")
        && segments.size() == 1
        && !segments.get(0).equals("**")
        && (tag.isPresent() || !couldBeNamespace(segments.get(0)))) {
      throw bad(
          text,
          "can match nothing, since Docker Hub's paths have two segments; write docker.io/library/"
              + rest);
    }
    return new ImagePattern(text, host, segments, rest.indexOf('*') < 0, tag);
  }

  /**
   * On Docker Hub one literal segment is a namespace, whose repositories it matches; a wildcard
   * would have to be whole.
   */
  private static boolean couldBeNamespace(String segment) {
    return segment.indexOf('*') < 0;
  }

  private static List<String> segments(String text, String path) {
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      if (!SEGMENT.matcher(segment).matches()
          || (segment.contains("**") && !segment.equals("**"))) {
        throw bad(
            text,
            "has a path segment that can match nothing: \""
                + PlainText.of(segment, 60)
                + "\"; segments are lower-case letters, digits, . _ - and *, or ** alone");
      }
      segments.add(segment);
    }
    return List.copyOf(segments);
  }

  private static IllegalArgumentException bad(String text, String why) {
    return new IllegalArgumentException("image pattern \"" + PlainText.of(text, 120) + "\" " + why);
  }

  /** Whether {@code image} is meant. */
  public boolean matches(ImageReference image) {
    return matchesHost(image.repository().registry())
        && matchesPath(List.of(image.repository().path().split("/", -1)))
        && tag.map(pattern -> image.digest().isEmpty() && wild(pattern, image.tag().orElse("")))
            .orElse(true);
  }

  private boolean matchesHost(String registry) {
    if (!host.startsWith("*.")) {
      return host.equals(registry);
    }
    int dot = registry.indexOf('.');
    return dot > 0 && registry.substring(dot).equals(host.substring(1));
  }

  private boolean matchesPath(List<String> path) {
    if (prefix) {
      boolean exact = tag.isPresent();
      return (exact ? path.size() == segments.size() : path.size() >= segments.size())
          && path.subList(0, segments.size()).equals(segments);
    }
    // reachable[j]: the segments so far can match the first j of the path. Two lengths multiply,
    // nothing backtracks.
    boolean[] reachable = new boolean[path.size() + 1];
    reachable[0] = true;
    for (String segment : segments) {
      boolean[] next = new boolean[path.size() + 1];
      for (int j = 0; j <= path.size(); j++) {
        if (segment.equals("**")) {
          next[j] = reachable[j] || (j > 0 && next[j - 1]);
        } else {
          next[j] = j > 0 && reachable[j - 1] && wild(segment, path.get(j - 1));
        }
      }
      reachable = next;
    }
    return reachable[path.size()];
  }

  /**
   * Whether {@code pattern}, in which {@code *} stands for any characters, matches the whole of
   * {@code text}.
   */
  private static boolean wild(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImagePattern that && written.equals(that.written);
  }

  @Override
  public int hashCode() {
    return Objects.hash(written);
  }

  /** The pattern as written. */
  @Override
  public String toString() {
    return written;
  }
}
