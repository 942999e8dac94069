package dev.tidegate.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.ImageConfig;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Platform;
import java.util.Optional;

/** Reads configurations of images (OCI image-spec, "config"). */
final class Configs {
  private static final Platform UNKNOWN = new Platform("unknown", "unknown", Optional.empty());

  private Configs() {}

  /** The configuration in {@code raw} of the image whose manifest is {@code manifest}. */
  static ImageConfig read(Bytes manifest, Bytes raw) throws Malformed {
    JsonNode root = Document.tree(raw.toArray());
    JsonNode user = root.path("config").path("User");
    if (!user.isMissingNode() && !user.isNull() && !user.isTextual()) {
      throw new Malformed("its User is no text");
    }
    return new ImageConfig(
        manifest,
        raw,
        Document.platform(root).orElse(UNKNOWN),
        user.isTextual() ? user.textValue() : "");
  }
}
