package dev.tidegate.harbor;

import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Config;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is looked at again because of a hint; the one table of it. Looking again is all that a hint
 * can bring about, so a forged one costs a few questions and changes no answer.
 *
 * @param renew questions whose answers are to be had anew
 * @param repositories of whose images all that is remembered about signatures is to be had anew:
 *     somebody may have signed any of them, and Harbor does not say which
 * @param projects whose repositories are to be reconciled
 * @param fresh an image that was pushed: what policies will ask about it is gathered beforehand
 */
public record Effects(
    Set<EvidenceKey.Fetched<?>> renew,
    Set<Repository> repositories,
    Set<String> projects,
    Optional<PinnedImage> fresh) {
  private static final Pattern BESIDE = Pattern.compile("sha256-([0-9a-f]{64})\\.(sig|att|sbom)");

  /** Nothing. */
  public static final Effects NONE = new Effects(Set.of(), Set.of(), Set.of(), Optional.empty());

  public Effects {
    renew = Set.copyOf(renew);
    repositories = Set.copyOf(repositories);
    projects = Set.copyOf(projects);
  }

  /** Gathering all about {@code image}, known or not. */
  static Effects gathering(PinnedImage image) {
    return new Effects(about(image), Set.of(), Set.of(), Optional.of(image));
  }

  /** Asking {@code keys} anew, and nothing else. */
  static Effects renewing(Set<EvidenceKey.Fetched<?>> keys) {
    return new Effects(keys, Set.of(), Set.of(), Optional.empty());
  }

  /**
   * The effects of {@code hint}.
   *
   * @param host of the Harbor whose secret came with it; what the hint says of hosts counts nothing
   */
  public static Effects of(String host, Hint hint) {
    return switch (hint) {
      case Hint.Pushed(String repository, Digest digest, Optional<String> tag) ->
          pushed(new Repository(host, repository), digest, tag);
      case Hint.Deleted(String repository, Digest digest, Optional<String> tag) ->
          deleted(new Repository(host, repository), digest, tag);
      case Hint.Scanned(String repository, Digest digest, Hint.Kind kind, Hint.End end) ->
          new Effects(
              Set.of(
                  new Scan(
                      new PinnedImage(new Repository(host, repository), digest),
                      ScanSource.HARBOR)),
              Set.of(),
              Set.of(),
              Optional.empty());
      case Hint.Replicated(List<String> projects) ->
          new Effects(Set.of(), Set.of(), Set.copyOf(projects), Optional.empty());
      case Hint.Retained(Optional<String> project) ->
          new Effects(Set.of(), Set.of(), Set.copyOf(project.stream().toList()), Optional.empty());
      case Hint.Quota quota -> NONE;
      case Hint.Pulled pulled -> NONE;
      case Hint.Unknown unknown -> NONE;
    };
  }

  private static Effects pushed(Repository in, Digest digest, Optional<String> tag) {
    PinnedImage image = new PinnedImage(in, digest);
    Optional<PinnedImage> subject = tag.flatMap(text -> subject(in, text));
    if (subject.isPresent()) {
      return new Effects(
          Set.of(new Signatures(subject.get())), Set.of(), Set.of(), Optional.empty());
    }
    Set<EvidenceKey.Fetched<?>> renew = about(image);
    tag.flatMap(text -> resolution(in, text)).ifPresent(renew::add);
    // Without a tag it may be a part of an index, or a signature of any image around.
    return tag.isPresent()
        ? new Effects(renew, Set.of(), Set.of(), Optional.of(image))
        : new Effects(renew, Set.of(in), Set.of(), Optional.of(image));
  }

  private static Effects deleted(Repository in, Digest digest, Optional<String> tag) {
    Optional<PinnedImage> subject = tag.flatMap(text -> subject(in, text));
    Set<EvidenceKey.Fetched<?>> renew = about(new PinnedImage(in, digest));
    subject.ifPresent(image -> renew.add(new Signatures(image)));
    tag.flatMap(text -> resolution(in, text)).ifPresent(renew::add);
    return new Effects(renew, Set.of(in), Set.of(), Optional.empty());
  }

  private static Set<EvidenceKey.Fetched<?>> about(PinnedImage image) {
    Set<EvidenceKey.Fetched<?>> keys = new LinkedHashSet<>();
    keys.add(new Manifest(image));
    keys.add(new Config(image));
    keys.add(new Signatures(image));
    keys.add(new Scan(image, ScanSource.HARBOR));
    return keys;
  }

  /** The image that a tag of cosign's older format is beside. */
  private static Optional<PinnedImage> subject(Repository in, String tag) {
    Matcher beside = BESIDE.matcher(tag);
    return beside.matches()
        ? Optional.of(new PinnedImage(in, new Digest("sha256", beside.group(1))))
        : Optional.empty();
  }

  private static Optional<EvidenceKey.Fetched<?>> resolution(Repository in, String tag) {
    try {
      return Optional.of(new Resolution(ImageReference.parse(in + ":" + tag)));
    } catch (BadValue noTag) {
      return Optional.empty(); // nobody can ask for a tag that is none
    }
  }
}
