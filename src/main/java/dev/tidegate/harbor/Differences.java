package dev.tidegate.harbor;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Config;
import dev.tidegate.evidence.EvidenceKey.Fetched;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is remembered about one repository, compared with what Harbor's list says of it. */
final class Differences {
  private static final Pattern BESIDE = Pattern.compile("sha256-([0-9a-f]{64})(\\.[a-z]{3,4})?");

  private final Repository in;
  private final List<Artifact> listed;
  private final Remembered memory;
  private final Map<PinnedImage, Mark> marks;
  private final Instant freshSince;
  private final Map<String, Digest> tags = new HashMap<>();
  private final Map<String, List<String>> beside = new HashMap<>();
  private final Set<Digest> digests = new HashSet<>();
  private final Set<Digest> accessories = new HashSet<>();
  private final Set<Digest> parts = new HashSet<>();
  private final Map<PinnedImage, Change> changes = new LinkedHashMap<>();
  private final Set<Fetched<?>> others = new LinkedHashSet<>();
  private final List<Effects> pushes = new ArrayList<>();

  /**
   * An artifact that the list says something new of.
   *
   * @param keys what is asked anew
   */
  record Change(PinnedImage image, Mark mark, Set<Fetched<?>> keys) {}

  private Differences(
      Repository in,
      List<Artifact> listed,
      Remembered memory,
      Map<PinnedImage, Mark> marks,
      Instant freshSince) {
    this.in = in;
    this.listed = listed;
    this.memory = memory;
    this.marks = marks;
    this.freshSince = freshSince;
  }

  /**
   * The differences of one repository.
   *
   * @param listed its artifacts; if there are too many, those that were pushed last
   * @param known what memory has answers to, of this repository
   * @param marks what earlier lists said, as far as it was looked at
   * @param freshSince what was pushed since and is not known is gathered beforehand
   */
  static Differences of(
      Repository in,
      List<Artifact> listed,
      Collection<Fetched<?>> known,
      Remembered memory,
      Map<PinnedImage, Mark> marks,
      Instant freshSince) {
    Differences differences = new Differences(in, listed, memory, marks, freshSince);
    differences.index();
    listed.forEach(differences::compare);
    known.forEach(differences::compare);
    return differences;
  }

  /** Artifacts that something is new of, with what is asked anew about each. */
  Collection<Change> changes() {
    return changes.values();
  }

  /** What is asked anew because the list says nothing of it, or another thing. */
  Set<Fetched<?>> others() {
    return others;
  }

  /** The effects of pushes that nobody told of. */
  List<Effects> pushes() {
    return pushes;
  }

  private void index() {
    for (Artifact artifact : listed) {
      digests.add(artifact.digest());
      artifact.accessories().forEach(one -> accessories.add(one.digest()));
      artifact.parts().forEach(one -> parts.add(one.digest()));
      for (String tag : artifact.tags()) {
        tags.put(tag, artifact.digest());
        Matcher names = BESIDE.matcher(tag);
        if (names.matches()) {
          beside
              .computeIfAbsent(names.group(1), none -> new ArrayList<>())
              .add(tag + "=" + artifact.digest());
        }
      }
    }
  }

  private void compare(Artifact artifact) {
    PinnedImage image = new PinnedImage(in, artifact.digest());
    Mark mark = Mark.of(artifact, beside.getOrDefault(artifact.digest().hex(), List.of()));
    Mark before = marks.get(image);
    if (mark.equals(before)) {
      return;
    }
    Set<Fetched<?>> keys = new LinkedHashSet<>();
    if (before == null || before.scan() != mark.scan()) {
      keys.add(new Scan(image, ScanSource.HARBOR));
    }
    if (before == null || before.beside() != mark.beside()) {
      keys.add(new Signatures(image));
    }
    if (before == null) {
      artifact.parts().forEach(part -> recall(new PinnedImage(in, part.digest())));
    }
    boolean known = memory.knows(new Manifest(image));
    boolean fresh =
        !known
            && before == null
            && artifact.pushed().filter(at -> !at.isBefore(freshSince)).isPresent();
    if (fresh || (known && keys.stream().anyMatch(key -> !memory.knows(key)))) {
      pushes.add(Effects.gathering(image)); // new, or known from the file, which has not all
    }
    keys.removeIf(key -> !memory.knows(key));
    for (String tag : artifact.tags()) {
      // A tag that is new, and of which nothing is known, is told of like a push.
      boolean news = fresh || (known && before != null && before.tags() != mark.tags());
      resolution(tag)
          .filter(key -> memory.knows(key) ? differs(key, image.digest()) : news)
          .ifPresent(key -> push(image, tag));
    }
    changes.put(image, new Change(image, mark, keys));
  }

  /** The list does not say how parts are: what the file has of them is asked anew. */
  private void recall(PinnedImage part) {
    for (Fetched<?> key : List.of(new Scan(part, ScanSource.HARBOR), new Signatures(part))) {
      if (memory.knows(key)) {
        others.add(key);
      }
    }
  }

  private void push(PinnedImage image, String tag) {
    Effects effects =
        Effects.of(in.registry(), new Hint.Pushed(in.path(), image.digest(), Optional.of(tag)));
    if (!pushes.contains(effects)) {
      pushes.add(effects);
    }
  }

  private boolean differs(Resolution key, @Nullable Digest now) {
    return switch (memory.peek(key, Instant.MIN)) {
      case Evidence.Present<PinnedImage>(PinnedImage before, Instant at) ->
          !before.digest().equals(now);
      case Evidence.Absent<PinnedImage> none -> now != null;
      case Evidence.Unavailable<PinnedImage> none -> false; // it is asked again anyway
      case null -> false;
    };
  }

  private Optional<Resolution> resolution(String tag) {
    try {
      return Optional.of(new Resolution(ImageReference.parse(in + ":" + tag)));
    } catch (BadValue noTag) {
      return Optional.empty(); // nobody can ask for a tag that is none
    }
  }

  /** What is in memory, whether the list has changed or not. */
  private void compare(Fetched<?> key) {
    switch (key) {
      case Resolution tag -> tag.tagged().tag().ifPresent(name -> compare(tag, name));
      case Scan scan when unlisted(scan.image()) -> others.add(scan);
      case Signatures signatures when unlisted(signatures.image()) -> others.add(signatures);
      case Manifest manifest when gone(manifest.image()) -> others.add(manifest);
      case Config config when gone(config.image()) -> others.add(config);
      default -> {} // the list says it, or it does not change
    }
  }

  private void compare(Resolution key, String tag) {
    Digest now = tags.get(tag);
    if (!differs(key, now)) {
      return;
    }
    if (now == null) {
      others.add(key);
    } else {
      push(new PinnedImage(in, now), tag);
    }
  }

  private boolean unlisted(PinnedImage image) {
    return !digests.contains(image.digest()) && !accessories.contains(image.digest());
  }

  private boolean gone(PinnedImage image) {
    return unlisted(image) && !parts.contains(image.digest());
  }
}
