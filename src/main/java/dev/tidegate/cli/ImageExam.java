package dev.tidegate.cli;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceStore.Wanted;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.model.BadReference;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.store.VerdictStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks whether what policies ask about images can be read, by the sources that the gate has.
 *
 * @param invocation what is read and written
 * @param wish what is looked at
 * @param harbors the hosts that turned out to be Harbors
 * @param end when all has to be over
 */
record ImageExam(Invocation invocation, DoctorWish wish, Set<String> harbors, Deadline end) {
  ImageExam {
    harbors = Set.copyOf(harbors);
  }

  /** Looks at every image that was named. */
  List<Chart> charts() throws CommandFailure {
    List<ImageReference> references = new ArrayList<>();
    for (String image : wish.images()) {
      try {
        references.add(ImageReference.parse(image));
      } catch (BadReference bad) {
        throw CommandFailure.usage("--image " + bad.problem() + "; " + bad.fix());
      }
    }
    List<Chart> charts = new ArrayList<>();
    Instant at = invocation.environment().clock().instant();
    try (Judging judging =
        Judging.of(Imaging.NO_POLICIES, new World(), at, wish.hosts(), List.of(), invocation)) {
      for (ImageReference reference : references) {
        charts.add(new One(reference, judging.store()).chart());
      }
    }
    return charts;
  }

  /** One image. */
  private final class One {
    private final ImageReference reference;
    private final VerdictStore store;
    private final Chart chart;

    private One(ImageReference reference, VerdictStore store) {
      this.reference = reference;
      this.store = store;
      this.chart = new Chart("image " + reference);
    }

    private Chart chart() {
      Optional<PinnedImage> image =
          reference.digest().isPresent()
              ? Optional.of(new PinnedImage(reference.repository(), reference.digest().get()))
              : read("tag", new EvidenceKey.Resolution(reference), true);
      Optional<ImageManifest> manifest =
          image.flatMap(one -> read("manifest", new EvidenceKey.Manifest(one), true));
      if (manifest.isEmpty()) {
        chart.skipped("configuration, signatures, scan", "need the manifest");
        return chart;
      }
      PinnedImage runs = runs(image.orElseThrow(), manifest.get());
      if (!runs.equals(image.get())) {
        read("manifest of the first platform", new EvidenceKey.Manifest(runs), true);
      }
      read("configuration", new EvidenceKey.Config(runs), true);
      read("signatures", new EvidenceKey.Signatures(image.get()), false);
      if (harbors.contains(reference.repository().registry())) {
        read("scan", new EvidenceKey.Scan(runs, ScanSource.HARBOR), true);
      } else {
        chart.skipped("scan", reference.repository().registry() + " was not seen to be a Harbor");
      }
      return chart;
    }

    /** What a node would run, of an index the first part that can be run. */
    private static PinnedImage runs(PinnedImage image, ImageManifest manifest) {
      return switch (manifest) {
        case ImageManifest.Image one -> image;
        case ImageManifest.Index index ->
            index.children().stream()
                .filter(ImageManifest.Child::runnable)
                .findFirst()
                .map(child -> new PinnedImage(image.in(), child.digest()))
                .orElse(image);
      };
    }

    private <T> Optional<T> read(String subject, EvidenceKey<T> key, boolean mustBe) {
      if (end.passed()) {
        chart.skipped(subject, "all of this has taken too long already");
        return Optional.empty();
      }
      store.gather(Set.of(new Wanted(key, Instant.MIN))).join();
      return switch (store.peek(key)) {
        case Evidence.Present<T>(T value, var at) -> {
          chart.ok(subject, "can be read");
          yield Optional.of(value);
        }
        case Evidence.Absent<T> none -> {
          if (mustBe) {
            chart.wrong(
                subject,
                "there is none in " + reference.repository().registry(),
                "push it, or name an image that is there");
          } else {
            chart.ok(subject, "can be read; there are none");
          }
          yield Optional.empty();
        }
        case Evidence.Unavailable<T>(Doubt doubt) -> {
          chart.wrong(subject, doubt.tried(), repair(doubt));
          yield Optional.empty();
        }
        case null -> {
          chart.wrong(subject, "there was no answer", "run this again");
          yield Optional.empty();
        }
      };
    }

    private String repair(Doubt doubt) {
      String registry = reference.repository().registry();
      return switch (doubt.cause()) {
        case NOT_CONFIGURED -> "write " + registry + " under hosts in " + wish.hosts();
        case FORBIDDEN, UNAUTHENTICATED ->
            "let the credentials of hosts."
                + registry
                + " in "
                + wish.hosts()
                + " read "
                + reference.repository();
        default ->
            doubt.cause().kind() == Cause.Kind.INFRASTRUCTURE
                ? "see " + registry + " above, and run this again"
                : "look at the image itself: docker buildx imagetools inspect " + reference;
      };
    }
  }
}
