package dev.tidegate.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The name of a container image, read as containerd reads it (github.com/distribution/reference,
 * {@code ParseNormalizedNamed}) and normalised once: {@code nginx} is {@code
 * docker.io/library/nginx:latest}, {@code index.docker.io} is {@code docker.io}. There is no other
 * parser, so nothing is read in two ways.
 *
 * <p>Two references are equal if they name the same thing; how it was written does not count.
 */
public final class ImageReference {
  /** Registry, path, tag and the longest digest, with what stands between them, fit well. */
  private static final int LONGEST = 1024;

  private static final String DEFAULT_TAG = "latest";

  private final String written;
  private final Repository repository;
  private final Optional<String> tag;
  private final boolean tagImplied;
  private final Optional<Digest> digest;

  /** Of the repository's path; each pattern compares them. */
  private final List<String> segments;

  private ImageReference(
      String written,
      Repository repository,
      Optional<String> tag,
      boolean tagImplied,
      Optional<Digest> digest) {
    this.written = written;
    this.repository = repository;
    this.tag = tag;
    this.tagImplied = tagImplied;
    this.digest = digest;
    this.segments = List.of(repository.path().split("/", -1));
  }

  /**
   * Reads an image reference.
   *
   * @throws BadReference if it is none; the sentence says what is wrong and what to write
   */
  public static ImageReference parse(String text) {
    checkWhole(text);
    int at = text.indexOf('@');
    Optional<Digest> digest = at < 0 ? Optional.empty() : Optional.of(digest(text, at));
    String named = at < 0 ? text : text.substring(0, at);

    int slash = named.indexOf('/');
    boolean hosted = slash >= 0 && ReferenceGrammar.isRegistry(named.substring(0, slash));
    String registry = hosted ? registry(named.substring(0, slash)) : ReferenceGrammar.DOCKER_HUB;
    String rest = hosted ? named.substring(slash + 1) : named;
    int colon = rest.indexOf(':');
    Optional<String> tag = colon < 0 ? Optional.empty() : Optional.of(tag(text, rest, colon));
    Repository repository = repository(text, registry, colon < 0 ? rest : rest.substring(0, colon));

    boolean implied = tag.isEmpty() && digest.isEmpty();
    return new ImageReference(
        text, repository, implied ? Optional.of(DEFAULT_TAG) : tag, implied, digest);
  }

  /** The reference that {@code text} is, or empty if it is none. */
  public static Optional<ImageReference> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (BadReference _) {
      return Optional.empty();
    }
  }

  private static void checkWhole(String text) {
    if (text.isEmpty()) {
      throw new BadReference("the image is empty", "write the image's name");
    }
    if (text.length() > LONGEST) {
      throw new BadReference(
          is(text) + "it is longer than " + LONGEST + " characters", "write a shorter name");
    }
    if (text.contains("://")) {
      throw new BadReference(
          is(text) + "it starts with a URL scheme", "leave out everything up to the two slashes");
    }
    if (isIdentifier(text)) {
      throw new BadReference(
          is(text) + "64 hexadecimal digits are read as an image id",
          "write the repository, and the digest as @sha256:… after it");
    }
  }

  private static boolean isIdentifier(String text) {
    return text.length() == 64 && text.chars().allMatch(c -> Digest.isLowerHex((char) c));
  }

  private static Digest digest(String text, int at) {
    try {
      return Digest.parse(text.substring(at + 1));
    } catch (BadValue bad) {
      throw new BadReference(is(text) + bad.problem(), bad.fix());
    }
  }

  private static String tag(String text, String rest, int colon) {
    String tag = rest.substring(colon + 1);
    Optional<String> problem = ReferenceGrammar.problemOfTag(tag);
    if (problem.isPresent()) {
      throw new BadReference(
          is(text) + "the tag " + PlainText.quote(tag) + " " + problem.get(),
          "write a tag of letters, digits, dots, dashes and underscores; a port belongs before the"
              + " first slash");
    }
    return tag;
  }

  private static String registry(String written) {
    return written.equals(ReferenceGrammar.LEGACY_DOCKER_HUB)
        ? ReferenceGrammar.DOCKER_HUB
        : written;
  }

  private static Repository repository(String text, String registry, String path) {
    try {
      boolean official = registry.equals(ReferenceGrammar.DOCKER_HUB) && path.indexOf('/') < 0;
      // An empty path stays empty, so that it is complained about as such.
      return new Repository(
          registry, official && !path.isEmpty() ? ReferenceGrammar.OFFICIAL + path : path);
    } catch (BadReference bad) {
      throw new BadReference(is(text) + bad.problem(), bad.fix());
    }
  }

  private static String is(String text) {
    return PlainText.quote(text) + " is not an image reference: ";
  }

  /** The repository, normalised. */
  public Repository repository() {
    return repository;
  }

  /**
   * The tag: the written one, or {@code latest} if neither a tag nor a digest was written. Beside a
   * digest it is decoration: the runtime pulls the digest and never asks what the tag says.
   */
  public Optional<String> tag() {
    return tag;
  }

  /** Whether {@link #tag()} is {@code latest} only because nothing was written. */
  public boolean tagImplied() {
    return tagImplied;
  }

  /** The repository's path between its slashes. */
  List<String> segments() {
    return segments;
  }

  /** The digest, if one was written. */
  public Optional<Digest> digest() {
    return digest;
  }

  /** The text as it was written, unchanged; it has no control characters. */
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

  /** The whole normalised name; reading it again gives an equal reference. */
  @Override
  public String toString() {
    return repository + tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }
}
