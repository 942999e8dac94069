package dev.tidegate.sigstore;

import static dev.tidegate.sigstore.Forgery.IMAGE;
import static dev.tidegate.sigstore.Forgery.ISSUER;
import static dev.tidegate.sigstore.Forgery.NOW;
import static dev.tidegate.sigstore.Forgery.OTHER;
import static dev.tidegate.sigstore.Forgery.RELEASE;
import static dev.tidegate.sigstore.Forgery.ROOT;
import static dev.tidegate.sigstore.Forgery.SIGSTORE;
import static dev.tidegate.sigstore.Forgery.SUBJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.check.AttestationType;
import dev.tidegate.check.ImageAttestation;
import dev.tidegate.check.ImageSignature;
import dev.tidegate.check.KeySpec;
import dev.tidegate.check.KeylessSpec;
import dev.tidegate.check.Platforms;
import dev.tidegate.check.SignatureSearch;
import dev.tidegate.check.SignerSpec;
import dev.tidegate.document.Beginning;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.EvidenceKey.Proofs;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.model.Digest;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.model.Role;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.Predicates;
import dev.tidegate.testkit.Subjects;
import dev.tidegate.testkit.TestSigstore;
import dev.tidegate.testkit.TestSigstore.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * An old version whose signature is genuine must not come back (T20): what a signer signed before
 * {@code notBefore} does not count, and only a log or a timestamp authority can say when that was.
 */
class MinimumTimeTest {
  private static final Instant FROM = Instant.parse("2026-11-01T00:00:00Z");
  private static final Instant EARLIER = FROM.minusSeconds(1);
  private static final PinnedImage APP =
      new PinnedImage(new Repository("registry.example.com", "app"), IMAGE);
  private static final TestSigstore UNKNOWN = new TestSigstore("example.org");

  private static final SignerSpec KEY = key(Optional.empty());
  private static final SignerSpec IDENTITY =
      new SignerSpec(
          "ci",
          Optional.empty(),
          Optional.of(
              new KeylessSpec(
                  Optional.of(ISSUER),
                  Optional.empty(),
                  Optional.of(SUBJECT),
                  Optional.empty(),
                  Map.of(),
                  Map.of(),
                  TransparencyLog.REQUIRED,
                  1)),
          Optional.of(new Beginning(FROM)),
          TransparencyLog.NOT_REQUIRED,
          1,
          Optional.of(ROOT));

  private static SignerSpec key(Optional<Instant> until) {
    return key(until, Optional.of(ROOT));
  }

  private static SignerSpec key(
      Optional<Instant> until, Optional<dev.tidegate.evidence.TrustRoot> root) {
    return new SignerSpec(
        "release",
        Optional.of(new KeySpec(Optional.empty(), Optional.of(RELEASE.key()), until)),
        Optional.empty(),
        Optional.of(new Beginning(FROM)),
        TransparencyLog.NOT_REQUIRED,
        1,
        root);
  }

  private static FakeFacts facts(SignerSpec signer, SignatureDocument... documents) {
    SignatureDocuments beside = new SignatureDocuments(APP, List.of(documents), List.of());
    Proofs proofs = new Proofs(beside, signer.signer());
    return FakeFacts.at(NOW)
        .present(new Signatures(APP), beside)
        .present(proofs, new ProofsDerivation(InstantSource.fixed(NOW)).derive(proofs));
  }

  private static Outcome judge(SignerSpec signer, SignatureDocument... documents) {
    ImageSignature.Rule rule =
        new ImageSignature.Rule(
            List.of(ImagePattern.parse("registry.example.com/**")),
            1,
            List.of(signer),
            Optional.empty(),
            Map.of(),
            Platforms.NAMED);
    return new ImageSignature()
        .evaluate(
            Subjects.pod().image(Role.MAIN, "web", APP.toString()).build(),
            new ImageSignature.Parameters(List.of(rule)),
            facts(signer, documents));
  }

  private static void counts(SignerSpec signer, SignatureDocument... documents) {
    assertThat(judge(signer, documents)).isInstanceOf(Outcome.Pass.class);
  }

  private static String refused(SignerSpec signer, SignatureDocument... documents) {
    Outcome outcome = judge(signer, documents);
    assertThat(outcome).isInstanceOf(Outcome.Fail.class);
    return ((Outcome.Fail) outcome).findings().getFirst().problem();
  }

  private static Bundles.Builder signed(Digest image) {
    return Bundles.of(
        RELEASE, CosignSigner.statement(image, CosignSigner.SIGN, Map.of(), Map.of()));
  }

  private static Bundles.Builder certified(Digest image, Instant from) {
    return signed(image)
        .by(SIGSTORE.issue(Request.of(RELEASE.keys().getPublic(), ISSUER, SUBJECT, from)));
  }

  private static final BiFunction<Bundles.Builder, Instant, SignatureDocument> LOGGED =
      (bundle, at) -> bundle.entry(SIGSTORE.entry(bundle.body(), at)).build();
  private static final BiFunction<Bundles.Builder, Instant, SignatureDocument> STAMPED =
      (bundle, at) -> bundle.stamp(SIGSTORE.stamp(bundle.signature(), at)).build();

  @Test
  void T20_whatWasSignedBeforeTheMinimumDoesNotCount() {
    for (BiFunction<Bundles.Builder, Instant, SignatureDocument> witness :
        List.of(LOGGED, STAMPED)) {
      counts(KEY, witness.apply(signed(IMAGE), FROM));
      assertThat(refused(KEY, witness.apply(signed(IMAGE), EARLIER)))
          .endsWith(
              "it is by release, but it existed at 2026-10-31T23:59:59Z, and only what was signed"
                  + " from 2026-11-01T00:00:00Z on counts");
      counts(IDENTITY, witness.apply(certified(IMAGE, FROM), FROM));
      assertThat(refused(IDENTITY, witness.apply(certified(IMAGE, EARLIER), EARLIER)))
          .contains("it is by ci, but it existed at 2026-10-31T23:59:59Z");
    }
    counts(KEY, Forgery.logged(FROM));
    refused(KEY, Forgery.logged(EARLIER));
    counts(KEY, Forgery.logged(EARLIER), Forgery.logged(FROM));
  }

  @Test
  void T20_withoutATrustedTimeNothingIsYoungEnough() {
    Bundles.Builder foreign = signed(IMAGE);
    foreign.entry(UNKNOWN.entry(foreign.body(), FROM.plusSeconds(60)));
    Bundles.Builder untimed = signed(IMAGE);
    untimed.entry(SIGSTORE.untimedEntry(untimed.body()));
    for (SignatureDocument one :
        List.of(
            signed(IMAGE).build(),
            RELEASE.layer(IMAGE, Map.of()),
            RELEASE.layer(IMAGE, Map.of("timestamp", "1795608000")), // signed, but only claimed
            foreign.build(),
            untimed.build())) {
      assertThat(refused(KEY, one))
          .contains(
              "nothing trusted tells when it was signed, and only what was signed from"
                  + " 2026-11-01T00:00:00Z on counts: sign it again, with an entry in a"
                  + " transparency log of the trusted root that tells its time, or with a"
                  + " timestamp");
    }
    counts(KEY, STAMPED.apply(untimed, FROM));
  }

  @Test
  void T20_aLaterTimeBesideTheFirstMakesNothingYounger() {
    Bundles.Builder both = signed(IMAGE);
    both.entry(SIGSTORE.entry(both.body(), EARLIER));
    both.stamp(SIGSTORE.stamp(both.signature(), NOW));
    assertThat(refused(KEY, both.build())).contains("it existed at 2026-10-31T23:59:59Z");
    Bundles.Builder twice = signed(IMAGE);
    twice.entry(SIGSTORE.entry(twice.body(), NOW)).entry(SIGSTORE.entry(twice.body(), EARLIER));
    assertThat(refused(KEY, twice.build())).contains("it existed at 2026-10-31T23:59:59Z");
  }

  /** The old certificate's few minutes are over, so a new time proves nothing of it. */
  @Test
  void T20_anIdentitysOldSignatureCannotBeGivenANewTime() {
    for (BiFunction<Bundles.Builder, Instant, SignatureDocument> witness :
        List.of(LOGGED, STAMPED)) {
      assertThat(
              refused(IDENTITY, witness.apply(certified(IMAGE, EARLIER.minusSeconds(3600)), FROM)))
          .contains("certificate");
    }
  }

  /** Forged, foreign and moved times are no times. */
  @Test
  void T20_aTimeOfSomethingElseMakesNothingYounger() {
    Bundles.Builder moved = signed(IMAGE);
    moved.stamp(SIGSTORE.stamp(new byte[] {1}, FROM));
    refused(KEY, moved.build());
    Bundles.Builder forged = signed(IMAGE);
    forged.stamp(UNKNOWN.stamp(forged.signature(), FROM));
    refused(KEY, forged.build());
    Bundles.Builder other = signed(IMAGE);
    other.entry(SIGSTORE.entry(signed(OTHER).body(), FROM));
    refused(KEY, other.build());
  }

  /** The signature of an older version, with all that proves it, beside a newer one. */
  @Test
  void T20_aSignatureOfAnotherVersionDoesNotCountHoweverYoung() {
    for (BiFunction<Bundles.Builder, Instant, SignatureDocument> witness :
        List.of(LOGGED, STAMPED)) {
      assertThat(refused(KEY, witness.apply(signed(OTHER), FROM)))
          .contains("it is about another image, sha256:bbbb");
      assertThat(refused(IDENTITY, witness.apply(certified(OTHER, FROM), FROM)))
          .contains("it is about another image, sha256:bbbb");
    }
  }

  @Test
  void T20_exemptionsForASignersImagesKeepItsMinimum() {
    assertThat(SignatureSearch.byAny(APP, List.of(KEY), facts(KEY, Forgery.logged(FROM))))
        .isInstanceOf(SignatureSearch.Enough.class);
    assertThat(SignatureSearch.byAny(APP, List.of(KEY), facts(KEY, Forgery.logged(EARLIER))))
        .isInstanceOf(SignatureSearch.TooFew.class);
  }

  @Test
  void T20_anOldAttestationDoesNotCountEither() {
    String builder = "https://github.com/actions/runner/github-hosted";
    Map<String, Object> statement =
        CosignSigner.statement(
            IMAGE,
            Predicates.SLSA_1,
            Predicates.github("https://github.com/acme/shop", "refs/heads/main", builder),
            Map.of());
    ImageAttestation.Parameters demanded =
        new ImageAttestation.Parameters(
            List.of(
                new ImageAttestation.Rule(
                    List.of(ImagePattern.parse("registry.example.com/**")),
                    AttestationType.parse("slsaprovenance"),
                    List.of(KEY),
                    1,
                    Optional.empty(),
                    Optional.empty(),
                    Platforms.NAMED)));
    for (Instant at : List.of(EARLIER, FROM)) {
      Outcome outcome =
          new ImageAttestation()
              .evaluate(
                  Subjects.pod().image(Role.MAIN, "web", APP.toString()).build(),
                  demanded,
                  facts(KEY, LOGGED.apply(Bundles.of(RELEASE, statement), at)));
      if (at.equals(FROM)) {
        assertThat(outcome).isInstanceOf(Outcome.Pass.class);
      } else {
        assertThat(((Outcome.Fail) outcome).findings().getFirst().problem())
            .contains("it is by release, but it existed at 2026-10-31T23:59:59Z");
      }
    }
  }

  @Test
  void minimumAndEndOfAKeyBoundBoth() {
    SignerSpec both = key(Optional.of(FROM.plusSeconds(10)));
    counts(both, Forgery.logged(FROM));
    counts(both, Forgery.logged(FROM.plusSeconds(9)));
    assertThat(refused(both, Forgery.logged(FROM.plusSeconds(10)))).contains("the key ended at");
    refused(both, Forgery.logged(EARLIER));
  }

  @Test
  void aMinimumThatNothingCouldKeepIsAnError() {
    assertThatThrownBy(() -> key(Optional.of(FROM)))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("is not before the end of the key");
    assertThatThrownBy(() -> key(Optional.empty(), Optional.empty()))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("without it nothing tells when something was signed");
  }
}
