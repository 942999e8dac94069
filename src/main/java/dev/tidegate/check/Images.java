package dev.tidegate.check;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.BadReference;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Container;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import java.time.Instant;
import java.util.Optional;

/**
 * From the text of an image to the content that it names: by the digest in it, or by what its tag
 * points at. The one place where tags are resolved for judging.
 */
public final class Images {
  private static final int LONGEST_KEPT = 256;

  /** An image is looked at several times per pod, and pods of one workload have the same. */
  private static final LoadingCache<String, ImageReference> REFERENCES =
      Caffeine.newBuilder().maximumSize(1_000).executor(Runnable::run).build(ImageReference::parse);

  private Images() {}

  /**
   * What the image of {@code container} says.
   *
   * @throws BadReference if it is no reference
   */
  public static ImageReference reference(Container container) {
    String image = container.image();
    return image.length() <= LONGEST_KEPT ? REFERENCES.get(image) : ImageReference.parse(image);
  }

  /** The same; empty if it is no reference. */
  public static Optional<ImageReference> legible(Container container) {
    try {
      return Optional.of(reference(container));
    } catch (BadReference _) {
      return Optional.empty();
    }
  }

  /** What an image's text names. */
  public sealed interface Named {}

  /**
   * Content.
   *
   * @param reference as it was written
   * @param staleSince set when the registry cannot be asked what the tag points at now: the moment
   *     at which it pointed at this
   */
  public record Content(ImageReference reference, PinnedImage image, Optional<Instant> staleSince)
      implements Named {
    /** Whether the text itself has the digest. */
    public boolean byDigest() {
      return reference.digest().isPresent();
    }
  }

  /** Nothing: the registry has no such tag. */
  public record NoSuchTag(ImageReference reference) implements Named {}

  /** Something that cannot be known at the moment. */
  public record NotKnown(ImageReference reference, Doubt doubt) implements Named {}

  /** Nothing: it is no image reference. */
  public record Illegible(BadReference problem) implements Named {}

  /** What the image of {@code container} names. */
  public static Named of(Container container, Facts facts) {
    try {
      return of(reference(container), facts);
    } catch (BadReference bad) {
      return new Illegible(bad);
    }
  }

  /** What {@code reference} names. */
  public static Named of(ImageReference reference, Facts facts) {
    if (reference.digest().isPresent()) {
      return new Content(
          reference,
          new PinnedImage(reference.repository(), reference.digest().get()),
          Optional.empty());
    }
    Resolution key = new Resolution(reference);
    return switch (facts.asOf(key, facts.tagAge())) {
      case Evidence.Present<PinnedImage> now ->
          new Content(reference, now.value(), Optional.empty());
      case Evidence.Absent<PinnedImage> none -> new NoSuchTag(reference);
      case Evidence.Unavailable<PinnedImage> trouble -> earlier(key, trouble.doubt(), facts);
    };
  }

  /**
   * While a registry is down, a tag means what it meant when it was last asked, as long as that is
   * remembered: all that is decided about the digest is decided anew.
   */
  private static Named earlier(Resolution key, Doubt doubt, Facts facts) {
    if (doubt.cause() == Cause.NOT_GATHERED || doubt.cause().kind() != Cause.Kind.INFRASTRUCTURE) {
      return new NotKnown(key.tagged(), doubt);
    }
    return facts.get(key) instanceof Evidence.Present<PinnedImage>(var image, var obtained)
        ? new Content(key.tagged(), image, Optional.of(obtained))
        : new NotKnown(key.tagged(), doubt);
  }
}
