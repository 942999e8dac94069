package dev.tidegate.model;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image reference, parsed with the grammar that containerd uses
 * (github.com/distribution/reference, {@code ParseDockerRef}) and normalised once: {@code nginx} is
 * {@code docker.io/library/nginx:latest}.
 *
 * <p>A tag beside a digest is a decoration: the digest decides what is pulled. {@link #tag()} still
 * tells it.
 */
public final class ImageReference {
  /** Longest host and path together (distribution's NameTotalLengthMax). */
  private static final int LONGEST_NAME = 255;

  /** Longest text looked at: name, tag and the longest digest. */
  private static final int LONGEST_TEXT = 255 + 1 + 128 + 1 + 136;

  private static final String DEFAULT_HOST = "docker.io";
  private static final String OLD_DEFAULT_HOST = "index.docker.io";

  // Possessive, and each alternative starts with a different character, so matching is linear.
  private static final Pattern HOST =
      Pattern.compile(
          "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*+(?<!-))?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*+(?<!-))?)*+|\\[[a-fA-F0-9:]++])(?::[0-9]++)?");
  private static final Pattern COMPONENT =
      Pattern.compile("[a-z0-9]++(?:(?:\\.|__?|-++)[a-z0-9]++)*+");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}+");
  private static final Pattern BARE_ID = Pattern.compile("[a-f0-9]{64}");

  private final Repository repository;
  private final Optional<String> tag;
  private final Optional<Digest> digest;
  private final boolean tagImplied;
  private final String written;

  private ImageReference(
      Repository repository,
      Optional<String> tag,
      Optional<Digest> digest,
      boolean tagImplied,
      String written) {
    this.repository = repository;
    this.tag = tag;
    this.digest = digest;
    this.tagImplied = tagImplied;
    this.written = written;
  }

  /**
   * Reads a reference as containerd does.
   *
   * @throws BadReference if it is none; the message says what is wrong and what to write
   */
  public static ImageReference parse(String text) {
    if (text.isEmpty()) {
      throw new BadReference("the image is empty");
    }
    if (text.length() > LONGEST_TEXT) {
      throw new BadReference("the image reference is longer than " + LONGEST_TEXT + " characters");
    }
    if (BARE_ID.matcher(text).matches()) {
      throw new BadReference(
          "64 hexadecimal digits are an image id, not a reference; write repository@sha256:…");
    }
    String rest = text;
    Optional<Digest> digest = Optional.empty();
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = Optional.of(digest(rest.substring(at + 1), text));
      rest = rest.substring(0, at);
    }
    int slash = rest.indexOf('/');
    String first = slash < 0 ? "" : rest.substring(0, slash);
    boolean hasHost =
        slash >= 0
            && (first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(Locale.ROOT)));
    String host = hasHost ? first : DEFAULT_HOST;
    String remainder = hasHost ? rest.substring(slash + 1) : rest;
    if (!HOST.matcher(host).matches()) {
      throw new BadReference(
          "\"" + PlainText.of(host, 80) + "\" is not a registry host" + of(text));
    }
    if (host.equals(OLD_DEFAULT_HOST)) {
      host = DEFAULT_HOST;
    }
    int colon = remainder.lastIndexOf(':');
    Optional<String> tag = Optional.empty();
    if (colon > remainder.lastIndexOf('/')) {
      tag = Optional.of(remainder.substring(colon + 1));
      if (!TAG.matcher(tag.get()).matches()) {
        throw new BadReference("\"" + PlainText.of(tag.get(), 80) + "\" is not a tag" + of(text));
      }
      remainder = remainder.substring(0, colon);
    }
    String path = path(remainder, text);
    if (host.equals(DEFAULT_HOST) && path.indexOf('/') < 0) {
      path = "library/" + path;
    }
    if (host.length() + 1 + path.length() > LONGEST_NAME) {
      throw new BadReference(
          "host and path are longer than " + LONGEST_NAME + " characters" + of(text));
    }
    boolean implied = tag.isEmpty() && digest.isEmpty();
    return new ImageReference(
        new Repository(host, path), implied ? Optional.of("latest") : tag, digest, implied, text);
  }

  /** As {@link #parse}, but empty instead of an exception. */
  public static Optional<ImageReference> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (BadReference bad) {
      return Optional.empty();
    }
  }

  private static Digest digest(String text, String whole) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException bad) {
      throw new BadReference(bad.getMessage() + of(whole));
    }
  }

  private static String path(String path, String whole) {
    Matcher component = COMPONENT.matcher(path);
    int from = 0;
    while (true) {
      component.region(from, path.length());
      if (!component.lookingAt()) {
        break;
      }
      if (component.end() == path.length()) {
        return path;
      }
      if (path.charAt(component.end()) != '/') {
        break;
      }
      from = component.end() + 1;
    }
    throw new BadReference(
        "\""
            + PlainText.of(path, 80)
            + "\" is not a repository path (lower-case letters, digits, and . _ - between them)"
            + of(whole));
  }

  private static String of(String text) {
    return " in image \"" + PlainText.of(text, 120) + "\"";
  }

  /** Where the image is. */
  public Repository repository() {
    return repository;
  }

  /** The tag that is written, or {@code latest} where neither tag nor digest is. */
  public Optional<String> tag() {
    return tag;
  }

  /** The digest, which decides what is pulled when there is one. */
  public Optional<Digest> digest() {
    return digest;
  }

  /** Whether the tag {@code latest} was not written but follows from writing nothing. */
  public boolean tagImplied() {
    return tagImplied;
  }

  /** The text that was parsed. */
  public String written() {
    return written;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImageReference that
        && repository.equals(that.repository)
        && tag.equals(that.tag)
        && digest.equals(that.digest);
  }

  @Override
  public int hashCode() {
    return Objects.hash(repository, tag, digest);
  }

  /** The normalised reference: {@code docker.io/library/nginx:1.27@sha256:…}. */
  @Override
  public String toString() {
    return repository
        + tag.map(text -> ":" + text).orElse("")
        + digest.map(text -> "@" + text).orElse("");
  }
}
