package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import dev.tidegate.check.ImageAttestation.Parameters;
import dev.tidegate.check.ImageAttestation.Rule;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey.Proofs;
import dev.tidegate.evidence.EvidenceKey.Resolution;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Subject;
import dev.tidegate.sigstore.ProofsDerivation;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.Predicates;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The check with attestations that were really made and are really verified. */
class ImageAttestationTest {
  private static final ImageAttestation CHECK = new ImageAttestation();
  private static final Digest DIGEST = Digest.parse("sha256:" + "0123456789abcdef".repeat(4));
  private static final Digest OTHER = Digest.parse("sha256:" + "f".repeat(64));
  private static final PinnedImage WEB =
      new PinnedImage(ImageReference.parse("harbor.example.com/shop/web:1").repository(), DIGEST);
  private static final Subject POD = Pods.of(WEB.toString());

  private static final CosignSigner CI = CosignSigner.create();
  private static final CosignSigner QA = CosignSigner.create();
  private static final CosignSigner STRANGER = CosignSigner.create();

  private static final String REPOSITORY = "https://github.com/acme/shop";
  private static final String BUILDER = "https://github.com/actions/runner/github-hosted";
  private static final Map<String, Object> GOOD =
      Predicates.github(REPOSITORY, "refs/heads/main", BUILDER);

  private static final ProvenanceSpec DEMANDED = provenance(BUILDER, REPOSITORY, "refs/heads/main");

  static SignerSpec signer(String name, CosignSigner by, Optional<Instant> until) {
    return new SignerSpec(
        name,
        Optional.of(new KeySpec(Optional.empty(), Optional.of(by.key()), until)),
        Optional.empty(),
        Optional.empty(),
        TransparencyLog.NOT_REQUIRED,
        1,
        Optional.empty());
  }

  static SignerSpec signer(String name, CosignSigner by) {
    return signer(name, by, Optional.empty());
  }

  private static ProvenanceSpec provenance(String builder, String source, String ref) {
    return new ProvenanceSpec(
        Optional.of(builder),
        Optional.empty(),
        Optional.of(source),
        Optional.empty(),
        Optional.of(ref),
        Optional.empty());
  }

  private static Parameters demand(
      String type, int atLeast, Optional<ProvenanceSpec> provenance, SignerSpec... signers) {
    return new Parameters(
        List.of(
            new Rule(
                List.of(ImagePattern.parse("harbor.example.com/shop/**")),
                AttestationType.parse(type),
                List.of(signers),
                atLeast,
                Optional.empty(),
                provenance,
                Platforms.NAMED)));
  }

  private static Parameters demand(String type) {
    return demand(type, 1, Optional.empty(), signer("ci", CI));
  }

  private static final Parameters PROVENANCE =
      demand("slsaprovenance", 1, Optional.of(DEMANDED), signer("ci", CI));

  static void beside(
      FakeFacts facts,
      List<SignerSpec> signers,
      PinnedImage image,
      SignatureDocument... documents) {
    SignatureDocuments beside = numbered(image, documents);
    facts.present(new Signatures(image), beside);
    proofs(facts, signers, beside);
  }

  private static void proofs(FakeFacts facts, List<SignerSpec> signers, SignatureDocuments beside) {
    ProofsDerivation derivation = new ProofsDerivation(InstantSource.fixed(FakeFacts.NOW));
    for (SignerSpec one : signers) {
      Proofs key = new Proofs(beside, one.signer());
      facts.present(key, derivation.derive(key));
    }
  }

  /** The documents, each at a place of its own, as a registry has them. */
  private static SignatureDocuments numbered(PinnedImage image, SignatureDocument... documents) {
    List<SignatureDocument> placed = new java.util.ArrayList<>();
    for (SignatureDocument one : documents) {
      String place = "place " + (placed.size() + 1);
      placed.add(
          switch (one) {
            case SignatureDocument.Layer layer ->
                new SignatureDocument.Layer(
                    place, layer.kind(), layer.mediaType(), layer.payload(), layer.annotations());
            case SignatureDocument.Bundle bundle ->
                new SignatureDocument.Bundle(place, bundle.json());
            case SignatureDocument.Broken broken ->
                new SignatureDocument.Broken(place, broken.why());
          });
    }
    return new SignatureDocuments(image, placed, List.of());
  }

  private static Outcome judge(Parameters parameters, SignatureDocument... documents) {
    FakeFacts facts = FakeFacts.none();
    beside(facts, parameters.signersNamed(), WEB, documents);
    return CHECK.evaluate(POD, parameters, facts);
  }

  private static void passes(Parameters parameters, SignatureDocument... documents) {
    assertThat(judge(parameters, documents)).isInstanceOf(Outcome.Pass.class);
  }

  private static String refused(Parameters parameters, SignatureDocument... documents) {
    Outcome outcome = judge(parameters, documents);
    assertThat(outcome).isInstanceOf(Outcome.Fail.class);
    List<Finding> findings = ((Outcome.Fail) outcome).findings();
    assertThat(findings).hasSize(1);
    return findings.getFirst().problem();
  }

  private static SignatureDocument attested(String type, Object predicate) {
    return CI.attestationLayer(DIGEST, type, predicate);
  }

  private static SignatureDocument signed(CosignSigner by, String payload) {
    return CosignSigner.bundle(
        by.envelope(
            "application/vnd.in-toto+json",
            payload.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        by.material());
  }

  @Test
  void aTagThatDoesNotExistOrCannotBeResolvedIsNeverAPass() {
    ImageReference tagged = ImageReference.parse("harbor.example.com/shop/web:1");
    Resolution key = new Resolution(tagged);
    Subject pod = Pods.of(tagged.written());
    assertThat(CHECK.evaluate(pod, PROVENANCE, FakeFacts.none().absent(key)))
        .isInstanceOf(Outcome.Fail.class);
    assertThat(
            CHECK.evaluate(pod, PROVENANCE, FakeFacts.none().unavailable(key, Cause.UNREACHABLE)))
        .isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void bothFormatsAndBothVersionsCountAndWhatTheySayIsTheProof() {
    Map<String, Object> old =
        Predicates.slsa02(
            "git+" + REPOSITORY + "@refs/heads/main",
            List.of("git+" + REPOSITORY + "@refs/heads/main"),
            BUILDER);
    for (SignatureDocument one :
        List.of(
            attested(Predicates.SLSA_1, GOOD),
            CI.attestation(DIGEST, Predicates.SLSA_1, GOOD),
            attested(Predicates.SLSA_02, old),
            CI.attestation(DIGEST, Predicates.SLSA_02, old))) {
      Outcome outcome = judge(PROVENANCE, one);
      assertThat(outcome).isInstanceOf(Outcome.Pass.class);
      assertThat(((Outcome.Pass) outcome).because().getFirst().statement())
          .startsWith(
              WEB
                  + " has provenance built by "
                  + BUILDER
                  + " from "
                  + REPOSITORY
                  + " at refs/heads/main, commit c0ffee")
          .endsWith(", attested by ci (place 1)");
    }
  }

  @Test
  void aWordForOneVersionMeansThatVersion() {
    passes(demand("slsaprovenance1"), attested(Predicates.SLSA_1, GOOD));
    refused(demand("slsaprovenance02"), attested(Predicates.SLSA_1, GOOD));
    passes(demand(Predicates.SLSA_1), attested(Predicates.SLSA_1, GOOD));
    refused(demand(Predicates.SLSA_02), attested(Predicates.SLSA_1, GOOD));
  }

  @Test
  void T14_noAttestationAtAllFails() {
    FakeFacts nothing = FakeFacts.none().absent(new Signatures(WEB));
    Outcome.Fail fail = (Outcome.Fail) CHECK.evaluate(POD, PROVENANCE, nothing);
    assertThat(fail.findings().getFirst().problem())
        .isEqualTo(
            WEB
                + " has no attestation of type slsaprovenance from ci with builder "
                + BUILDER
                + ", source "
                + REPOSITORY
                + ", ref refs/heads/main; there is no attestation at all");
    assertThat(fail.findings().getFirst().fix())
        .isEqualTo(
            "have it built where the rule says, and attested there (cosign attest --key KEY --type"
                + " slsaprovenance1 --predicate FILE "
                + WEB
                + "), then apply again");
    refused(PROVENANCE);
  }

  @Test
  void T14_anotherTypeDoesNotCountAndASignatureNeitherDoes() {
    assertThat(refused(demand("cyclonedx"), attested(Predicates.SLSA_1, GOOD)))
        .endsWith(
            "; found: place 1: it is by ci, but it is of the type "
                + Predicates.SLSA_1
                + " where cyclonedx is demanded");
    assertThat(
            refused(demand("cyclonedx"), CI.bundle(DIGEST, Map.of()), CI.layer(DIGEST, Map.of())))
        .endsWith("; there is no attestation at all");
  }

  @Test
  void T20_anAttestationOfAnotherDigestDoesNotCount() {
    assertThat(refused(PROVENANCE, CI.attestation(OTHER, Predicates.SLSA_1, GOOD)))
        .contains("place 1: it is about another image, sha256:ffff");
  }

  @Test
  void whatIsNotSignedByTheSignerDoesNotCount() {
    assertThat(refused(PROVENANCE, STRANGER.attestation(DIGEST, Predicates.SLSA_1, GOOD)))
        .contains("it is not by the key");
    // The stranger's statement under the signer's genuine signature of another statement.
    Map<String, Object> envelope =
        new LinkedHashMap<>(
            CI.envelope(CosignSigner.statement(DIGEST, Predicates.SPDX, Map.of(), Map.of())));
    envelope.put(
        "payload",
        STRANGER
            .envelope(CosignSigner.statement(DIGEST, Predicates.SLSA_1, GOOD, Map.of()))
            .get("payload"));
    assertThat(refused(PROVENANCE, CosignSigner.bundle(envelope, CI.material())))
        .contains("it was changed after signing");
    envelope.put("signatures", List.of());
    assertThat(refused(PROVENANCE, CosignSigner.bundle(envelope, CI.material())))
        .contains("0 signatures where exactly one is allowed");
  }

  @Test
  void oneStatementMustSayAllOfIt() {
    Map<String, Object> rightSource =
        Predicates.github(REPOSITORY, "refs/heads/main", "https://laptop.example.com");
    Map<String, Object> rightBuilder =
        Predicates.github("https://github.com/evil/shop", "refs/heads/main", BUILDER);
    String problem =
        refused(
            PROVENANCE,
            attested(Predicates.SLSA_1, rightSource),
            CI.attestation(DIGEST, Predicates.SLSA_1, rightBuilder));
    assertThat(problem)
        .contains(
            "place 1: it is by ci, but its builder is https://laptop.example.com where "
                + BUILDER
                + " is demanded")
        .contains("place 2: it is by ci, but its source is https://github.com/evil/shop where");
    passes(
        PROVENANCE,
        attested(Predicates.SLSA_1, rightSource),
        CI.attestation(DIGEST, Predicates.SLSA_1, GOOD));
  }

  @Test
  void theSourceIsWhatWasBuiltAndNotWhateverElseWentIn() {
    Map<String, Object> smuggled =
        Predicates.slsa1(
            "https://actions.github.io/buildtypes/workflow/v1",
            Map.of(
                "workflow",
                Map.of("repository", "https://github.com/evil/shop", "ref", "refs/heads/main")),
            List.of(Map.of("uri", "git+" + REPOSITORY + "@refs/heads/main")),
            BUILDER);
    assertThat(refused(PROVENANCE, attested(Predicates.SLSA_1, smuggled)))
        .contains("its source is https://github.com/evil/shop");
    assertThat(
            refused(
                PROVENANCE,
                attested(
                    Predicates.SLSA_02,
                    Predicates.slsa02(
                        "git+https://github.com/evil/shop@refs/heads/main",
                        List.of("git+" + REPOSITORY + "@refs/heads/main"),
                        BUILDER))))
        .contains("its source is https://github.com/evil/shop");
  }

  @Test
  void gitlabsSourceIsUnderstoodAndItsVariablesAreNotBelieved() {
    String project = "https://gitlab.example.com/shop/web";
    Map<String, Object> said = Predicates.gitlab(project, "https://gitlab.example.com/-/runners/1");
    Parameters source =
        demand(
            "slsaprovenance",
            1,
            Optional.of(
                new ProvenanceSpec(
                    Optional.empty(),
                    Optional.of(Pattern.compile("https://gitlab\\.example\\.com/-/runners/[0-9]+")),
                    Optional.of(project),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())),
            signer("ci", CI));
    passes(source, attested(Predicates.SLSA_1, said));
    Parameters ref =
        demand(
            "slsaprovenance",
            1,
            Optional.of(
                new ProvenanceSpec(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(Pattern.compile(".*main")))),
            signer("ci", CI));
    assertThat(refused(ref, attested(Predicates.SLSA_1, said)))
        .contains("it does not say its ref for certain");
  }

  @Test
  void nothingBesideAGoodAttestationHidesIt() {
    passes(
        PROVENANCE,
        new SignatureDocument.Broken("x", "its manifest cannot be read"),
        STRANGER.attestation(DIGEST, Predicates.SLSA_1, GOOD),
        signed(CI, "garbage"),
        attested(Predicates.SLSA_1, GOOD),
        CI.attestation(OTHER, Predicates.SLSA_1, GOOD));
  }

  @Test
  void expressionsMatchTheWholeText() {
    Parameters prefix =
        demand(
            "slsaprovenance",
            1,
            Optional.of(
                new ProvenanceSpec(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(Pattern.compile("https://github\\.com/acme/s")),
                    Optional.empty(),
                    Optional.empty())),
            signer("ci", CI));
    refused(prefix, attested(Predicates.SLSA_1, GOOD));
  }

  @Test
  void thresholdsCountSignersAndEachMustSatisfyEverything() {
    Parameters both =
        demand("slsaprovenance", 2, Optional.of(DEMANDED), signer("ci", CI), signer("qa", QA));
    passes(
        both,
        CI.attestation(DIGEST, Predicates.SLSA_1, GOOD),
        QA.attestationLayer(DIGEST, Predicates.SLSA_1, GOOD));
    assertThat(
            refused(
                both,
                CI.attestation(DIGEST, Predicates.SLSA_1, GOOD),
                CI.attestationLayer(DIGEST, Predicates.SLSA_1, GOOD)))
        .contains("from ci only, and 2 of ci, qa are needed");
    refused(
        both,
        CI.attestation(DIGEST, Predicates.SLSA_1, GOOD),
        QA.attestation(
            DIGEST, Predicates.SLSA_1, Predicates.github(REPOSITORY, "refs/heads/x", BUILDER)));
  }

  @Test
  void aListOfContentsMustNotBeEmpty() {
    Map<String, Object> bom = Map.of("bomFormat", "CycloneDX", "components", List.of(Map.of()));
    passes(demand("cyclonedx"), attested(Predicates.CYCLONEDX, bom));
    passes(demand("cyclonedx"), attested(Predicates.CYCLONEDX + "/v1.6", bom));
    passes(demand("spdx"), attested(Predicates.SPDX, Map.of("spdxVersion", "SPDX-2.3")));
    passes(demand("spdx"), attested(Predicates.SPDX + "/v2.3", Map.of("spdxVersion", "2.3")));
    passes(demand("spdx"), attested(Predicates.SPDX, "SPDXVersion: SPDX-2.3\n"));
    for (Object empty : List.of(Map.of(), "", " ")) {
      assertThat(refused(demand("spdx"), attested(Predicates.SPDX, empty)))
          .contains("its list of contents is empty");
    }
    assertThat(refused(demand("cyclonedx"), attested(Predicates.CYCLONEDX, Map.of())))
        .contains("its list of contents is empty");
    refused(demand("cyclonedx"), attested(Predicates.CYCLONEDX, List.of(bom)));
    refused(demand("cyclonedx"), attested(Predicates.CYCLONEDX, "text"));
    refused(demand("cyclonedx"), attested(Predicates.CYCLONEDX + "x", bom));
    refused(demand("cyclonedx"), attested(Predicates.SPDX, bom));
  }

  @Test
  void aScanWithoutResultIsNone() {
    passes(
        demand("vuln"),
        attested(
            Predicates.VULN,
            Predicates.vuln("2026-11-24T00:00:00Z", Predicates.trivy("2026-11-24T00:00:00Z"))));
    assertThat(
            refused(
                demand("vuln"),
                attested(Predicates.VULN, Predicates.vuln("2026-11-24T00:00:00Z", null))))
        .contains("it has no scan report in it");
  }

  @Test
  void anyOtherPredicateTypeIsComparedLetterForLetter() {
    String vex = "https://openvex.dev/ns/v0.2.0";
    passes(demand(vex), attested(vex, Map.of("author", "security")));
    refused(demand(vex), attested("https://openvex.dev/ns/v0.2.1", Map.of("author", "security")));
    refused(demand(vex), attested(vex + "/", Map.of("author", "security")));
  }

  @Test
  void T15_payloadsWithTwoMeaningsDoNotCount() {
    String subject = "\"subject\":[{\"digest\":{\"sha256\":\"" + DIGEST.hex() + "\"}}]";
    String type = "\"_type\":\"https://in-toto.io/Statement/v1\"";
    String slsa = "\"predicateType\":\"" + Predicates.SLSA_1 + "\"";
    String predicate =
        "\"predicate\":{\"buildDefinition\":{\"externalParameters\":{\"source\":\"x\"}},"
            + "\"runDetails\":{\"builder\":{\"id\":\"b\"}}}";
    Parameters any = demand("slsaprovenance");
    passes(any, signed(CI, "{" + String.join(",", type, subject, slsa, predicate) + "}"));
    for (String bad :
        List.of(
            "{" + String.join(",", type, subject, slsa, predicate, predicate) + "}",
            "{" + String.join(",", type, subject, slsa, slsa, predicate) + "}",
            "{" + String.join(",", type, subject, subject, slsa, predicate) + "}",
            "{" + String.join(",", type, subject, slsa, predicate) + "} {}",
            "{" + String.join(",", type, subject, slsa, predicate),
            "garbage",
            "",
            "{" + String.join(",", type, subject, slsa) + ",\"predicate\":[]}",
            "{" + String.join(",", type, subject, slsa) + ",\"predicate\":null}",
            "{" + String.join(",", type, subject, slsa) + "}",
            "{" + String.join(",", subject, slsa, predicate) + "}",
            "{" + String.join(",", type, slsa, predicate) + "}",
            "{" + String.join(",", type, "\"subject\":[]", slsa, predicate) + "}",
            "{" + String.join(",", type, subject, predicate) + "}")) {
      refused(any, signed(CI, bad));
    }
  }

  @Test
  void ofSeveralSubjectsOneMustBeTheImage() {
    Map<String, Object> statement =
        CosignSigner.statement(DIGEST, Predicates.SLSA_1, GOOD, Map.of());
    Map<String, Object> other = Map.of("name", "a", "digest", Map.of("sha256", OTHER.hex()));
    Map<String, Object> own = Map.of("name", "b", "digest", Map.of("sha256", DIGEST.hex()));
    statement.put("subject", List.of(other, own));
    passes(PROVENANCE, CosignSigner.bundle(CI.envelope(statement), CI.material()));
    // The right hexadecimal digits of the wrong algorithm, or in a name, are not the image.
    statement.put(
        "subject",
        List.of(
            other,
            Map.of("name", "sha256:" + DIGEST.hex(), "digest", Map.of("sha256", OTHER.hex())),
            Map.of("name", "c", "digest", Map.of("sha512", DIGEST.hex()))));
    assertThat(refused(PROVENANCE, CosignSigner.bundle(CI.envelope(statement), CI.material())))
        .contains("it is about another image, sha256:ffff")
        .contains("and 2 more");
  }

  @Test
  void namesInAnyScriptAreVerifiedByTheirBytes() {
    Map<String, Object> said =
        Predicates.github("https://git.example.com/läden/グループ", "refs/heads/main", BUILDER);
    passes(
        demand(
            "slsaprovenance",
            1,
            Optional.of(
                provenance(BUILDER, "https://git.example.com/läden/グループ", "refs/heads/main")),
            signer("ci", CI)),
        attested(Predicates.SLSA_1, said),
        CI.attestation(OTHER, Predicates.SLSA_1, said));
  }

  @Test
  void T19_whatIsTooLongOrTooDeepDoesNotCount() {
    assertThat(
            refused(
                PROVENANCE,
                attested(
                    Predicates.SLSA_1,
                    Predicates.github(
                        "https://x/" + "y".repeat(3000), "refs/heads/main", BUILDER))))
        .contains("a text of more than 2000 characters");
    Object deep = Map.of();
    for (int i = 0; i < 120; i++) {
      deep = Map.of("a", deep);
    }
    assertThat(refused(demand("cyclonedx"), attested(Predicates.CYCLONEDX, deep)))
        .contains("not strict JSON");
    assertThat(
            refused(
                demand("cyclonedx"),
                new SignatureDocument.Bundle("referrer", Bytes.copyOf(new byte[33 << 20]))))
        .contains("larger than 32 MiB");
    Map<String, Object> many =
        Predicates.slsa02(
            null, java.util.Collections.nCopies(10_001, "git+" + REPOSITORY), BUILDER);
    refused(PROVENANCE, attested(Predicates.SLSA_02, many));
  }

  @Test
  void aKeyThatHasEndedAttestsNothing() {
    Parameters ended =
        demand("slsaprovenance", 1, Optional.empty(), signer("ci", CI, Optional.of(FakeFacts.NOW)));
    assertThat(refused(ended, attested(Predicates.SLSA_1, GOOD)))
        .contains("it is by ci, but the key ended at 2026-11-25T12:00:00Z, and nothing proves");
  }

  @Test
  void noDenialRestsOnWhatIsRememberedAlone() {
    FakeFacts facts = FakeFacts.none().absent(new Signatures(WEB));
    SignatureDocuments now = numbered(WEB, attested(Predicates.SLSA_1, GOOD));
    facts.recently(new Signatures(WEB), new Evidence.Present<>(now, FakeFacts.NOW));
    proofs(facts, PROVENANCE.signersNamed(), now);
    assertThat(CHECK.evaluate(POD, PROVENANCE, facts)).isInstanceOf(Outcome.Pass.class);

    Doubt down = Doubt.of(Cause.UNREACHABLE, "the registry is down");
    facts.recently(new Signatures(WEB), new Evidence.Unavailable<>(down));
    assertThat(CHECK.evaluate(POD, PROVENANCE, facts)).isEqualTo(Outcome.unknown(down));
  }

  @Test
  void whatCouldNotBeReadToItsEndIsNotKnownAndNotAbsent() {
    Doubt doubt = Doubt.of(Cause.UNREACHABLE, "the referrers could not be read");
    SignatureDocuments half = new SignatureDocuments(WEB, List.of(), List.of(doubt));
    FakeFacts facts = FakeFacts.none().present(new Signatures(WEB), half);
    proofs(facts, PROVENANCE.signersNamed(), half);
    assertThat(CHECK.evaluate(POD, PROVENANCE, facts)).isEqualTo(Outcome.unknown(doubt));
  }

  @Test
  void imagesThatNoRuleNamesNeedNone() {
    assertThat(CHECK.evaluate(Pods.of("quay.io/a/b:1"), PROVENANCE, FakeFacts.none()))
        .isInstanceOf(Outcome.Pass.class);
    assertThat(CHECK.evaluate(Pods.of("not an image"), PROVENANCE, FakeFacts.none()))
        .isInstanceOf(Outcome.Fail.class);
  }

  @Test
  void rulesThatCanNeverBeRightAreErrors() {
    assertThatThrownBy(() -> demand("cyclonedx", 1, Optional.of(DEMANDED), signer("ci", CI)))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("has no builder and no source");
    assertThatThrownBy(() -> demand("spdx", 2, Optional.empty(), signer("a", CI), signer("b", CI)))
        .hasMessageContaining("2 of 1 distinct signer can never be right");
    assertThatThrownBy(() -> demand("spdx", 1, Optional.empty(), signer("a", CI), signer("a", QA)))
        .hasMessageContaining("is there twice");
    for (String bad : List.of("", "slsa", "spdxjson", "a b://c", "https://", CosignSigner.SIGN)) {
      assertThatThrownBy(() -> AttestationType.parse(bad)).as(bad).isInstanceOf(BadValue.class);
    }
    assertThatThrownBy(() -> provenance(BUILDER, REPOSITORY, "main"))
        .hasMessageContaining("whether it is a branch or a tag");
    for (String form :
        List.of(
            "git+" + REPOSITORY,
            REPOSITORY + ".git",
            REPOSITORY + "@refs/heads/main",
            REPOSITORY + "/")) {
      assertThatThrownBy(() -> provenance(BUILDER, form, "refs/heads/main"))
          .as(form)
          .hasMessageContaining("is not the plain form");
    }
  }
}
