package dev.tidegate.check;

import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.model.Container;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges the digest that a pod names and, where a rule says so, everything in it that could run,
 * each for itself: what one part has no other part can use. Each part that lacks something is a
 * finding, up to a bound; the rest is named together.
 */
final class PartsJudging {
  /** Most findings about parts, for one container and rule. */
  static final int MOST_TOLD = 10;

  private static final int MOST_NAMED = 5;

  private final Container container;
  private final Facts facts;
  private final ImageFindings found;
  private final Demand demand;

  /** What must be there beside each digest. */
  @FunctionalInterface
  interface Demand {
    /** What is missing; empty when nothing is, or when that is not known, which it notes itself. */
    Optional<Missing> missing(Judged judged);
  }

  /** What is missing, and what to do about it. */
  record Missing(String problem, String fix) {}

  /**
   * One digest.
   *
   * @param in what the pod names: the same, or the index that this is a part of
   * @param words what it is called in texts
   */
  record Judged(PinnedImage image, PinnedImage in, String words) {
    boolean isPart() {
      return !image.equals(in);
    }
  }

  PartsJudging(Container container, Facts facts, ImageFindings found, Demand demand) {
    this.container = container;
    this.facts = facts;
    this.found = found;
    this.demand = demand;
  }

  void judge(PinnedImage image, Platforms platforms) {
    demand
        .missing(new Judged(image, image, image.toString()))
        .ifPresent(one -> found.wrong(container, Severity.HIGH, one.problem(), one.fix()));
    if (platforms == Platforms.EACH) {
      parts(image, Parts.of(image, ImageManifest.Child::runnable, facts));
    }
  }

  private void parts(PinnedImage image, Parts parts) {
    parts.absent().forEach(one -> found.noSuchDigest(container, one));
    parts
        .hollow()
        .forEach(one ->
            found.wrong(
                container,
                Severity.HIGH,
                one + " is an index without any image that could run",
                "build it with an image for the platforms of the nodes"));
    found.doubt(parts.doubts());
    List<String> untold = new ArrayList<>();
    int told = 0;
    for (Parts.Part part : parts.parts()) {
      Optional<Missing> missing =
          demand.missing(new Judged(part.image(), image, words(part, image)));
      if (missing.isPresent() && told++ < MOST_TOLD) {
        found.wrong(container, Severity.HIGH, missing.get().problem(), missing.get().fix());
      } else if (missing.isPresent()) {
        untold.add(kind(part));
      }
    }
    if (!untold.isEmpty()) {
      found.wrong(
          container,
          Severity.HIGH,
          image
              + " has "
              + Words.count(untold.size(), "more part", "more parts")
              + " that "
              + (untold.size() == 1 ? "lacks" : "lack")
              + " the same ("
              + Words.some(untold, MOST_NAMED)
              + ")",
          "do for each of them what is said of the others");
    }
  }

  /** {@code registry/app@sha256:… (linux/arm64, part of sha256:…)}. */
  private static String words(Parts.Part part, PinnedImage in) {
    return part.image() + " (" + kind(part) + ", part of " + in.digest() + ")";
  }

  private static String kind(Parts.Part part) {
    return part.index()
        ? "an index" + part.platform().map(one -> " for " + one).orElse("")
        : part.platform().map(Object::toString).orElse("without a platform");
  }
}
