package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.check.ImageSignature.Parameters;
import dev.tidegate.check.ImageSignature.Rule;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Proofs;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Platform;
import dev.tidegate.model.Proof;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.FakeSignatures;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageSignatureTest {
  private static final ImageSignature CHECK = new ImageSignature();
  private static final Digest DIGEST = Digest.parse("sha256:" + "0123456789abcdef".repeat(4));
  private static final PinnedImage WEB =
      new PinnedImage(ImageReference.parse("harbor.example.com/shop/web:1").repository(), DIGEST);

  private static SignerSpec signer(String name, Optional<Instant> until) {
    return new SignerSpec(
        name,
        Optional.of(new KeySpec(Optional.empty(), Optional.of(FakeSignatures.key(name)), until)),
        Optional.empty(),
        Optional.empty(),
        TransparencyLog.NOT_REQUIRED,
        1,
        Optional.empty());
  }

  private static SignerSpec signer(String name) {
    return signer(name, Optional.empty());
  }

  private static Rule rule(int atLeast, Map<String, String> annotations, SignerSpec... signers) {
    return new Rule(
        List.of(ImagePattern.parse("harbor.example.com/shop/**")),
        atLeast,
        List.of(signers),
        Optional.empty(),
        annotations,
        Platforms.NAMED);
  }

  private static Parameters rules(Rule... rules) {
    return new Parameters(List.of(rules));
  }

  private static final Parameters BY_RELEASE = rules(rule(1, Map.of(), signer("release")));

  private static Subject pod(String image) {
    return Pods.of(image);
  }

  private static final Subject PINNED = pod(WEB.toString());

  /** Beside {@code image} are {@code documents}, and what they prove is known. */
  private static FakeFacts signed(
      FakeFacts facts, PinnedImage image, List<Instant> times, SignatureDocument... documents) {
    SignatureDocuments beside = FakeSignatures.beside(image, documents);
    facts.present(new Signatures(image), beside);
    proofs(facts, beside, times);
    return facts;
  }

  private static void proofs(FakeFacts facts, SignatureDocuments beside, List<Instant> times) {
    for (String name : List.of("release", "qa", "security")) {
      facts.present(
          new Proofs(beside, signer(name).signer()),
          FakeSignatures.proofs(beside, signer(name).signer(), times.toArray(Instant[]::new)));
    }
  }

  private static FakeFacts signed(SignatureDocument... documents) {
    return signed(FakeFacts.none(), WEB, List.of(), documents);
  }

  private static SignatureDocument by(String name) {
    return FakeSignatures.signature(name, Map.of());
  }

  private static Finding only(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Fail.class);
    assertThat(((Outcome.Fail) outcome).findings()).hasSize(1);
    return ((Outcome.Fail) outcome).findings().getFirst();
  }

  @Test
  void aSignatureByTheSignerIsEnoughAndIsNamed() {
    Outcome outcome = CHECK.evaluate(PINNED, BY_RELEASE, signed(by("qa"), by("release")));
    assertThat(outcome)
        .isEqualTo(
            new Outcome.Pass(List.of(new Proof(WEB + " is signed by release (layer by release)"))));
  }

  @Test
  void whatWasFoundAndWhyItDoesNotCountIsTold() {
    Finding finding = only(CHECK.evaluate(PINNED, BY_RELEASE, signed(by("qa"))));
    assertThat(finding.problem())
        .isEqualTo(
            WEB + " has no signature from release; found: layer by qa: another key has signed it");
    assertThat(finding.fix())
        .isEqualTo("sign it (cosign sign --key KEY " + WEB + "), then apply again");
    assertThat(finding.field()).isEqualTo("spec.containers[0].image");
  }

  @Test
  void withoutAnySignatureThatIsSaid() {
    FakeFacts nothing = FakeFacts.none().absent(new Signatures(WEB));
    assertThat(only(CHECK.evaluate(PINNED, BY_RELEASE, nothing)).problem())
        .endsWith("has no signature from release; there is no signature at all");
  }

  @Test
  void noDenialRestsOnWhatIsRememberedAlone() {
    FakeFacts facts = FakeFacts.none().absent(new Signatures(WEB));
    SignatureDocuments now = FakeSignatures.beside(WEB, by("release"));
    facts.recently(new Signatures(WEB), new Evidence.Present<>(now, FakeFacts.NOW));
    proofs(facts, now, List.of());
    assertThat(CHECK.evaluate(PINNED, BY_RELEASE, facts)).isInstanceOf(Outcome.Pass.class);

    facts.recently(
        new Signatures(WEB),
        new Evidence.Unavailable<>(Doubt.of(Cause.UNREACHABLE, "the registry is down")));
    assertThat(CHECK.evaluate(PINNED, BY_RELEASE, facts))
        .isEqualTo(Outcome.unknown(Doubt.of(Cause.UNREACHABLE, "the registry is down")));
  }

  @Test
  void whatIsRememberedAndSufficientIsNotReadAgain() {
    FakeFacts facts = signed(by("release"));
    facts.recently(
        new Signatures(WEB),
        new Evidence.Unavailable<>(Doubt.of(Cause.UNREACHABLE, "the registry is down")));
    assertThat(CHECK.evaluate(PINNED, BY_RELEASE, facts)).isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void T14_anAttestationIsNoSignature() {
    Finding finding =
        only(CHECK.evaluate(PINNED, BY_RELEASE, signed(FakeSignatures.attestation("release"))));
    assertThat(finding.problem()).endsWith("it is an attestation by release, not a signature");
  }

  @Test
  void distinctKeysAreCountedNotSignatures() {
    Parameters two = rules(rule(2, Map.of(), signer("release"), signer("qa"), signer("security")));
    assertThat(CHECK.evaluate(PINNED, two, signed(by("release"), by("qa"))))
        .isInstanceOf(Outcome.Pass.class);
    assertThat(only(CHECK.evaluate(PINNED, two, signed(by("release"), by("release")))).problem())
        .isEqualTo(WEB + " is signed by release only, and 2 of release, qa, security are needed");
  }

  @Test
  void anExpressionThatMatchesTwoIdentitiesIsOneSigner() {
    SignerSpec anybody = keyless("anybody", Optional.empty(), Optional.of("release|qa"));
    SignerSpec security = keyless("security", Optional.of("security"), Optional.empty());
    FakeFacts facts = FakeFacts.none();
    SignatureDocuments beside = FakeSignatures.beside(WEB, by("release"), by("qa"));
    facts.present(new Signatures(WEB), beside);
    for (SignerSpec one : List.of(anybody, security)) {
      facts.present(new Proofs(beside, one.signer()), FakeSignatures.proofs(beside, one.signer()));
    }
    assertThat(CHECK.evaluate(PINNED, rules(rule(2, Map.of(), anybody, security)), facts))
        .isInstanceOf(Outcome.Fail.class);
    assertThat(CHECK.evaluate(PINNED, rules(rule(1, Map.of(), anybody, security)), facts))
        .isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void anIdentityIsGivenWholly() {
    assertThatThrownBy(() -> keyless("a", Optional.empty(), Optional.empty()))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("is missing");
    assertThatThrownBy(() -> keyless("a", Optional.of("b"), Optional.of("b")))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("beside subject");
    assertThatThrownBy(() -> keyless("a", Optional.of(" "), Optional.empty()))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("is empty");
    assertThatThrownBy(() -> keyless("a", Optional.empty(), Optional.of(".*")))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("anybody");
    assertThatThrownBy(() ->
            new SignerSpec(
                "a",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                TransparencyLog.NOT_REQUIRED,
                1,
                Optional.empty()))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("is missing");
    assertThatThrownBy(() ->
            new SignerSpec(
                "a",
                Optional.empty(),
                keyless("a", Optional.of("b"), Optional.empty()).keyless(),
                Optional.empty(),
                TransparencyLog.NOT_REQUIRED,
                1,
                Optional.empty()))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("no certificate can be verified");
  }

  private static SignerSpec keyless(
      String name, Optional<String> subject, Optional<String> expression) {
    return new SignerSpec(
        name,
        Optional.empty(),
        Optional.of(
            new KeylessSpec(
                Optional.of(FakeSignatures.ISSUER),
                Optional.empty(),
                subject,
                expression.map(com.google.re2j.Pattern::compile),
                Map.of(),
                Map.of(),
                TransparencyLog.NOT_REQUIRED,
                1)),
        Optional.empty(),
        TransparencyLog.NOT_REQUIRED,
        1,
        Optional.of(new TrustRoot(Bytes.EMPTY)));
  }

  @Test
  void theFixSpeaksOfAKeyOnlyWhereOneMaySign() {
    Parameters identity =
        rules(rule(1, Map.of(), keyless("ci", Optional.of("somebody"), Optional.empty())));
    FakeFacts nothing = FakeFacts.none().absent(new Signatures(WEB));
    assertThat(only(CHECK.evaluate(PINNED, identity, nothing)).fix())
        .isEqualTo("sign it (cosign sign " + WEB + "), then apply again");
  }

  @Test
  void oneKeyUnderTwoNamesIsOneSigner() {
    SignerSpec twin =
        new SignerSpec(
            "twin",
            Optional.of(
                new KeySpec(
                    Optional.empty(),
                    Optional.of(FakeSignatures.key("release")),
                    Optional.empty())),
            Optional.empty(),
            Optional.empty(),
            TransparencyLog.NOT_REQUIRED,
            1,
            Optional.empty());
    assertThatThrownBy(() -> rule(2, Map.of(), signer("release"), twin))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("2 of 1 distinct signer can never be right");
    Parameters three = rules(rule(2, Map.of(), signer("release"), twin, signer("qa")));
    assertThat(CHECK.evaluate(PINNED, three, signed(by("release"))))
        .isInstanceOf(Outcome.Fail.class);
  }

  @Test
  void demandedAnnotationsMustBeThere() {
    Parameters production = rules(rule(1, Map.of("env", "production"), signer("release")));
    FakeFacts right = signed(FakeSignatures.signature("release", Map.of("env", "production")));
    FakeFacts wrong = signed(FakeSignatures.signature("release", Map.of("env", "test")));
    assertThat(CHECK.evaluate(PINNED, production, right)).isInstanceOf(Outcome.Pass.class);
    Finding finding = only(CHECK.evaluate(PINNED, production, wrong));
    assertThat(finding.problem())
        .contains("its annotation env is test where production is demanded");
    assertThat(finding.fix()).contains("-a env=production");
    assertThat(only(CHECK.evaluate(PINNED, production, signed(by("release")))).problem())
        .contains("its annotation env is missing");
  }

  @Test
  void aKeyEndsAtItsMomentByTrustedTimeElseByNow() {
    Instant end = FakeFacts.NOW.minusSeconds(60);
    Parameters ending = rules(rule(1, Map.of(), signer("release", Optional.of(end))));
    assertThat(only(CHECK.evaluate(PINNED, ending, signed(by("release")))).problem())
        .contains("but the key ended at " + end + ", and nothing proves that it is older");
    assertThat(
            CHECK.evaluate(
                PINNED,
                ending,
                signed(FakeFacts.none(), WEB, List.of(end.minusSeconds(1)), by("release"))))
        .isInstanceOf(Outcome.Pass.class);
    assertThat(
            CHECK.evaluate(
                PINNED, ending, signed(FakeFacts.none(), WEB, List.of(end), by("release"))))
        .as("the end is exclusive")
        .isInstanceOf(Outcome.Fail.class);
  }

  @Test
  void whatCouldNotBeReadIsADoubtUnlessEnoughWasFound() {
    Doubt down = Doubt.of(Cause.SERVER_ERROR, "the registry answered 503");
    SignatureDocuments part = new SignatureDocuments(WEB, List.of(by("qa")), List.of(down));
    FakeFacts facts = FakeFacts.none().present(new Signatures(WEB), part);
    proofs(facts, part, List.of());
    assertThat(CHECK.evaluate(PINNED, BY_RELEASE, facts)).isEqualTo(Outcome.unknown(down));
    assertThat(CHECK.evaluate(PINNED, rules(rule(1, Map.of(), signer("qa"))), facts))
        .isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void whoMaySignIsJudgedOnTheUnionOfAllPolicies() {
    Subject other = pod("docker.io/library/nginx@" + DIGEST);
    assertThat(only(CHECK.evaluate(other, BY_RELEASE, FakeFacts.none())).problem())
        .isEqualTo("no rule says who may sign docker.io/library/nginx");
    Parameters elsewhere =
        rules(
            new Rule(
                List.of(ImagePattern.parse("docker.io/library")),
                1,
                List.of(signer("qa")),
                Optional.empty(),
                Map.of(),
                Platforms.NAMED));
    assertThat(CHECK.evaluate(other, BY_RELEASE, List.of(elsewhere, BY_RELEASE), FakeFacts.none()))
        .isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void everyRuleThatMatchesCounts() {
    Parameters both = rules(rule(1, Map.of(), signer("release")), rule(1, Map.of(), signer("qa")));
    assertThat(CHECK.evaluate(PINNED, both, signed(by("release"))))
        .isInstanceOf(Outcome.Fail.class);
    assertThat(CHECK.evaluate(PINNED, both, signed(by("release"), by("qa"))))
        .isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void ofAnIndexEachImageThatCanRunIfThePolicySaysSo() {
    PinnedImage child = new PinnedImage(WEB.in(), Digest.parse("sha256:" + "1".repeat(64)));
    PinnedImage provenance = new PinnedImage(WEB.in(), Digest.parse("sha256:" + "2".repeat(64)));
    FakeFacts facts = signed(by("release"));
    facts.present(
        new Manifest(WEB),
        new ImageManifest.Index(
            Bytes.EMPTY,
            "application/vnd.oci.image.index.v1+json",
            List.of(
                new ImageManifest.Child(
                    child.digest(), "image", Optional.of(Platform.parse("linux/amd64"))),
                new ImageManifest.Child(
                    provenance.digest(),
                    "image",
                    Optional.of(new Platform("unknown", "unknown", Optional.empty()))))));
    facts.absent(new Signatures(child));
    Parameters each =
        rules(
            new Rule(
                List.of(ImagePattern.parse("harbor.example.com")),
                1,
                List.of(signer("release")),
                Optional.empty(),
                Map.of(),
                Platforms.EACH));
    assertThat(CHECK.evaluate(PINNED, BY_RELEASE, facts)).isInstanceOf(Outcome.Pass.class);
    assertThat(only(CHECK.evaluate(PINNED, each, facts)).problem()).contains(child.toString());
    signed(facts, child, List.of(), by("release"));
    assertThat(CHECK.evaluate(PINNED, each, facts)).isInstanceOf(Outcome.Pass.class);
    assertThat(facts.asked()).doesNotContain(new Signatures(provenance));
  }

  @Test
  void aTagIsJudgedByWhatItPointsAt() {
    ImageReference tagged = ImageReference.parse("harbor.example.com/shop/web:1");
    Subject pod = pod(tagged.written());
    Resolution key = new Resolution(tagged);
    assertThat(CHECK.evaluate(pod, BY_RELEASE, signed(by("release")).present(key, WEB)))
        .isInstanceOf(Outcome.Pass.class);
    assertThat(only(CHECK.evaluate(pod, BY_RELEASE, FakeFacts.none().absent(key))).problem())
        .isEqualTo(
            "image harbor.example.com/shop/web:1 does not exist: its registry has no such tag");
    assertThat(
            CHECK.evaluate(
                pod, BY_RELEASE, FakeFacts.none().unavailable(key, Cause.NOT_CONFIGURED)))
        .isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void whileTheRegistryIsDownATagMeansWhatItMeant() {
    ImageReference tagged = ImageReference.parse("harbor.example.com/shop/web:1");
    Resolution key = new Resolution(tagged);
    FakeFacts facts = signed(by("release")).present(key, WEB);
    facts.recently(key, new Evidence.Unavailable<>(Doubt.of(Cause.SERVER_ERROR, "503")));
    assertThat(CHECK.evaluate(pod(tagged.written()), BY_RELEASE, facts))
        .isInstanceOf(Outcome.Pass.class);
    facts.recently(key, new Evidence.Unavailable<>(Doubt.of(Cause.FORBIDDEN, "403")));
    assertThat(CHECK.evaluate(pod(tagged.written()), BY_RELEASE, facts))
        .as("a credential that is refused opens nothing")
        .isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void whatIsNoReferenceIsSignedByNobody() {
    assertThat(only(CHECK.evaluate(pod("Not An Image"), BY_RELEASE, FakeFacts.none())).problem())
        .contains("is not an image reference");
  }

  @Test
  void everyQuestionThatCanBeAskedIsAskedAtOnce() {
    FakeFacts facts = FakeFacts.none();
    Subject pod = Pods.of(WEB.toString(), "harbor.example.com/shop/api@sha256:" + "3".repeat(64));
    CHECK.evaluate(pod, BY_RELEASE, facts);
    assertThat(facts.asked()).hasSizeGreaterThanOrEqualTo(2).contains(new Signatures(WEB));
  }
}
