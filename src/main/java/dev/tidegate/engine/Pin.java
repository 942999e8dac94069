package dev.tidegate.engine;

import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A digest that an image gets: the one that was judged under its tag.
 *
 * @param container name of the container or image volume
 * @param field path of the image's text from the root of the object, for instance {@code
 *     spec.containers[0].image}
 * @param written the image as it is written
 * @param image what its tag points at
 * @param staleSince set when the registry could not be asked: when the tag pointed at it
 */
public record Pin(
    String container,
    String field,
    ImageReference written,
    PinnedImage image,
    Optional<Instant> staleSince) {
  public Pin {
    Objects.requireNonNull(container);
    Objects.requireNonNull(field);
    Objects.requireNonNull(written);
    Objects.requireNonNull(image);
    Objects.requireNonNull(staleSince);
  }

  /** The text that the image gets: what was written, with the digest behind it. */
  public String text() {
    return written.written() + "@" + image.digest();
  }
}
