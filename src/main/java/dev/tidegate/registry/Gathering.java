package dev.tidegate.registry;

import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocument.Kind;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Reads all that lies beside one image. */
final class Gathering {
  /** Most documents beside one image; the rest is told of as not read. */
  static final int MOST_DOCUMENTS = 256;

  /** Longest payload of a signature; real ones have a few hundred bytes. */
  static final int LONGEST_SIGNATURE = 256 * 1024;

  /** Longest attestation or bundle; SBOMs are the long ones. */
  static final int LONGEST_ATTESTATION = 8 << 20;

  /** Longest manifest of a referrer; that of a bundle has about a thousand bytes. */
  static final int LONGEST_REFERRER = 1 << 20;

  /** Most bytes beside one image in all, manifests included. */
  static final int MOST_BYTES = 32 << 20;

  /** Most manifests that are read at the same time. */
  static final int AT_A_TIME = 16;

  private static final int MOST_CHILDREN = 16;

  private final RegistryClient client;
  private final PinnedImage image;
  private final Deadline deadline;
  private final AtomicInteger documents = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final Semaphore reading = new Semaphore(AT_A_TIME);

  Gathering(RegistryClient client, PinnedImage image, Deadline deadline) {
    this.client = client;
    this.image = image;
    this.deadline = deadline;
  }

  /**
   * What was found at one place.
   *
   * @param unread what could not be read there
   */
  record Place(List<SignatureDocument> documents, List<Doubt> unread) {
    static final Place NOTHING = new Place(List.of(), List.of());

    Place {
      documents = List.copyOf(documents);
      unread = List.copyOf(unread);
    }

    static Place of(SignatureDocument document) {
      return new Place(List.of(document), List.of());
    }

    static Place unread(Doubt doubt) {
      return new Place(List.of(), List.of(doubt));
    }

    boolean unreadable() {
      return documents.isEmpty() && !unread.isEmpty();
    }

    static Place all(List<Place> places) {
      return new Place(
          places.stream().flatMap(place -> place.documents().stream()).toList(),
          places.stream().flatMap(place -> place.unread().stream()).distinct().toList());
    }
  }

  /** Does all of {@code steps} at the same time; their results in order. */
  static List<Place> together(List<? extends Callable<Place>> steps) throws InterruptedException {
    if (steps.isEmpty()) {
      return List.of();
    }
    List<Place> places = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Place>> running = new ArrayList<>();
      for (Callable<Place> step : steps) {
        running.add(threads.submit(step));
      }
      try {
        for (Future<Place> one : running) {
          places.add(one.get());
        }
      } catch (ExecutionException failed) {
        if (failed.getCause() instanceof InterruptedException) {
          throw new InterruptedException();
        }
        throw new IllegalStateException("reading what lies beside an image", failed.getCause());
      } finally {
        running.forEach(one -> one.cancel(true)); // of no effect on what has ended
      }
    }
    return places;
  }

  /** What lies under a tag of cosign's older format. */
  Place tagged(Kind kind, String suffix) throws InterruptedException {
    String tag = image.digest().algorithm() + "-" + image.digest().hex() + suffix;
    String place = "tag " + tag;
    try {
      Optional<RegistryClient.Content> content = client.byTag(image.in(), tag, deadline);
      if (content.isEmpty()) {
        return Place.NOTHING;
      }
      Document document = Document.read(content.get().raw(), content.get().mediaType());
      return document.manifest() instanceof ImageManifest.Index index
          ? children(kind, place, index)
          : layers(kind, place, document);
    } catch (Trouble trouble) {
      return Place.unread(trouble.doubt());
    } catch (Malformed broken) {
      return odd(tag, broken);
    }
  }

  /** What a tag gives out proves nothing by its hash, so it may be another answer next time. */
  private Place odd(String tag, Malformed broken) {
    return Place.unread(
        RegistryClient.malformed("read the manifest " + image.in() + ":" + tag, broken));
  }

  /** cosign follows an index under its tags, so its images may be anywhere below one. */
  private Place children(Kind kind, String place, ImageManifest.Index index)
      throws InterruptedException {
    if (index.children().size() > MOST_CHILDREN) {
      return Place.of(
          new SignatureDocument.Broken(
              place, "it is an index of more than " + MOST_CHILDREN + " manifests"));
    }
    List<Callable<Place>> steps = new ArrayList<>();
    for (ImageManifest.Child child : index.children()) {
      String at = place + ", manifest " + (steps.size() + 1);
      steps.add(() -> {
        try {
          Optional<Document> document = manifest(child.digest());
          return document.isPresent() ? layers(kind, at, document.get()) : Place.NOTHING;
        } catch (Trouble trouble) {
          return lost(at, trouble);
        } catch (Malformed broken) {
          return broken(at, broken);
        }
      });
    }
    return Place.all(together(steps));
  }

  private Optional<Document> manifest(Digest digest)
      throws Trouble, Malformed, InterruptedException {
    // How long it is, only reading it tells: so few at a time, or all would begin below the bound.
    reading.acquire();
    try {
      if (bytes.get() > MOST_BYTES) {
        throw new Trouble(tooMany());
      }
      Optional<RegistryClient.Content> content =
          client.manifest(image.in(), digest, LONGEST_REFERRER, deadline);
      if (content.isEmpty()) {
        return Optional.empty();
      }
      bytes.addAndGet(content.get().raw().size());
      return Optional.of(Document.read(content.get().raw(), content.get().mediaType()));
    } finally {
      reading.release();
    }
  }

  private Place layers(Kind kind, String place, Document document) throws InterruptedException {
    List<Callable<Place>> steps = new ArrayList<>();
    for (Descriptor layer : document.layers()) {
      if (documents.incrementAndGet() > MOST_DOCUMENTS) {
        steps.add(() -> Place.unread(tooMany()));
        break;
      }
      String at = place + ", layer " + (steps.size() + 1);
      int most = kind == Kind.SIGNATURE ? LONGEST_SIGNATURE : LONGEST_ATTESTATION;
      steps.add(() ->
          blob(
              at,
              layer,
              most,
              raw ->
                  new SignatureDocument.Layer(
                      at, kind, layer.mediaType(), raw, layer.annotations())));
    }
    return Place.all(together(steps));
  }

  private Doubt tooMany() {
    return Doubt.of(
        Cause.TOO_LARGE,
        "tried to read the signatures of "
            + image
            + ", but there are more than "
            + MOST_DOCUMENTS
            + " documents or "
            + (MOST_BYTES >> 20)
            + " MiB of them; remove those that are of no use");
  }

  private interface Making {
    SignatureDocument of(Bytes raw);
  }

  private Place blob(String place, Descriptor layer, int most, Making making)
      throws InterruptedException {
    if (layer.size() > most) {
      return Place.of(new SignatureDocument.Broken(place, "it is longer than " + most + " bytes"));
    }
    if (bytes.addAndGet(layer.size()) > MOST_BYTES) {
      return Place.unread(tooMany());
    }
    try {
      // What the descriptor claims about the length bounds what is read, too.
      Optional<Bytes> raw =
          client.blob(image.in(), layer.digest(), (int) Math.max(1, layer.size()), deadline);
      return raw.isPresent()
          ? Place.of(making.of(raw.get()))
          : Place.of(
              new SignatureDocument.Broken(
                  place, "the registry lacks the content that its manifest names"));
    } catch (Trouble trouble) {
      return Place.unread(trouble.doubt());
    }
  }

  /**
   * A manifest that did not come. An answer that does not hash to what was asked for is none: a
   * proxy or a damaged disk speaks, and the registry may give out the right one next time. What was
   * learnt before must not be displaced by it. Only of a manifest that is too long is it certain
   * enough that it stays so.
   */
  private Place lost(String place, Trouble trouble) {
    return trouble.doubt().cause() == Cause.TOO_LARGE && !trouble.doubt().equals(tooMany())
        ? Place.of(new SignatureDocument.Broken(place, trouble.doubt().tried()))
        : Place.unread(trouble.doubt());
  }

  /** What is proven by its hash and cannot be read stays so. */
  private static Place broken(String place, Malformed broken) {
    return Place.of(new SignatureDocument.Broken(place, String.valueOf(broken.getMessage())));
  }

  /** What refers to the image. */
  Place referring() throws InterruptedException {
    try {
      Optional<List<Descriptor>> referrers = client.referrers(image.in(), image.digest(), deadline);
      return referrers.isPresent() ? each(referrers.get(), "referrer ") : fallback();
    } catch (Trouble trouble) {
      return Place.unread(trouble.doubt());
    }
  }

  /** Where a registry lacks the referrers API, an index under a tag stands in for it. */
  private Place fallback() throws Trouble, InterruptedException {
    String tag = image.digest().algorithm() + "-" + image.digest().hex();
    Optional<RegistryClient.Content> content = client.byTag(image.in(), tag, deadline);
    if (content.isEmpty()) {
      return Place.NOTHING;
    }
    try {
      Bytes raw = content.get().raw();
      if (!(Document.read(raw, content.get().mediaType()).manifest()
          instanceof ImageManifest.Index)) {
        return Place.of(
            new SignatureDocument.Broken("tag " + tag, "it is an image and no list of referrers"));
      }
      return each(
          RegistryClient.descriptors(Document.tree(raw.toArray()).path("manifests")),
          "referrer by tag ");
    } catch (Malformed broken) {
      return odd(tag, broken);
    }
  }

  private Place each(List<Descriptor> referrers, String name) throws InterruptedException {
    List<Callable<Place>> steps = new ArrayList<>();
    for (Descriptor referrer : referrers) {
      if (steps.size() == RegistryClient.MOST_REFERRERS) {
        steps.add(() -> Place.unread(tooMany()));
        break;
      }
      String place = name + referrer.digest().hex().substring(0, 12);
      steps.add(() -> referrer(place, referrer.digest()));
    }
    return Place.all(together(steps));
  }

  /**
   * One referrer. What it is says its manifest, not the entry of the list: registries put other
   * types there.
   */
  private Place referrer(String place, Digest digest) throws InterruptedException {
    Document document;
    try {
      Optional<Document> read = manifest(digest);
      if (read.isEmpty()) {
        return Place.of(new SignatureDocument.Broken(place, "the registry lists it and lacks it"));
      }
      document = read.get();
    } catch (Trouble trouble) {
      return lost(place, trouble);
    } catch (Malformed broken) {
      return broken(place, broken);
    }
    if (!(document.manifest() instanceof ImageManifest.Image manifest)) {
      return Place.NOTHING;
    }
    boolean bundle =
        document.layers().size() == 1
            && MediaTypes.isBundle(document.layers().getFirst().mediaType());
    Optional<Kind> classic = classic(document);
    if (!bundle && classic.isEmpty()) {
      return Place.NOTHING; // an SBOM, a scan, and so on: nothing that is signed
    }
    if (!manifest.subject().equals(Optional.of(image.digest()))) {
      return Place.of(
          new SignatureDocument.Broken(
              place,
              "its subject is "
                  + manifest.subject().map(Digest::toString).orElse("missing")
                  + ", so it belongs to something else"));
    }
    if (!bundle) {
      return layers(classic.get(), place, document);
    }
    if (documents.incrementAndGet() > MOST_DOCUMENTS) {
      return Place.unread(tooMany());
    }
    return blob(
        place,
        document.layers().getFirst(),
        LONGEST_ATTESTATION,
        raw -> new SignatureDocument.Bundle(place, raw));
  }

  /** The older format as a referrer, as cosign 2 wrote it on request. */
  private static Optional<Kind> classic(Document document) {
    if (document.layers().isEmpty()) {
      return Optional.empty();
    }
    if (document.layers().stream()
        .allMatch(layer -> MediaTypes.bare(layer.mediaType()).equals(MediaTypes.SIMPLE_SIGNING))) {
      return Optional.of(Kind.SIGNATURE);
    }
    return document.layers().stream()
            .allMatch(layer -> MediaTypes.bare(layer.mediaType()).equals(MediaTypes.DSSE))
        ? Optional.of(Kind.ATTESTATION)
        : Optional.empty();
  }
}
