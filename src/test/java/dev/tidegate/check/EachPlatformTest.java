package dev.tidegate.check;

import static dev.tidegate.check.IndexedImages.AMD;
import static dev.tidegate.check.IndexedImages.ANN;
import static dev.tidegate.check.IndexedImages.ARM;
import static dev.tidegate.check.IndexedImages.BOB;
import static dev.tidegate.check.IndexedImages.BUILDER;
import static dev.tidegate.check.IndexedImages.CI;
import static dev.tidegate.check.IndexedImages.IMAGE;
import static dev.tidegate.check.IndexedImages.INDEX;
import static dev.tidegate.check.IndexedImages.POD;
import static dev.tidegate.check.IndexedImages.SIGNERS;
import static dev.tidegate.check.IndexedImages.WEB;
import static dev.tidegate.check.IndexedImages.child;
import static dev.tidegate.check.IndexedImages.findings;
import static dev.tidegate.check.IndexedImages.image;
import static dev.tidegate.check.IndexedImages.index;
import static dev.tidegate.check.IndexedImages.passes;
import static dev.tidegate.check.IndexedImages.two;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.IndexedImages.Kind;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Proofs;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Proof;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.Predicates;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code platforms: each} of signatures and attestations, with documents that are really verified:
 * everything of an index that could run needs its own, and nothing helps another.
 */
class EachPlatformTest {
  @ParameterizedTest
  @EnumSource(Kind.class)
  void whereEveryPartHasItsOwnThatIsTheProof(Kind kind) {
    FakeFacts facts = kind.made(kind.made(kind.made(two(), WEB, CI), AMD, CI), ARM, CI);
    Outcome outcome = kind.each(facts);
    passes(outcome);
    assertThat(((Outcome.Pass) outcome).because().stream().map(Proof::statement))
        .hasSize(3)
        .anySatisfy(text ->
            assertThat(text).startsWith(ARM + " (linux/arm64, part of " + WEB.digest() + ") "));
    assertThat(facts.asked())
        .as("what cannot run is not asked for")
        .doesNotContain(new Signatures(image('e')));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void oneBarePartOfACompleteIndexIsNamed(Kind kind) {
    FakeFacts facts = kind.made(kind.made(two(), WEB, CI), AMD, CI).absent(new Signatures(ARM));
    passes(kind.judge(Platforms.NAMED, Optional.empty(), facts));
    Finding only = findings(kind.each(facts)).getFirst();
    assertThat(findings(kind.each(facts))).hasSize(1);
    assertThat(only.problem())
        .startsWith(
            ARM + " (linux/arm64, part of " + WEB.digest() + ") " + kind.missing + " ci; there is");
    assertThat(only.fix()).startsWith(kind.fix).endsWith("then apply again");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void completePartsDoNotMakeUpForTheIndex(Kind kind) {
    FakeFacts facts = kind.made(kind.made(two(), AMD, CI), ARM, CI).absent(new Signatures(WEB));
    assertThat(findings(kind.each(facts)))
        .singleElement()
        .satisfies(one ->
            assertThat(one.problem()).startsWith(WEB + " " + kind.missing + " ci; there is"));
  }

  /** The signature of one part, or of the index, beside another part. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatIsOfAnotherPartDoesNotCount(Kind kind) {
    FakeFacts facts = kind.made(kind.made(two(), WEB, CI), AMD, CI);
    ImageAttestationTest.beside(facts, SIGNERS, ARM, kind.by(CI, AMD), kind.by(CI, WEB));
    assertThat(findings(kind.each(facts)))
        .singleElement()
        .satisfies(one ->
            assertThat(one.problem())
                .startsWith(ARM.toString())
                .contains("place 1: it is about another image, sha256:aaaa")
                .contains("place 2: it is about another image, sha256:0000"));
  }

  @Test
  void aPartThatAnotherBuilderBuiltIsRefused() {
    FakeFacts facts = FakeFacts.none();
    index(facts, WEB, List.of(child(AMD, IMAGE, "linux/amd64"), child(ARM, IMAGE, "linux/arm64")));
    for (PinnedImage one : List.of(WEB, AMD, ARM)) {
      ImageAttestationTest.beside(
          facts,
          SIGNERS,
          one,
          CI.attestation(
              one.digest(),
              Predicates.SLSA_1,
              Predicates.github(
                  "https://github.com/acme/shop",
                  "refs/heads/main",
                  one.equals(ARM) ? "https://laptop.example.com" : BUILDER)));
    }
    ImageAttestation.Parameters built =
        new ImageAttestation.Parameters(
            List.of(
                new ImageAttestation.Rule(
                    List.of(ImagePattern.parse("harbor.example.com")),
                    AttestationType.parse("slsaprovenance"),
                    SIGNERS.subList(0, 1),
                    1,
                    Optional.empty(),
                    Optional.of(
                        new ProvenanceSpec(
                            Optional.of(BUILDER),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty())),
                    Platforms.EACH)));
    assertThat(findings(new ImageAttestation().evaluate(POD, built, facts)))
        .singleElement()
        .satisfies(one ->
            assertThat(one.problem())
                .isEqualTo(
                    ARM
                        + " (linux/arm64, part of "
                        + WEB.digest()
                        + ") has no attestation of type slsaprovenance from ci that says what the"
                        + " rule demands; found: place 1: it is by ci, but its builder is"
                        + " https://laptop.example.com where "
                        + BUILDER
                        + " is demanded"));
  }

  private static final Quorum CI_OR_TWO =
      new Quorum.Several(
          1,
          List.of(
              new Quorum.Named("ci"),
              new Quorum.Several(2, List.of(new Quorum.Named("ann"), new Quorum.Named("bob")))));

  private static final Quorum ALL = Quorum.of(3, List.of("ci", "ann", "bob"));

  @ParameterizedTest
  @EnumSource(Kind.class)
  void eachPartMayHaveAQuorumOfItsOwn(Kind kind) {
    FakeFacts facts = kind.made(kind.made(kind.made(two(), WEB, CI), AMD, ANN, BOB), ARM, BOB, CI);
    passes(kind.each(CI_OR_TWO, facts));
  }

  /** Ci for the index, Ann for one part and Bob for the other are three, and nowhere a quorum. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void signersOfDifferentPartsAreNoQuorum(Kind kind) {
    FakeFacts facts = kind.made(kind.made(kind.made(two(), WEB, CI), AMD, ANN), ARM, BOB);
    assertThat(findings(kind.each(CI_OR_TWO, facts)))
        .extracting(Finding::problem)
        .satisfiesExactly(
            one ->
                assertThat(one)
                    .startsWith(AMD.toString())
                    .contains("ann only, and ci or (ann and bob) are needed"),
            one -> assertThat(one).startsWith(ARM.toString()));
    assertThat(findings(kind.each(ALL, facts))).hasSize(3);
    for (PinnedImage image : List.of(WEB, AMD, ARM)) {
      kind.made(facts, image, BOB, ANN, CI);
    }
    passes(kind.each(ALL, facts));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void indexesInIndexesHideNothing(Kind kind) {
    PinnedImage inner = image('c');
    FakeFacts facts = FakeFacts.none();
    index(facts, WEB, List.of(child(AMD, IMAGE, "linux/amd64"), child(inner, INDEX, "")));
    index(facts, inner, List.of(child(ARM, IMAGE, "linux/arm64")));
    kind.made(kind.made(kind.made(facts, WEB, CI), AMD, CI), inner, CI).absent(new Signatures(ARM));
    assertThat(findings(kind.each(facts)))
        .singleElement()
        .satisfies(one -> assertThat(one.problem()).startsWith(ARM + " (linux/arm64, part of "));
    kind.made(facts, ARM, CI);
    passes(kind.each(facts));
    facts.absent(new Signatures(inner));
    assertThat(findings(kind.each(facts)))
        .singleElement()
        .satisfies(one -> assertThat(one.problem()).startsWith(inner + " (an index, part of "));
    facts.absent(new Manifest(inner));
    assertThat(findings(kind.each(facts)))
        .extracting(Finding::problem)
        .contains("image " + inner + " does not exist: its registry has no such digest");
  }

  /** A part without a platform could be anything, also what runs. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void aPartThatDoesNotSayItsPlatformIsJudged(Kind kind) {
    FakeFacts facts = index(FakeFacts.none(), WEB, List.of(child(ARM, IMAGE, "")));
    kind.made(facts, WEB, CI).absent(new Signatures(ARM));
    assertThat(findings(kind.each(facts)))
        .singleElement()
        .satisfies(
            one -> assertThat(one.problem()).startsWith(ARM + " (without a platform, part of "));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anIndexOfNothingIsRefused(Kind kind) {
    for (List<ImageManifest.Child> children :
        List.of(List.<ImageManifest.Child>of(), List.of(child(ARM, IMAGE, "unknown/unknown")))) {
      FakeFacts facts = kind.made(index(FakeFacts.none(), WEB, children), WEB, CI);
      assertThat(findings(kind.each(facts)))
          .singleElement()
          .satisfies(one ->
              assertThat(one.problem())
                  .isEqualTo(WEB + " is an index without any image that could run"));
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anImageThatIsNoIndexHasNoParts(Kind kind) {
    FakeFacts facts =
        FakeFacts.none()
            .present(
                new Manifest(WEB),
                new ImageManifest.Image(Bytes.EMPTY, IMAGE, AMD.digest(), Optional.empty()));
    passes(kind.each(kind.made(facts, WEB, CI)));
  }

  /** All of a level in one round: first the index and its manifest, then all parts, then proofs. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatPartsNeedIsAskedForTogether(Kind kind) {
    FakeFacts nothing = FakeFacts.none();
    assertThat(kind.each(nothing)).isInstanceOf(Outcome.Unknown.class);
    assertThat(nothing.asked()).contains(new Signatures(WEB), new Manifest(WEB));

    FakeFacts known = two();
    assertThat(kind.each(known)).isInstanceOf(Outcome.Unknown.class);
    assertThat(known.asked())
        .contains(new Signatures(WEB), new Signatures(AMD), new Signatures(ARM));

    FakeFacts read = two();
    for (PinnedImage one : List.of(WEB, AMD, ARM)) {
      read.present(
          new Signatures(one), new SignatureDocuments(one, List.of(kind.by(CI, one)), List.of()));
    }
    assertThat(kind.each(read)).isInstanceOf(Outcome.Unknown.class);
    Function<EvidenceKey<?>, Optional<PinnedImage>> of =
        key ->
            key instanceof Proofs proofs
                ? Optional.of(proofs.documents().image())
                : Optional.empty();
    assertThat(new LinkedHashSet<>(read.asked()).stream().flatMap(key -> of.apply(key).stream()))
        .containsExactly(WEB, AMD, ARM);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatIsNotKnownOfAPartIsADoubtAndNeverAPass(Kind kind) {
    FakeFacts facts = kind.made(kind.made(two(), WEB, CI), AMD, CI);
    facts.unavailable(new Signatures(ARM), Cause.UNREACHABLE);
    assertThat(kind.each(facts)).isInstanceOf(Outcome.Unknown.class);
    facts.absent(new Signatures(AMD));
    assertThat(findings(kind.each(facts)))
        .as("what is wrong is wrong, whatever else is not known")
        .singleElement()
        .satisfies(one -> assertThat(one.problem()).startsWith(AMD.toString()));
    facts.unavailable(new Manifest(WEB), Cause.UNREACHABLE);
    assertThat(kind.each(facts)).isInstanceOf(Outcome.Unknown.class);
  }
}
