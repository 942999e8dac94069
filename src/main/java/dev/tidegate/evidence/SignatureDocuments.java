package dev.tidegate.evidence;

import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import java.util.List;
import java.util.Objects;

/**
 * All that was found beside an image and may be a signature or an attestation, from every place
 * where such things are kept, side by side.
 *
 * @param image the image
 * @param documents in a fixed order: older format first, then referrers
 * @param unread places that could not be read to their end
 */
public record SignatureDocuments(
    PinnedImage image, List<SignatureDocument> documents, List<Doubt> unread)
    implements Weighed, Partial {
  public SignatureDocuments {
    Objects.requireNonNull(image);
    documents = List.copyOf(documents);
    unread = List.copyOf(unread);
  }

  // Compared and hashed with every admission, so what is most often decisive comes first.
  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof SignatureDocuments that
            && image.equals(that.image)
            && documents.equals(that.documents)
            && unread.equals(that.unread));
  }

  @Override
  public int hashCode() {
    return 31 * image.hashCode() + documents.size();
  }

  @Override
  public int weight() {
    return 400 + documents.stream().mapToInt(SignatureDocument::weight).sum();
  }
}
