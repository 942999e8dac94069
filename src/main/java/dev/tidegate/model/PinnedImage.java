package dev.tidegate.model;

import java.util.Objects;

/**
 * An image that cannot change under its name: content by digest, and the repository that it is
 * taken from. It comes from a digest that somebody wrote, or from resolving a tag; from nowhere
 * else.
 *
 * @param in the repository
 * @param digest what the content hashes to
 */
public record PinnedImage(Repository in, Digest digest) {
  public PinnedImage {
    Objects.requireNonNull(in);
    Objects.requireNonNull(digest);
  }

  /** {@code registry/path@algorithm:value}. */
  @Override
  public String toString() {
    return in + "@" + digest;
  }
}
