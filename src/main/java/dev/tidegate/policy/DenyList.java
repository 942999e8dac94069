package dev.tidegate.policy;

import dev.tidegate.model.Digest;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.ImageReference;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Images that may not run anywhere: decided without the network, before everything else, and no
 * exemption helps.
 *
 * @param name unique among deny lists
 * @param origin where it stands
 * @param digests images by digest
 * @param images images by pattern
 * @param reason why, shown to whoever is refused
 * @param owner who answers for it
 */
public record DenyList(
    String name,
    Origin origin,
    Set<Digest> digests,
    List<ImagePattern> images,
    String reason,
    String owner) {
  public DenyList {
    Objects.requireNonNull(name);
    Objects.requireNonNull(origin);
    digests = Set.copyOf(digests);
    images = List.copyOf(images);
    Objects.requireNonNull(reason);
    Objects.requireNonNull(owner);
  }

  /** Whether {@code image} is on the list. */
  public boolean has(ImageReference image) {
    return image.digest().filter(digests::contains).isPresent()
        || images.stream().anyMatch(pattern -> pattern.matches(image));
  }
}
