package dev.tidegate.model;

import java.util.Optional;

/**
 * The grammar of registries, repository paths and tags, as containerd and the kubelet use it:
 * github.com/distribution/reference, {@code regexp.go} and {@code normalize.go}. Every method reads
 * its text once, from left to right.
 *
 * <p>It refuses what that library takes in two cases, which no registry can serve: a registry
 * longer than a DNS name with a port, and a first segment with a dot and an underscore, which the
 * library reads as a path without a registry while containerd asks it as a host.
 */
final class ReferenceGrammar {
  static final String DOCKER_HUB = "docker.io";
  static final String LEGACY_DOCKER_HUB = "index.docker.io";
  static final String OFFICIAL = "library/";
  static final int LONGEST_PATH = 255;
  static final int LONGEST_TAG = 128;

  /** A DNS name of 253 characters, a colon and a port, and something to spare. */
  static final int LONGEST_REGISTRY = 260;

  private ReferenceGrammar() {}

  /**
   * Whether the first of several segments names a registry ({@code splitDockerDomain}): {@code
   * localhost}, or one with a dot, a colon or an upper-case letter.
   */
  static boolean isRegistry(String first) {
    if (first.equals("localhost")) {
      return true;
    }
    for (int i = 0; i < first.length(); i++) {
      char c = first.charAt(i);
      if (c == '.' || c == ':' || isUpper(c)) {
        return true;
      }
    }
    return false;
  }

  /** Whether both are as normalising leaves them; each must be of the grammar. */
  static boolean isNormalised(String registry, String path) {
    return isRegistry(registry)
        && !registry.equals(LEGACY_DOCKER_HUB)
        && (!registry.equals(DOCKER_HUB) || path.indexOf('/') >= 0);
  }

  /** What is wrong with a registry, as the words after its name; empty if nothing is. */
  static Optional<String> problemOfRegistry(String registry) {
    if (registry.isEmpty() || registry.charAt(0) == ':') {
      return Optional.of("has no host name");
    }
    if (registry.length() > LONGEST_REGISTRY) {
      return Optional.of("is longer than " + LONGEST_REGISTRY + " characters");
    }
    int end = registry.charAt(0) == '[' ? endOfIpv6(registry) : endOfName(registry);
    if (end < 0) {
      return Optional.of("has brackets around something that is not an IPv6 address");
    }
    if (end == registry.length()) {
      return Optional.empty();
    }
    if (registry.charAt(end) != ':') {
      return Optional.of(
          has(registry, end) + "; a host has letters, digits, inner dashes and single dots");
    }
    int last = end + 1;
    while (last < registry.length() && isDigit(registry.charAt(last))) {
      last++;
    }
    return last == registry.length() && last > end + 1
        ? Optional.empty()
        : Optional.of("has something that is not a port number after its colon");
  }

  /** Index after the closing bracket; negative if it is missing or has anything else inside. */
  private static int endOfIpv6(String registry) {
    int i = 1;
    while (i < registry.length() && (isHex(registry.charAt(i)) || registry.charAt(i) == ':')) {
      i++;
    }
    return i > 1 && i < registry.length() && registry.charAt(i) == ']' ? i + 1 : -1;
  }

  /**
   * Index after the longest host name at the start: of the port's colon, or of what does not fit.
   */
  private static int endOfName(String registry) {
    int i = 0;
    while (true) {
      int start = i;
      while (i < registry.length() && (isAlnum(registry.charAt(i)) || registry.charAt(i) == '-')) {
        i++;
      }
      if (i == start) {
        // An empty label: point at the dot before it, which would otherwise look fine.
        return Math.max(0, start - 1);
      }
      if (registry.charAt(start) == '-') {
        return start;
      }
      if (registry.charAt(i - 1) == '-') {
        return i - 1;
      }
      if (i == registry.length() || registry.charAt(i) != '.') {
        return i;
      }
      i++;
    }
  }

  /** What is wrong with a repository path, as the words after its name; empty if nothing is. */
  static Optional<String> problemOfPath(String path) {
    if (path.isEmpty()) {
      return Optional.of("is empty");
    }
    if (path.length() > LONGEST_PATH) {
      return Optional.of("is longer than " + LONGEST_PATH + " characters");
    }
    int start = 0;
    while (true) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      Optional<String> problem = problemOfSegment(path, start, end);
      if (problem.isPresent() || slash < 0) {
        return problem;
      }
      start = slash + 1;
    }
  }

  /** What is wrong with the segment of {@code path} between two indices. */
  private static Optional<String> problemOfSegment(String path, int start, int end) {
    if (start == end) {
      return Optional.of("has an empty segment");
    }
    int i = start;
    while (true) {
      int word = i;
      while (i < end && isLowerAlnum(path.charAt(i))) {
        i++;
      }
      if (i == word) {
        return Optional.of(
            i == end ? "has a segment that ends in a separator" : misplaced(path, i));
      }
      if (i == end) {
        return Optional.empty();
      }
      int separator = endOfSeparator(path, i, end);
      if (separator == i) {
        return Optional.of(has(path, i));
      }
      i = separator;
    }
  }

  private static String misplaced(String path, int at) {
    char c = path.charAt(at);
    return c == '.' || c == '_' || c == '-'
        ? "has a separator at the start of a segment, or too many of them in a row"
        : has(path, at);
  }

  /** One dot, one or two underscores, or any number of dashes. */
  private static int endOfSeparator(String path, int start, int end) {
    int i = start;
    switch (path.charAt(start)) {
      case '.' -> i++;
      case '_' -> i += start + 1 < end && path.charAt(start + 1) == '_' ? 2 : 1;
      case '-' -> {
        while (i < end && path.charAt(i) == '-') {
          i++;
        }
      }
      default -> {}
    }
    return i;
  }

  /** What is wrong with a tag, as the words after it; empty if nothing is. */
  static Optional<String> problemOfTag(String tag) {
    if (tag.isEmpty()) {
      return Optional.of("is empty");
    }
    if (tag.length() > LONGEST_TAG) {
      return Optional.of("is longer than " + LONGEST_TAG + " characters");
    }
    for (int i = 0; i < tag.length(); i++) {
      if (!isTagCharacter(tag.charAt(i)) || (i == 0 && !isWord(tag.charAt(i)))) {
        return Optional.of(has(tag, i) + (i == 0 ? " at its start" : ""));
      }
    }
    return Optional.empty();
  }

  static boolean isTagCharacter(char c) {
    return isWord(c) || c == '.' || c == '-';
  }

  static boolean isPathCharacter(char c) {
    return isLowerAlnum(c) || c == '.' || c == '_' || c == '-';
  }

  private static String has(String text, int at) {
    char c = text.charAt(at);
    return "has "
        + (isUpper(c) ? "the upper-case letter " : "")
        + PlainText.quote(Character.toString(text.codePointAt(at)))
        + " in it";
  }

  private static boolean isWord(char c) {
    return isAlnum(c) || c == '_';
  }

  private static boolean isAlnum(char c) {
    return isLowerAlnum(c) || isUpper(c);
  }

  private static boolean isLowerAlnum(char c) {
    return (c >= 'a' && c <= 'z') || isDigit(c);
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isHex(char c) {
    return Digest.isLowerHex(c) || (c >= 'A' && c <= 'F');
  }
}
