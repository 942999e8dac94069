package dev.tidegate.check;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Platform;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What an index has in it: images, and indexes with what is in them, level by level. Of a level all
 * is asked for at once. Indexes count like images towards the bound, since a few documents that
 * name each other often would be endless work otherwise.
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
  /** Most parts of one index, those of indexes in it included. */
  static final int MOST = 64;

  /** Most indexes on the way to an image. */
  static final int DEEPEST = 3;

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
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<Part> parts = new ArrayList<>();
    private final List<Doubt> doubts = new ArrayList<>();
    private final List<PinnedImage> absent = new ArrayList<>();
    private final List<PinnedImage> hollow = new ArrayList<>();
    private boolean index;

    /** What has to be read: which part it is, or -1 for the root. */
    private record Waiting(PinnedImage image, int position, int depth) {}

    Search(PinnedImage root, Predicate<ImageManifest.Child> meant, Facts facts) {
      this.root = root;
      this.meant = meant;
      this.facts = facts;
    }

    void run() {
      waiting.add(new Waiting(root, -1, 0));
      while (!waiting.isEmpty()) {
        read(waiting.remove());
      }
    }

    private void read(Waiting one) {
      switch (facts.get(new Manifest(one.image()))) {
        case Evidence.Present<ImageManifest>(ImageManifest.Index of, var at) -> children(one, of);
        case Evidence.Present<ImageManifest> image -> isNoIndex(one);
        case Evidence.Absent<ImageManifest> none -> absent.add(one.image());
        case Evidence.Unavailable<ImageManifest>(Doubt doubt) -> doubts.add(doubt);
      }
    }

    private void isNoIndex(Waiting one) {
      if (one.position() >= 0) {
        Part part = parts.get(one.position());
        parts.set(one.position(), new Part(part.image(), part.platform(), false));
      }
    }

    private void children(Waiting one, ImageManifest.Index of) {
      index = true;
      if (one.depth() == DEEPEST) {
        tooMuch(root + " has indexes in indexes, deeper than " + DEEPEST);
        return;
      }
      List<ImageManifest.Child> children = of.children().stream().filter(meant).toList();
      if (children.isEmpty()) {
        hollow.add(one.image());
      }
      if (parts.size() + children.size() > MOST) {
        tooMuch(root + " has more than " + MOST + " images, too many to judge each");
        return;
      }
      for (ImageManifest.Child child : children) {
        PinnedImage image = new PinnedImage(root.in(), child.digest());
        if (isIndex(child)) {
          waiting.add(new Waiting(image, parts.size(), one.depth() + 1));
        }
        parts.add(new Part(image, child.platform(), isIndex(child)));
      }
    }

    private static boolean isIndex(ImageManifest.Child child) {
      return child.mediaType().contains("image.index")
          || child.mediaType().contains("manifest.list");
    }

    private void tooMuch(String what) {
      doubts.add(Doubt.of(Cause.TOO_LARGE, what));
      waiting.clear();
    }
  }
}
