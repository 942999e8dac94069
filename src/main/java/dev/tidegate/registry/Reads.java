package dev.tidegate.registry;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceSource.Errand;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Trouble;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Manifests by digest, each read once for all who need it at the same moment: a configuration and a
 * manifest of one image are usually asked for together.
 */
final class Reads {
  private final RegistryClient client;
  private final InstantSource clock;
  private final ConcurrentMap<PinnedImage, CompletableFuture<Optional<Document>>> running =
      new ConcurrentHashMap<>();

  Reads(RegistryClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /** The manifest that {@code image} names; empty when the registry does not have it. */
  Optional<Document> manifest(PinnedImage image, Errand errand)
      throws Trouble, InterruptedException {
    CompletableFuture<Optional<Document>> mine = new CompletableFuture<>();
    CompletableFuture<Optional<Document>> other = running.putIfAbsent(image, mine);
    if (other != null) {
      return await(other, image, errand.budget());
    }
    Instant start = clock.instant();
    try {
      Optional<Document> document = read(image, errand.budget());
      errand.alsoLearned(
          new Manifest(image),
          document.isPresent()
              ? new Evidence.Present<ImageManifest>(document.get().manifest(), start)
              : new Evidence.Absent<>(start));
      mine.complete(document);
      return document;
    } catch (Trouble trouble) {
      mine.completeExceptionally(trouble);
      throw trouble;
    } finally {
      running.remove(image, mine);
      // Interrupted, or a defect: whoever waits is told that it was broken off.
      mine.completeExceptionally(
          new Trouble(Doubt.of(Cause.OVERLOADED, "reading the manifest was broken off")));
    }
  }

  private Optional<Document> read(PinnedImage image, Deadline deadline)
      throws Trouble, InterruptedException {
    Optional<RegistryClient.Content> content =
        client.manifest(image.in(), image.digest(), deadline);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Document.read(content.get().raw(), content.get().mediaType()));
    } catch (Malformed broken) {
      throw new Trouble(RegistryClient.malformed("read the manifest " + image, broken));
    }
  }

  private static Optional<Document> await(
      CompletableFuture<Optional<Document>> other, PinnedImage image, Deadline deadline)
      throws Trouble, InterruptedException {
    try {
      return other.get(Math.max(1, deadline.remaining().toNanos()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw Trouble.of(
          Cause.DEADLINE, "read the manifest " + image, "there was no whole answer in time");
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Trouble trouble) {
        throw trouble;
      }
      throw new IllegalStateException("reading " + image, failed);
    }
  }
}
