package dev.tidegate.evidence;

import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Platform;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a digest names in a registry: one image, or an index of several (OCI image-spec). */
public sealed interface ImageManifest extends Weighed {
  /** The bytes that hash to the digest. */
  Bytes raw();

  /** The media type that the document claims for itself, or else that of the response. */
  String mediaType();

  @Override
  default int weight() {
    return 2 * raw().size() + 400; // the bytes and what was read from them
  }

  /** One image. */
  record Image(Bytes raw, String mediaType, Digest config, Optional<Digest> subject)
      implements ImageManifest {
    public Image {
      Objects.requireNonNull(raw);
      Objects.requireNonNull(mediaType);
      Objects.requireNonNull(config);
      Objects.requireNonNull(subject);
    }
  }

  /** Images for several platforms, or indexes of them. */
  record Index(Bytes raw, String mediaType, List<Child> children) implements ImageManifest {
    public Index {
      Objects.requireNonNull(raw);
      Objects.requireNonNull(mediaType);
      children = List.copyOf(children);
    }
  }

  /**
   * An entry of an index.
   *
   * @param platform as the index claims; empty when it says none
   */
  record Child(Digest digest, String mediaType, Optional<Platform> platform) {
    public Child {
      Objects.requireNonNull(digest);
      Objects.requireNonNull(mediaType);
      Objects.requireNonNull(platform);
    }

    /**
     * Whether nodes could run it: an entry whose os and architecture are both {@code unknown} is a
     * build attestation, one without a platform could be anything.
     */
    public boolean runnable() {
      return platform.map(p -> !p.unknown()).orElse(true);
    }
  }
}
