package dev.tidegate.registry;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Config;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.ImageConfig;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.net.Trouble;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Configurations of images. */
final class ConfigSource implements EvidenceSource<Config, ImageConfig> {
  /** Longest configuration; large ones have a few hundred KiB. */
  static final int LONGEST = 2 << 20;

  private final RegistryClient client;
  private final Reads reads;
  private final InstantSource clock;

  ConfigSource(RegistryClient client, Reads reads, InstantSource clock) {
    this.client = client;
    this.reads = reads;
    this.clock = clock;
  }

  @Override
  public Class<Config> serves() {
    return Config.class;
  }

  @Override
  public String access(Config key) {
    return client.access(key.image().in());
  }

  @Override
  public Evidence<ImageConfig> obtain(Config key, Errand errand) throws InterruptedException {
    Instant start = clock.instant();
    try {
      Optional<Document> document = reads.manifest(key.image(), errand);
      if (document.isEmpty() || !(document.get().manifest() instanceof ImageManifest.Image image)) {
        return new Evidence.Absent<>(start);
      }
      String what = "read the configuration of " + key.image();
      Bytes raw =
          client
              .blob(key.image().in(), image.config(), LONGEST, errand.budget())
              .orElseThrow(() ->
                  Trouble.of(Cause.MALFORMED, what, "the registry lacks what its manifest names"));
      try {
        return new Evidence.Present<>(Configs.read(image.raw(), raw), start);
      } catch (Malformed broken) {
        return new Evidence.Unavailable<>(RegistryClient.malformed(what, broken));
      }
    } catch (Trouble trouble) {
      return new Evidence.Unavailable<>(trouble.doubt());
    }
  }
}
