package dev.tidegate.check;

import dev.tidegate.document.Field;
import dev.tidegate.evidence.Facts;
import dev.tidegate.model.Container;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Proof;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who must have signed which images.
 *
 * <p><b>Fields and allowed values</b>
 *
 * <ul>
 *   <li>the image of every container and image volume: for each rule whose {@code images} match, at
 *       least {@code atLeast} distinct signers, or those that {@code require} asks for, have signed
 *       the digest that the reference names and, with {@code platforms: each}, also everything in
 *       that index that could run, each for itself
 *   <li>an image that no rule of any policy matches: none; who may sign it is then not said, which
 *       is a finding
 * </ul>
 */
public final class ImageSignature implements Check<ImageSignature.Parameters> {
  private static final CheckDescriptor DESCRIPTOR =
      new CheckDescriptor(
          "imageSignature",
          "Images are signed by those who may",
          List.of(
              "Every image must be signed, with cosign, by as many of the rule's signers as the rule"
                  + " demands, for every rule that names it. What counts is a signature over the"
                  + " very digest that runs, in cosign's older format (a tag ending in .sig) or as a"
                  + " Sigstore bundle that refers to the image; whatever verifies counts, and"
                  + " nothing else hides it. An attestation is no signature. An image that no rule"
                  + " of any policy names may not be used, since nobody said who may sign it.",
              "A registry tells what an image is called, not who made it. Whoever can push, or can"
                  + " get between the cluster and its registry, can run anything under a trusted"
                  + " name; a signature ties the content to a key that only the release process"
                  + " has.",
              "Sign the digest, not the tag: cosign sign --key KEY IMAGE@sha256:…, in the pipeline,"
                  + " right after the push. \"tidegate image IMAGE --policy DIR --explain\" shows"
                  + " every signature that is there and why it counts or does not."),
          Set.of(Input.IMAGES),
          false);

  /**
   * What a policy may say.
   *
   * @param rules who must sign what; all that match an image count
   */
  public record Parameters(
      @Field(
              value =
                  "Who must have signed which images. Every rule that matches an image must be"
                      + " satisfied; an image that no rule of any policy matches is refused.",
              nonEmpty = true)
          List<Rule> rules)
      implements NamesSigners {
    public Parameters {
      rules = List.copyOf(rules);
      SignerLists.rules(rules);
    }

    @Override
    public List<SignerSpec> signersNamed() {
      return rules.stream().flatMap(rule -> rule.signers().stream()).toList();
    }
  }

  /**
   * Who must sign some images.
   *
   * @param images which
   * @param atLeast how many distinct signers
   * @param signers who may
   * @param require which of them together, instead of a number
   * @param annotations what each signature must say
   * @param platforms what of an index must be signed
   */
  public record Rule(
      @Field(value = "The images that the rule is for.", nonEmpty = true) List<ImagePattern> images,
      @Field(
              value =
                  "How many distinct signers (keys or identities, not names) must have signed. A signer counts once, however many identities its expressions match.",
              fallback = "1")
          int atLeast,
      @Field(value = "Who may sign.", nonEmpty = true) List<SignerSpec> signers,
      @Field(
              "Which of the signers must have signed together, instead of atLeast: the name of one,"
                  + " or a group all: […], any: […], or of: […] with atLeast, of names and groups.")
          Optional<Quorum> require,
      @Field("Annotations that a signature must carry to count, with exactly these values.")
          Map<String, String> annotations,
      @Field(
              value =
                  "What of a multi-platform image must be signed: named (what the reference names,"
                      + " so the index itself) or each (also every image in it that could run).",
              fallback = "named")
          Platforms platforms) {
    public Rule {
      images = List.copyOf(images);
      signers = List.copyOf(signers);
      annotations = Map.copyOf(annotations);
      SignerLists.rule(images, signers);
      SignerLists.quorum(require, atLeast, signers);
    }

    /** Who together are enough. */
    Quorum quorum() {
      return SignerLists.together(require, atLeast, signers);
    }

    boolean isFor(ImageReference image) {
      return images.stream().anyMatch(pattern -> pattern.matches(image));
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
    return evaluate(subject, parameters, List.of(parameters), facts);
  }

  @Override
  public Outcome evaluate(
      Subject subject, Parameters parameters, List<Parameters> all, Facts facts) {
    Judging judging = new Judging(parameters, all, facts);
    subject.pod().containers().forEach(judging::judge);
    return judging.outcome();
  }

  /** One judging, with what it has come to so far. */
  private static final class Judging {
    private final Parameters parameters;
    private final List<Parameters> all;
    private final Facts facts;
    private final ImageFindings found = new ImageFindings();

    Judging(Parameters parameters, List<Parameters> all, Facts facts) {
      this.parameters = parameters;
      this.all = all;
      this.facts = facts;
    }

    Outcome outcome() {
      return found.outcome();
    }

    void judge(Container container) {
      ImageReference reference = Images.legible(container).orElse(null);
      if (reference == null) {
        found.noReference(container, "nobody signed it");
        return;
      }
      List<Rule> rules = parameters.rules().stream().filter(rule -> rule.isFor(reference)).toList();
      if (rules.isEmpty()) {
        if (!anybodyMaySign(reference)) {
          found.wrong(
              container,
              Severity.HIGH,
              "no rule says who may sign " + reference.repository(),
              "use an image that a signature rule names, or have a rule added for this one");
        }
        return;
      }
      switch (Images.of(reference, facts)) {
        case Images.Content content ->
            rules.forEach(rule -> judge(container, content.image(), rule));
        case Images.NoSuchTag none -> found.noSuchTag(container, none.reference());
        case Images.NotKnown unknown -> found.doubt(unknown.doubt());
        case Images.Illegible bad -> throw new IllegalStateException(bad.problem());
      }
    }

    private boolean anybodyMaySign(ImageReference reference) {
      return all.stream()
          .flatMap(one -> one.rules().stream())
          .anyMatch(rule -> rule.isFor(reference));
    }

    private void judge(Container container, PinnedImage image, Rule rule) {
      new PartsJudging(container, facts, found, judged -> missing(judged, rule))
          .judge(image, rule.platforms());
    }

    private Optional<PartsJudging.Missing> missing(PartsJudging.Judged judged, Rule rule) {
      return switch (SignatureSearch.of(
          judged.image(), rule.signers(), rule.quorum(), rule.annotations(), facts)) {
        case SignatureSearch.Enough enough -> {
          enough
              .proven()
              .forEach((name, proven) ->
                  found.proof(
                      new Proof(
                          judged.words()
                              + " is signed by "
                              + name
                              + " ("
                              + proven.place()
                              + proven.log().map(entry -> ", " + entry).orElse("")
                              + ")")));
          yield Optional.empty();
        }
        case SignatureSearch.TooFew few ->
            Optional.of(
                new PartsJudging.Missing(
                    SignatureTexts.problem(judged, rule, few), SignatureTexts.fix(judged, rule)));
        case SignatureSearch.NotKnown unknown -> {
          found.doubt(unknown.doubts());
          yield Optional.empty();
        }
      };
    }
  }
}
