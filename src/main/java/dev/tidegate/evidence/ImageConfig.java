package dev.tidegate.evidence;

import dev.tidegate.model.Bytes;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Platform;
import java.util.Objects;

/**
 * The configuration of an image (OCI image-spec, "config"), as far as it matters here.
 *
 * @param manifest the bytes of the manifest, which name the configuration by its digest
 * @param raw the bytes of the configuration
 * @param platform what it claims to run on
 * @param user the USER as the image has it; empty when it has none, which means root
 */
public record ImageConfig(Bytes manifest, Bytes raw, Platform platform, String user)
    implements Weighed {
  public ImageConfig {
    Objects.requireNonNull(manifest);
    Objects.requireNonNull(raw);
    Objects.requireNonNull(platform);
    user = PlainText.of(user, 256);
  }

  @Override
  public int weight() {
    return manifest.size() + raw.size() + 400;
  }
}
