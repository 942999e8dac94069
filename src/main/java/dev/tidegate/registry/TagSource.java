package dev.tidegate.registry;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceSource;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.net.Trouble;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What tags point at. The digest that a registry claims is no more than that: everything else is
 * asked of it by digest and must hash to it, so a false claim leads to nothing that can be judged.
 */
final class TagSource implements EvidenceSource<Resolution, PinnedImage> {
  private final RegistryClient client;
  private final InstantSource clock;

  TagSource(RegistryClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  @Override
  public Class<Resolution> serves() {
    return Resolution.class;
  }

  @Override
  public String access(Resolution key) {
    return client.access(key.tagged().repository());
  }

  @Override
  public Evidence<PinnedImage> obtain(Resolution key, Errand errand) throws InterruptedException {
    Repository repository = key.tagged().repository();
    String tag = key.tagged().tag().orElseThrow();
    Instant start = clock.instant();
    try {
      return switch (client.head(repository, tag, errand.budget())) {
        case RegistryClient.Head.None none -> new Evidence.Absent<>(start);
        case RegistryClient.Head.At(var digest) ->
            new Evidence.Present<>(new PinnedImage(repository, digest), start);
        case RegistryClient.Head.Silent silent -> byContent(repository, tag, start, errand);
      };
    } catch (Trouble trouble) {
      return new Evidence.Unavailable<>(trouble.doubt());
    }
  }

  /** Reads what is under the tag, which then is known, too. */
  private Evidence<PinnedImage> byContent(
      Repository repository, String tag, Instant start, Errand errand)
      throws Trouble, InterruptedException {
    Optional<RegistryClient.Content> content = client.byTag(repository, tag, errand.budget());
    if (content.isEmpty()) {
      return new Evidence.Absent<>(start);
    }
    try {
      ImageManifest manifest =
          Document.read(content.get().raw(), content.get().mediaType()).manifest();
      PinnedImage image = new PinnedImage(repository, content.get().raw().sha256());
      errand.alsoLearned(new Manifest(image), new Evidence.Present<>(manifest, start));
      return new Evidence.Present<>(image, start);
    } catch (Malformed broken) {
      throw new Trouble(
          RegistryClient.malformed("read the manifest " + repository + ":" + tag, broken));
    }
  }
}
