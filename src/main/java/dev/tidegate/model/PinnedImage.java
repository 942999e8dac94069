package dev.tidegate.model;

import java.util.Objects;

/**
 * An image by its content.
 *
 * @param in the repository it is read from
 * @param digest of its manifest or index
 */
public record PinnedImage(Repository in, Digest digest) {
  public PinnedImage {
    Objects.requireNonNull(in);
    Objects.requireNonNull(digest);
  }

  /** {@code docker.io/library/nginx@sha256:…}. */
  @Override
  public String toString() {
    return in + "@" + digest;
  }
}
