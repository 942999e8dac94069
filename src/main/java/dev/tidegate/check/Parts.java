package dev.tidegate.check;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.IndexWalk;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What an index has in it: images, and indexes with what is in them, level by level. Of a level all
 * is asked for at once; what is over a bound of {@link IndexWalk} is not known.
 *
 * @param index whether the digest names an index at all
 * @param parts what is in it, as far as that is known
 * @param doubts what could not be known
 * @param absent what the registry does not have
 * @param hollow indexes that have nothing of what was meant
 */
record Parts(
    boolean index,
    List<Part> parts,
    List<Doubt> doubts,
    List<PinnedImage> absent,
    List<PinnedImage> hollow) {
  Parts {
    parts = List.copyOf(parts);
    doubts = List.copyOf(doubts);
    absent = List.copyOf(absent);
    hollow = List.copyOf(hollow);
  }

  /**
   * One entry.
   *
   * @param platform as the index claims; empty when it says none
   * @param index whether it is an index itself
   */
  record Part(PinnedImage image, Optional<Platform> platform, boolean index) {}

  /** Whether all of it is known and there. */
  boolean whole() {
    return doubts.isEmpty() && absent.isEmpty() && hollow.isEmpty();
  }

  /** The images, without the indexes that they are in. */
  List<Part> images() {
    return parts.stream().filter(part -> !part.index()).toList();
  }

  /**
   * What is in the index that {@code image} names; nothing if it names one image.
   *
   * @param meant which entries count
   */
  static Parts of(PinnedImage image, Predicate<ImageManifest.Child> meant, Facts facts) {
    Search search = new Search(image, meant, facts);
    search.run();
    return new Parts(search.index, search.parts, search.doubts, search.absent, search.hollow);
  }

  /** One search. */
  private static final class Search {
    private final PinnedImage root;
    private final Predicate<ImageManifest.Child> meant;
    private final Facts facts;
    private final IndexWalk<Waiting> walk;
    private final List<Part> parts = new ArrayList<>();
    private final List<Doubt> doubts = new ArrayList<>();
    private final List<PinnedImage> absent = new ArrayList<>();
    private final List<PinnedImage> hollow = new ArrayList<>();
    private boolean index;

    /**
     * What may have to be read.
     *
     * @param position which part it is, or -1 for the root
     * @param index whether it is taken for an index, and so read
     */
    private record Waiting(PinnedImage image, int position, boolean index) {}

    Search(PinnedImage root, Predicate<ImageManifest.Child> meant, Facts facts) {
      this.root = root;
      this.meant = meant;
      this.facts = facts;
      this.walk = new IndexWalk<>(new Waiting(root, -1, true));
    }

    void run() {
      for (; !walk.level().isEmpty(); walk.down()) {
        for (Waiting one : walk.level()) {
          if (one.index() && !read(one)) {
            walk.end();
            return;
          }
        }
      }
    }

    /** Whether the search goes on. */
    private boolean read(Waiting one) {
      switch (facts.get(new Manifest(one.image()))) {
        case Evidence.Present<ImageManifest>(ImageManifest.Index of, var at) -> {
          return children(one, of);
        }
        case Evidence.Present<ImageManifest> image -> isNoIndex(one);
        case Evidence.Absent<ImageManifest> none -> absent.add(one.image());
        case Evidence.Unavailable<ImageManifest>(Doubt doubt) -> doubts.add(doubt);
      }
      return true;
    }

    private void isNoIndex(Waiting one) {
      if (one.position() >= 0) {
        Part part = parts.get(one.position());
        parts.set(one.position(), new Part(part.image(), part.platform(), false));
      }
    }

    private boolean children(Waiting one, ImageManifest.Index of) {
      index = true;
      List<Part> children =
          of.children().stream()
              .filter(meant)
              .map(child ->
                  new Part(
                      new PinnedImage(root.in(), child.digest()), child.platform(), isIndex(child)))
              .toList();
      List<Waiting> waiting = new ArrayList<>();
      for (Part child : children) {
        waiting.add(new Waiting(child.image(), parts.size() + waiting.size(), child.index()));
      }
      switch (walk.enter(waiting)) {
        case WHOLE -> parts.addAll(children);
        case TOO_MANY -> {
          return tooMuch(
              root + " has more than " + IndexWalk.MOST + " images, too many to judge each");
        }
        case TOO_DEEP -> {
          return tooMuch(root + " has indexes in indexes, deeper than " + IndexWalk.DEEPEST);
        }
      }
      if (children.isEmpty()) {
        hollow.add(one.image());
      }
      return true;
    }

    private static boolean isIndex(ImageManifest.Child child) {
      return child.mediaType().contains("image.index")
          || child.mediaType().contains("manifest.list");
    }

    private boolean tooMuch(String what) {
      doubts.add(Doubt.of(Cause.TOO_LARGE, what));
      return false;
    }
  }
}
