package dev.tidegate.cli;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceStore.Wanted;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.IndexWalk;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Platform;
import dev.tidegate.store.VerdictStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at all that a registry has about one image: what is in it, level by level, and the
 * documents beside it and beside each part. Of a level all is asked for at once; how many calls
 * that makes at a time is bounded for each host.
 */
final class ImageLooking {
  private final ImageReference reference;
  private final Counting counting;
  private final VerdictStore store;

  private final List<ImageReport.Runs> platforms = new ArrayList<>();
  private final List<ImageReport.Beside> beside = new ArrayList<>();
  private final Set<String> unknown = new LinkedHashSet<>();
  private final Set<PinnedImage> seen = new HashSet<>();
  private final List<PinnedImage> looked = new ArrayList<>();
  private Optional<PinnedImage> image = Optional.empty();
  private Optional<String> mediaType = Optional.empty();
  private boolean absent;

  /** What is to be read: the image itself, or an entry of an index, for the platform it claims. */
  private record Part(PinnedImage image, Optional<Platform> platform) {}

  /**
   * @param counting what documents are to the signers of policies
   * @param store where answers come from
   */
  ImageLooking(ImageReference reference, Counting counting, VerdictStore store) {
    this.reference = reference;
    this.counting = counting;
    this.store = store;
  }

  /** Looks; once. */
  void look() {
    image =
        reference.digest().isPresent()
            ? Optional.of(new PinnedImage(reference.repository(), reference.digest().get()))
            : get(new EvidenceKey.Resolution(reference));
    absent = image.isEmpty() && unknown.isEmpty();
    if (image.isEmpty()) {
      return;
    }
    seen.add(image.get());
    IndexWalk<Part> walk = new IndexWalk<>(new Part(image.get(), Optional.empty()));
    for (; !walk.level().isEmpty(); walk.down()) {
      gather(walk.level());
      for (Part part : walk.level()) {
        read(part, walk);
      }
    }
  }

  private void gather(List<Part> level) {
    Set<Wanted> wanted = new LinkedHashSet<>();
    for (Part part : level) {
      wanted.add(wanted(new EvidenceKey.Manifest(part.image())));
      wanted.add(wanted(new EvidenceKey.Config(part.image())));
      wanted.add(wanted(new EvidenceKey.Signatures(part.image())));
    }
    store.gather(wanted).join();
  }

  private static Wanted wanted(EvidenceKey<?> key) {
    return new Wanted(key, Instant.MIN);
  }

  private void read(Part part, IndexWalk<Part> walk) {
    looked.add(part.image());
    boolean whole = part.image().equals(image.orElseThrow());
    int troubles = unknown.size();
    Optional<ImageManifest> manifest = get(new EvidenceKey.Manifest(part.image()));
    if (whole) {
      absent = manifest.isEmpty() && unknown.isEmpty();
      mediaType = manifest.map(ImageManifest::mediaType);
    } else if (manifest.isEmpty() && unknown.size() == troubles) {
      unknown.add("the registry does not have " + part.image() + ", a part of the index");
    }
    manifest.ifPresent(read -> {
      switch (read) {
        case ImageManifest.Image one -> runs(part);
        case ImageManifest.Index index -> enter(index, walk);
      }
    });
    get(new EvidenceKey.Signatures(part.image()))
        .ifPresent(documents -> documents(documents, part, whole));
  }

  private void enter(ImageManifest.Index index, IndexWalk<Part> walk) {
    List<Part> parts = new ArrayList<>();
    for (ImageManifest.Child child : index.children()) {
      PinnedImage part = new PinnedImage(image.orElseThrow().in(), child.digest());
      if (child.runnable() && seen.add(part)) {
        parts.add(new Part(part, child.platform()));
      }
    }
    if (parts.isEmpty()) {
      return;
    }
    switch (walk.enter(parts)) {
      case WHOLE -> {}
      case TOO_MANY ->
          unknown.add(
              "the index has more than " + IndexWalk.MOST + " parts; the rest is not looked at");
      case TOO_DEEP ->
          unknown.add(
              "indexes in indexes, deeper than " + IndexWalk.DEEPEST + ", are not looked at");
    }
  }

  private void runs(Part part) {
    get(new EvidenceKey.Config(part.image()))
        .ifPresent(config ->
            platforms.add(
                new ImageReport.Runs(
                    part.platform().orElse(config.platform()).toString(),
                    part.image().digest().toString(),
                    config.user())));
  }

  private void documents(SignatureDocuments documents, Part part, boolean whole) {
    documents.unread().forEach(doubt -> unknown.add(doubt.tried()));
    Map<String, SignatureProofs> proofs = new LinkedHashMap<>();
    counting
        .signers()
        .forEach((name, signer) ->
            get(new EvidenceKey.Proofs(documents, signer.signer()))
                .ifPresent(of -> proofs.put(name, of)));
    for (SignatureDocument document : documents.documents()) {
      List<ImageReport.Counts> counts = new ArrayList<>();
      proofs.forEach((name, of) -> counts.addAll(counting.of(document.place(), name, of)));
      beside.add(
          new ImageReport.Beside(
              document.place(),
              kind(document),
              whole ? Optional.empty() : Optional.of(part.image().digest().toString()),
              counts));
    }
  }

  private static String kind(SignatureDocument document) {
    return switch (document) {
      case SignatureDocument.Layer layer ->
          layer.kind() == SignatureDocument.Kind.SIGNATURE ? "signature" : "attestation";
      case SignatureDocument.Bundle bundle -> "Sigstore bundle";
      case SignatureDocument.Broken broken -> "broken: " + broken.why();
    };
  }

  /** What {@code key} asks for; what cannot be known is told of. */
  private <T> Optional<T> get(EvidenceKey<T> key) {
    if (store.peek(key) == null) {
      store.gather(Set.of(wanted(key))).join();
    }
    return switch (store.peek(key)) {
      case Evidence.Present<T> present -> Optional.of(present.value());
      case Evidence.Absent<T> none -> Optional.empty();
      case Evidence.Unavailable<T>(var doubt) -> {
        unknown.add(doubt.tried());
        yield Optional.empty();
      }
      case null -> {
        unknown.add("asked for " + key.getClass().getSimpleName() + " without an answer");
        yield Optional.empty();
      }
    };
  }

  /** The exit status, where no policy says another. */
  int status() {
    return absent ? ExitStatus.REFUSED : unknown.isEmpty() ? ExitStatus.PASS : ExitStatus.UNDECIDED;
  }

  /** The image and its parts, as far as they were looked at. */
  List<PinnedImage> looked() {
    return List.copyOf(looked);
  }

  /** What was found, with what policies say and which calls were made. */
  ImageReport report(List<ImageReport.Says> says, List<String> calls, List<String> remembered) {
    if (absent) {
      unknown.add("the registry has no " + reference);
    }
    return new ImageReport(
        reference.toString(),
        image.map(one -> one.digest().toString()),
        mediaType,
        platforms,
        beside,
        List.copyOf(unknown),
        says,
        calls,
        remembered);
  }
}
