package dev.tidegate.check;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.Predicate;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.model.Container;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.PlainText;
import dev.tidegate.model.Proof;
import dev.tidegate.model.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What must be attested of which images, and by whom.
 *
 * <p><b>Fields and allowed values</b>
 *
 * <ul>
 *   <li>the image of every container and image volume: for each rule whose {@code images} match, at
 *       least {@code atLeast} distinct signers, or those that {@code require} asks for, have each
 *       attested, of the digest that the reference names, a statement of the rule's type that says
 *       all that the rule demands; with {@code platforms: each} also of everything in that index
 *       that could run, each for itself
 *   <li>an image that no rule matches: anything
 * </ul>
 */
public final class ImageAttestation implements Check<ImageAttestation.Parameters> {
  private static final int TOLD = 3;

  private static final CheckDescriptor DESCRIPTOR =
      new CheckDescriptor(
          "imageAttestation",
          "Images have the attestations that are demanded",
          List.of(
              "For every rule that names an image, as many of the rule's signers as it demands must"
                  + " have attested it: an in-toto statement of the rule's type, about the very"
                  + " digest that runs, under cosign's older tag (ending in .att) or as a Sigstore"
                  + " bundle that refers to the image. What a rule demands of provenance one single"
                  + " statement must say in full, and only statements that are verified are read."
                  + " A signature is no attestation, and one of another type counts for nothing.",
              "A signature says who released an image. Provenance says from which source and by which"
                  + " builder it was made, so an image that a person built on a laptop, or that was"
                  + " built from another repository, does not pass; a list of contents (SBOM) lets"
                  + " others find what is affected when the next vulnerability is known.",
              "Attest the digest, in the pipeline, right after the push: cosign attest --type TYPE"
                  + " --predicate FILE IMAGE@sha256:…. \"tidegate image IMAGE --policy DIR\" shows"
                  + " every attestation that is there, what it says, and why it counts or does"
                  + " not."),
          Set.of(Input.IMAGES),
          false);

  /**
   * What a policy may say.
   *
   * @param rules what must be attested; all that match an image count
   */
  public record Parameters(
      @Field(
              value =
                  "What must be attested of which images. Every rule that matches an image must be"
                      + " satisfied; of an image that no rule matches nothing is demanded.",
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
   * What must be attested of some images.
   *
   * @param images which
   * @param type what kind of statement
   * @param signers who may attest it
   * @param atLeast how many distinct signers
   * @param require which of them together, instead of a number
   * @param provenance what it must say
   * @param platforms what of an index must be attested
   */
  public record Rule(
      @Field(value = "The images that the rule is for.", nonEmpty = true) List<ImagePattern> images,
      @Field(
              "What kind of attestation: slsaprovenance (SLSA provenance of version 0.2 or 1),"
                  + " slsaprovenance02 or slsaprovenance1 (that one only), spdx or cyclonedx (a list"
                  + " of contents that is not empty), vuln (a scanner's report), or a full predicate"
                  + " type such as https://openvex.dev/ns/v0.2.0.")
          AttestationType type,
      @Field(value = "Who may attest it.", nonEmpty = true) List<SignerSpec> signers,
      @Field(
              value =
                  "How many distinct signers (keys or identities, not names) must each have attested"
                      + " it.",
              fallback = "1")
          int atLeast,
      @Field(
              "Which of the signers must each have attested it, instead of atLeast: the name of one,"
                  + " or a group all: […], any: […], or of: […] with atLeast, of names and groups.")
          Optional<Quorum> require,
      @Field("What provenance must say, for the types of provenance.")
          Optional<ProvenanceSpec> provenance,
      @Field(
              value =
                  "What of a multi-platform image must be attested: named (what the reference names,"
                      + " so the index itself) or each (also every image in it that could run, each"
                      + " by an attestation of its own digest).",
              fallback = "named")
          Platforms platforms)
      implements AttestationSearch.Demand {
    public Rule {
      images = List.copyOf(images);
      signers = List.copyOf(signers);
      SignerLists.rule(images, signers);
      SignerLists.quorum(require, atLeast, signers);
      if (provenance.isPresent() && !type.isProvenance()) {
        throw new InvalidField(
            "provenance",
            "is there, but an attestation of type " + type + " has no builder and no source",
            "remove it, or write type: slsaprovenance");
      }
    }

    /** Who together are enough. */
    Quorum quorum() {
      return SignerLists.together(require, atLeast, signers);
    }

    /** Whether it is for {@code image}. */
    public boolean isFor(ImageReference image) {
      return images.stream().anyMatch(pattern -> pattern.matches(image));
    }

    /** Whether {@code proven} is of the rule's type. */
    @Override
    public boolean asksFor(Proven proven) {
      return type.is(proven.predicateType().orElse(""));
    }

    /**
     * As {@link #against(Proven)}, of one that was verified for {@code signer}, whose key may have
     * ended.
     */
    public Optional<String> against(SignerSpec signer, Proven proven, Instant now) {
      return AttestationSearch.against(signer, proven, this, now);
    }

    /**
     * Why {@code proven}, which is verified, does not count here, as the words after "but "; empty
     * when it does.
     */
    @Override
    public Optional<String> against(Proven proven) {
      if (!asksFor(proven)) {
        return Optional.of(
            "it is of the type "
                + PlainText.of(proven.predicateType().orElse(""), 200)
                + " where "
                + type
                + " is demanded");
      }
      Predicate predicate = proven.predicate().orElse(new Predicate.Other(true));
      return switch (predicate) {
        case Predicate.Illegible bad -> Optional.of(bad.why());
        case Predicate.Provenance provenance ->
            this.provenance.flatMap(demanded -> demanded.against(provenance));
        case Predicate.Contents contents ->
            contents.empty() ? Optional.of("its list of contents is empty") : Optional.empty();
        case Predicate.Vulnerabilities report ->
            report.result().isEmpty()
                ? Optional.of("it has no scan report in it")
                : Optional.empty();
        case Predicate.Other other ->
            type.kinds().isEmpty() && provenance.isEmpty()
                ? Optional.empty()
                : Optional.of("what it says is not known");
      };
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
    Judging judging = new Judging(parameters, facts);
    subject.pod().containers().forEach(judging::judge);
    return judging.outcome();
  }

  /** One judging, with what it has come to so far. */
  private static final class Judging {
    private final Parameters parameters;
    private final Facts facts;
    private final ImageFindings judged = new ImageFindings();

    Judging(Parameters parameters, Facts facts) {
      this.parameters = parameters;
      this.facts = facts;
    }

    Outcome outcome() {
      return judged.outcome();
    }

    void judge(Container container) {
      ImageReference reference = Images.legible(container).orElse(null);
      if (reference == null) {
        judged.noReference(container, "nothing attests it");
        return;
      }
      List<Rule> rules = parameters.rules().stream().filter(rule -> rule.isFor(reference)).toList();
      if (rules.isEmpty()) {
        return;
      }
      switch (Images.of(reference, facts)) {
        case Images.Content content ->
            rules.forEach(rule -> judge(container, content.image(), rule));
        case Images.NoSuchTag none -> judged.noSuchTag(container, none.reference());
        case Images.NotKnown unknown -> judged.doubt(unknown.doubt());
        case Images.Illegible bad -> throw new IllegalStateException(bad.problem());
      }
    }

    private void judge(Container container, PinnedImage image, Rule rule) {
      new PartsJudging(container, facts, judged, one -> missing(one, rule))
          .judge(image, rule.platforms());
    }

    private Optional<PartsJudging.Missing> missing(PartsJudging.Judged one, Rule rule) {
      AttestationSearch search = new AttestationSearch(rule.signers(), rule, facts);
      AttestationSearch.Found found = search.remembered(one.image());
      Optional<Map<String, Proven>> enough = found.enough(rule.quorum());
      if (enough.isEmpty() && !Pending.in(found.doubts())) {
        // No denial rests on an absence that may be over by now.
        found = search.recent(one.image());
        enough = found.enough(rule.quorum());
      }
      if (enough.isPresent()) {
        enough
            .get()
            .forEach((name, proven) ->
                judged.proof(
                    new Proof(one.words() + " has " + AttestationTexts.proof(name, proven))));
        return Optional.empty();
      }
      if (!found.doubts().isEmpty()) {
        judged.doubt(found.doubts());
        return Optional.empty();
      }
      return Optional.of(
          new PartsJudging.Missing(
              AttestationTexts.problem(one, rule, found, TOLD),
              AttestationTexts.fix(one.image(), rule)));
    }
  }
}
