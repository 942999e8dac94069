package dev.tidegate.check;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.BadReference;
import dev.tidegate.model.Container;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Role;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which images may be used: from which registries and repositories, by digest or not, by which tags
 * not. It gates: an image that it finds wrong gets no further check.
 *
 * <p><b>Fields and allowed values</b>
 *
 * <ul>
 *   <li>{@code spec.containers[*].image}, the same of {@code initContainers} and {@code
 *       ephemeralContainers}, and {@code spec.volumes[*].image.reference}: a reference by the
 *       grammar that containerd uses, never empty, never merely an image id
 *   <li>its repository, normalised: one that {@code registries} names, if that names any
 *   <li>its digest: present, with {@code requireDigest: always}; with {@code pin}, present once the
 *       mutating call was made, and before that a tag that the registry has
 *   <li>its tag, where there is no digest: none that {@code forbidTags} names; no tag means {@code
 *       latest}
 * </ul>
 */
public final class ImageReferenceCheck implements Check<ImageReferenceCheck.Parameters> {
  private static final int MOST_PATTERNS = 256;
  private static final int TOLD = 5;

  private static final CheckDescriptor DESCRIPTOR =
      new CheckDescriptor(
          "imageReference",
          "Images come from allowed places and are named precisely",
          List.of(
              "Every image of a pod (init containers, sidecars, main and ephemeral containers, image"
                  + " volumes) must be a valid reference, come from one of the policy's registries"
                  + " or repositories if it names any, carry a digest if the policy requires it, and"
                  + " without a digest must not use a forbidden tag; latest is forbidden by default,"
                  + " and an image without tag and digest means latest.",
              "Whoever can make a cluster pull from anywhere can run anything in it. A tag is a"
                  + " pointer that can be moved: latest is moved all the time, so that two pods of"
                  + " one Deployment may run different programs. A digest names the content itself."
                  + " References are read as containerd reads them, so that a registry's name inside"
                  + " another registry's path, or a port, deceives nobody.",
              "Push the image to an allowed registry and write its reference in full, for instance"
                  + " harbor.example.com/shop/web:1.4.2 or, better,"
                  + " harbor.example.com/shop/web@sha256:…; \"crane digest\" or \"docker buildx"
                  + " imagetools inspect\" tells the digest. A tag beside a digest is a decoration"
                  + " and is not judged."),
          Set.of(Input.IMAGES),
          true);

  /** Which images need a digest. */
  public enum DigestRule {
    /** None. */
    NEVER("never"),
    /** All, in what is sent: nothing is added on the way. */
    ALWAYS("always"),
    /** All; the mutating call adds the digest that the tag points at when the pod is created. */
    PIN("pin");

    private final String word;

    DigestRule(String word) {
      this.word = word;
    }

    /** The word in policies. */
    @Override
    public String toString() {
      return word;
    }
  }

  /**
   * What a policy may say.
   *
   * @param registries where images may come from; empty means anywhere
   * @param requireDigest which images need a digest
   * @param forbidTags tags that may not be used without a digest
   */
  public record Parameters(
      @Field(
              "Registries, projects and repositories that images may come from, for instance"
                  + " harbor.example.com or docker.io/library; nothing means anywhere.")
          List<ImagePattern> registries,
      @Field(
              value =
                  "Whether every image must carry a digest: never, always (in what is sent), or pin:"
                      + " the digest that a tag points at is added when the pod is created, and"
                      + " only what has one is admitted.",
              fallback = "never")
          DigestRule requireDigest,
      @Field(
              value =
                  "Tags that an image without digest may not have, * for any characters; an image"
                      + " without tag and digest has the tag latest.",
              fallback = "[latest]")
          List<TagPattern> forbidTags) {
    public Parameters {
      registries = List.copyOf(registries);
      forbidTags = List.copyOf(forbidTags);
      bounded("registries", registries.size());
      bounded("forbidTags", forbidTags.size());
    }

    private static void bounded(String field, int size) {
      if (size > MOST_PATTERNS) {
        throw new InvalidField(
            field,
            "has " + size + " entries, more than " + MOST_PATTERNS,
            "use patterns with *, or fewer entries");
      }
    }
  }

  @Override
  public CheckDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Outcome evaluate(Subject subject, Parameters parameters, Facts facts) {
    List<Finding> findings = new ArrayList<>();
    List<Doubt> doubts = new ArrayList<>();
    for (Container container : subject.pod().containers()) {
      Optional<Finding> finding = judge(container, parameters);
      if (finding.isPresent()) {
        findings.add(finding.get());
      } else if (parameters.requireDigest() == DigestRule.PIN) {
        judgePin(subject, container, facts, findings, doubts);
      }
    }
    return Outcome.of(findings, doubts);
  }

  /** A legible, allowed image under {@code requireDigest: pin}. */
  private static void judgePin(
      Subject subject,
      Container container,
      Facts facts,
      List<Finding> findings,
      List<Doubt> doubts) {
    ImageReference image = Images.reference(container);
    if (image.digest().isPresent() || subject.unchanged(container)) {
      return; // what runs already can be pinned by nobody
    }
    String shown = shown(image);
    switch (Images.of(image, facts)) {
      case Images.Content content -> {
        if (!subject.pinnedLater()) {
          findings.add(
              finding(
                  container,
                  "image " + shown + " is not pinned to a digest",
                  "apply it again; if that does not help, the gate's mutating webhook is not"
                      + " called, or another one undid it: write "
                      + content.image()));
        }
      }
      case Images.NoSuchTag none ->
          findings.add(
              finding(
                  container,
                  "image " + shown + " does not exist: its registry has no such tag",
                  "push it, or correct the name"));
      case Images.NotKnown unknown -> doubts.add(unknown.doubt());
      case Images.Illegible bad -> throw new IllegalStateException(bad.problem());
    }
  }

  // Loops, since streams would take a good part of the time of judging an image.
  private static boolean any(List<ImagePattern> patterns, ImageReference image) {
    for (ImagePattern pattern : patterns) {
      if (pattern.matches(image)) {
        return true;
      }
    }
    return false;
  }

  private static boolean any(List<TagPattern> patterns, String tag) {
    for (TagPattern pattern : patterns) {
      if (pattern.matches(tag)) {
        return true;
      }
    }
    return false;
  }

  private static String shown(ImageReference image) {
    return PlainText.of(image.written(), 200);
  }

  /** At most one finding each: what comes later is moot while the earlier stands. */
  private static Optional<Finding> judge(Container container, Parameters parameters) {
    ImageReference image;
    try {
      image = Images.reference(container);
    } catch (BadReference bad) {
      return Optional.of(
          finding(
              container,
              String.valueOf(bad.getMessage()),
              "write a full reference such as registry.example.com/team/app:1.2.3"));
    }
    List<ImagePattern> registries = parameters.registries();
    if (!registries.isEmpty() && !any(registries, image)) {
      return Optional.of(
          finding(
              container,
              "image "
                  + shown(image)
                  + " comes from "
                  + image.repository()
                  + ", which is not allowed here",
              "use an image from "
                  + Words.some(
                      registries.stream().map(pattern -> pattern.toString()).toList(), TOLD)));
    }
    if (image.digest().isPresent()) {
      return Optional.empty();
    }
    if (parameters.requireDigest() == DigestRule.ALWAYS) {
      return Optional.of(
          finding(
              container,
              "image " + shown(image) + " has no digest",
              "add the digest: " + image.repository() + "@sha256:…"));
    }
    String tag = image.tag().orElseThrow();
    if (any(parameters.forbidTags(), tag)) {
      return Optional.of(
          finding(
              container,
              "image "
                  + shown(image)
                  + (image.tagImplied()
                      ? " has no tag, which means latest, and that is forbidden here"
                      : " has the tag " + tag + ", which is forbidden here"),
              "name a released version, or the digest: " + image.repository() + "@sha256:…"));
    }
    return Optional.empty();
  }

  private static Finding finding(Container container, String problem, String fix) {
    return Finding.in(
        container,
        container.role() == Role.IMAGE_VOLUME ? "image.reference" : "image",
        Severity.HIGH,
        problem,
        fix);
  }
}
