package dev.tidegate.registry;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.net.Trouble;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Manifests and indexes by digest. */
final class ManifestSource implements EvidenceSource<Manifest, ImageManifest> {
  private final RegistryClient client;
  private final Reads reads;
  private final InstantSource clock;

  ManifestSource(RegistryClient client, Reads reads, InstantSource clock) {
    this.client = client;
    this.reads = reads;
    this.clock = clock;
  }

  @Override
  public Class<Manifest> serves() {
    return Manifest.class;
  }

  @Override
  public String access(Manifest key) {
    return client.access(key.image().in());
  }

  @Override
  public Evidence<ImageManifest> obtain(Manifest key, Errand errand) throws InterruptedException {
    Instant start = clock.instant();
    try {
      Optional<Document> document = reads.manifest(key.image(), errand);
      return document.isPresent()
          ? new Evidence.Present<>(document.get().manifest(), start)
          : new Evidence.Absent<>(start);
    } catch (Trouble trouble) {
      return new Evidence.Unavailable<>(trouble.doubt());
    }
  }
}
