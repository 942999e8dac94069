package dev.tidegate.check;

import static dev.tidegate.check.ImageAttestationTest.beside;
import static dev.tidegate.check.ImageAttestationTest.signer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.check.ImageScan.NotScanned;
import dev.tidegate.check.ImageScan.Parameters;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceKey.AttestedScan;
import dev.tidegate.evidence.EvidenceKey.Manifest;
import dev.tidegate.evidence.EvidenceKey.Scan;
import dev.tidegate.evidence.EvidenceKey.Signatures;
import dev.tidegate.evidence.Facts;
import dev.tidegate.evidence.ImageManifest;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.harbor.AttestedScans;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImageReference;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.sigstore.ProofsDerivation;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.Predicates;
import dev.tidegate.testkit.ScanPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Scan reports that were really attested and are really verified and read. */
class AttestedScanTest {
  private static final Digest DIGEST = Digest.parse("sha256:" + "0123456789abcdef".repeat(4));
  private static final PinnedImage WEB =
      new PinnedImage(ImageReference.parse("harbor.example.com/shop/web:1").repository(), DIGEST);
  private static final CosignSigner SCANNER = CosignSigner.create();
  private static final CosignSigner STRANGER = CosignSigner.create();
  private static final SignerSpec SIGNER = signer("scanner", SCANNER);
  private static final String MONDAY = "2026-11-23T08:00:00Z";
  private static final String TUESDAY = "2026-11-24T08:00:00Z";

  private static Parameters parameters(
      ScanSource source,
      List<SignerSpec> signers,
      @Nullable Duration maxAge,
      ScannerSpec... scanners) {
    return new ScanPolicy()
        .source(source)
        .maxAge(Optional.ofNullable(maxAge))
        .notScanned(NotScanned.DENY)
        .scanners(List.of(scanners))
        .signers(signers)
        .made();
  }

  private static final Parameters POLICY =
      parameters(ScanSource.ATTESTATION, List.of(SIGNER), null);

  /** {@code facts}, with the reports that are asked for computed at once. */
  private record Computing(FakeFacts facts) implements Facts {
    @Override
    @SuppressWarnings("unchecked") // the answer to an AttestedScan is a ScanState
    public <T> Evidence<T> get(EvidenceKey<T> key) {
      return key instanceof AttestedScan scan
          ? (Evidence<T>) new Evidence.Present<>(new AttestedScans().derive(scan), facts.now())
          : facts.get(key);
    }

    @Override
    public <T> Evidence<T> asOf(EvidenceKey.Fetched<T> key, Duration age) {
      return facts.asOf(key, age);
    }

    @Override
    public Duration tagAge() {
      return facts.tagAge();
    }

    @Override
    public Instant now() {
      return facts.now();
    }
  }

  private static FakeFacts facts(SignatureDocument... documents) {
    FakeFacts facts =
        FakeFacts.none()
            .present(
                new Manifest(WEB),
                new ImageManifest.Image(Bytes.EMPTY, "m", DIGEST, Optional.empty()));
    beside(facts, List.of(SIGNER), WEB, documents);
    return facts;
  }

  private static Outcome judge(Parameters parameters, FakeFacts facts) {
    Outcome outcome =
        new ImageScan().evaluate(Pods.of(WEB.toString()), parameters, new Computing(facts));
    assertThat(facts.asked()).doesNotContain(new Scan(WEB, ScanSource.ATTESTATION));
    return outcome;
  }

  private static Outcome judge(SignatureDocument... documents) {
    return judge(POLICY, facts(documents));
  }

  private static SignatureDocument report(@Nullable String finished, @Nullable Object result) {
    return SCANNER.attestation(DIGEST, Predicates.VULN, Predicates.vuln(finished, result));
  }

  private static SignatureDocument found(String finished, String... severities) {
    return report(finished, Predicates.trivy(finished, severities));
  }

  private static Finding refused(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Fail.class);
    return ((Outcome.Fail) outcome).findings().getFirst();
  }

  @Test
  void aReportInWhichNothingCountsPassesAndSaysWhoAttestedIt() {
    Outcome outcome = judge(found(MONDAY, "LOW"));
    assertThat(outcome).isInstanceOf(Outcome.Pass.class);
    assertThat(((Outcome.Pass) outcome).because().getFirst().statement())
        .isEqualTo(
            WEB
                + " was scanned by Trivy 0.72.0 at "
                + MONDAY
                + ", attested by scanner (place 1): nothing of High or worse");
    assertThat(
            judge(
                SCANNER.attestationLayer(
                    DIGEST,
                    Predicates.VULN,
                    Predicates.vuln(MONDAY, Predicates.trivy(MONDAY, "MEDIUM")))))
        .isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void whatIsFoundCounts() {
    assertThat(refused(judge(found(MONDAY, "CRITICAL"))).problem())
        .contains("CVE-2026-1000 (Critical) in libssl3 3.0.15, fixed in 3.0.17");
  }

  @Test
  void theNewestDecidesInWhicheverOrderTheyStand() {
    SignatureDocument old = found(MONDAY, "CRITICAL");
    SignatureDocument now = found(TUESDAY, "LOW");
    assertThat(judge(old, now)).isInstanceOf(Outcome.Pass.class);
    assertThat(judge(now, old)).isInstanceOf(Outcome.Pass.class);
    SignatureDocument worse = found(TUESDAY, "CRITICAL");
    SignatureDocument before = found(MONDAY, "LOW");
    refused(judge(worse, before));
    refused(judge(before, worse));
  }

  @Test
  void ofTwoReportsOfOneMomentTheWorseDecides() {
    SignatureDocument good = found(MONDAY, "LOW");
    SignatureDocument bad = found(MONDAY, "CRITICAL");
    SignatureDocument none = report(MONDAY, null);
    for (List<SignatureDocument> order :
        List.of(List.of(good, bad), List.of(bad, good), List.of(good, none), List.of(none, good))) {
      refused(judge(order.toArray(SignatureDocument[]::new)));
    }
    SignatureDocument[] many = new SignatureDocument[17];
    java.util.Arrays.fill(many, good);
    assertThat(judge(many)).isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void aReportFromTheFutureIsNoneAndHidesNothing() {
    String tomorrow = "2026-11-26T12:00:00Z";
    assertThat(
            refused(judge(found(MONDAY, "LOW"), report(tomorrow, Predicates.trivy(MONDAY, "LOW"))))
                .problem())
        .contains("its scan is said to have ended at " + tomorrow);
  }

  @Test
  void aReportThatDoesNotSayWhenCannotHideBehindAnOlderOne() {
    SignatureDocument timeless = report(null, Predicates.trivy(TUESDAY, "CRITICAL"));
    refused(judge(found(MONDAY, "LOW"), timeless));
    refused(judge(timeless, found(MONDAY, "LOW")));
  }

  @Test
  void T28_noResultIsNeverACleanOne() {
    refused(judge(found(MONDAY, "LOW"), report(TUESDAY, null)));
    assertThat(refused(judge(report(TUESDAY, null))).problem())
        .isEqualTo(
            "the image has a scan without a report, which is not the same as one that found"
                + " nothing");
    for (Object strange :
        List.of(
            Map.of(),
            Map.of("SchemaVersion", 2),
            Map.of("SchemaVersion", 1, "Results", List.of()),
            Map.of("bomFormat", "CycloneDX"),
            Map.of("matches", List.of()),
            Map.of("SchemaVersion", 2, "ArtifactType", "filesystem"))) {
      assertThat(judge(report(TUESDAY, strange))).isInstanceOf(Outcome.Fail.class);
      assertThat(judge(found(MONDAY, "LOW"), report(TUESDAY, strange)))
          .as("%s", strange)
          .isInstanceOf(Outcome.Fail.class);
    }
    assertThat(judge(report(TUESDAY, "text"))).isInstanceOf(Outcome.Fail.class);
    assertThat(judge(report(TUESDAY, List.of()))).isInstanceOf(Outcome.Fail.class);
  }

  @Test
  void aReportOfAnotherScannerIsNotReadAsTrivys() {
    Map<String, Object> said =
        new java.util.LinkedHashMap<>(Predicates.vuln(MONDAY, Predicates.trivy(MONDAY, "LOW")));
    said.put(
        "scanner",
        Map.of("uri", "pkg:github/anchore/grype@v1", "result", Predicates.trivy(MONDAY, "LOW")));
    assertThat(refused(judge(SCANNER.attestation(DIGEST, Predicates.VULN, said))).problem())
        .contains("a report of pkg:github/anchore/grype@v1, where only Trivy's is read");
  }

  @Test
  void T36_theScannersVersionIsTheOneThatIsAttested() {
    FakeFacts facts = facts(found(MONDAY, "LOW"));
    Parameters newer =
        parameters(
            ScanSource.ATTESTATION,
            List.of(SIGNER),
            null,
            new ScannerSpec("Trivy", Optional.empty(), Optional.of("0.73.0")));
    assertThat(refused(judge(newer, facts)).problem())
        .contains("was scanned by Trivy 0.72.0, which the policy does not trust");
    Parameters same =
        parameters(
            ScanSource.ATTESTATION,
            List.of(SIGNER),
            null,
            new ScannerSpec("Trivy", Optional.of("Aqua Security"), Optional.of("0.72.0")));
    assertThat(judge(same, facts)).isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void theAgeIsThatOfTheScanAndNoNewWrapperMakesItYounger() {
    Parameters recent =
        parameters(ScanSource.ATTESTATION, List.of(SIGNER), Duration.ofHours(28).minusSeconds(1));
    Parameters enough = parameters(ScanSource.ATTESTATION, List.of(SIGNER), Duration.ofHours(28));
    FakeFacts facts = facts(found(TUESDAY, "LOW"));
    assertThat(judge(enough, facts)).isInstanceOf(Outcome.Pass.class);
    assertThat(refused(judge(recent, facts)).problem()).contains("was scanned last at " + TUESDAY);
    FakeFacts wrapped = facts(report(TUESDAY, Predicates.trivy(MONDAY, "LOW")));
    assertThat(refused(judge(enough, wrapped)).problem()).contains("was scanned last at " + MONDAY);
  }

  @Test
  void onlyWhatTheSignersAttestedOfThisImageCounts() {
    assertThat(
            refused(
                judge(
                    STRANGER.attestation(
                        DIGEST,
                        Predicates.VULN,
                        Predicates.vuln(MONDAY, Predicates.trivy(MONDAY, "LOW"))))))
        .satisfies(finding ->
            assertThat(finding.problem())
                .startsWith("the image has no scan report attested by scanner; found: place 1: "))
        .satisfies(finding ->
            assertThat(finding.fix())
                .isEqualTo(
                    "scan it (trivy image --format cosign-vuln) and attest the result (cosign"
                        + " attest --key KEY --type vuln --predicate FILE "
                        + WEB
                        + "), then apply again"));
    assertThat(
            refused(
                    judge(
                        SCANNER.attestation(
                            Digest.parse("sha256:" + "f".repeat(64)),
                            Predicates.VULN,
                            Predicates.vuln(MONDAY, Predicates.trivy(MONDAY, "LOW")))))
                .problem())
        .contains("it is about another image");
    assertThat(
            refused(
                    judge(
                        SCANNER.attestation(
                            DIGEST, Predicates.CYCLONEDX, Map.of("bomFormat", "CycloneDX"))))
                .problem())
        .contains(
            "it is by scanner, but it is a list of contents (CycloneDX), where a scan report");
    assertThat(refused(judge()).problem())
        .isEqualTo("the image has no scan report attested by scanner");
  }

  @Test
  void noDenialRestsOnWhatIsRememberedAlone() {
    FakeFacts facts = facts(found(TUESDAY, "LOW"));
    Evidence<SignatureDocuments> newer = facts.get(new Signatures(WEB));
    beside(facts, List.of(SIGNER), WEB, found(MONDAY, "CRITICAL"));
    refused(judge(POLICY, facts));
    facts.recently(new Signatures(WEB), newer);
    assertThat(judge(POLICY, facts)).isInstanceOf(Outcome.Pass.class);
  }

  @Test
  void whereAPartCouldNotBeReadTheNewestIsNotKnown() {
    FakeFacts facts = facts(found(MONDAY, "LOW"));
    SignatureDocuments whole =
        ((Evidence.Present<SignatureDocuments>) facts.get(new Signatures(WEB))).value();
    Doubt doubt = Doubt.of(Cause.UNREACHABLE, "the referrers could not be read");
    SignatureDocuments half = new SignatureDocuments(WEB, whole.documents(), List.of(doubt));
    facts.present(new Signatures(WEB), half);
    facts.present(
        new EvidenceKey.Proofs(half, SIGNER.signer()),
        new ProofsDerivation(InstantSource.fixed(FakeFacts.NOW))
            .derive(new EvidenceKey.Proofs(half, SIGNER.signer())));
    assertThat(judge(POLICY, facts)).isEqualTo(Outcome.unknown(doubt));
  }

  @Test
  void ofAnIndexEachPartNeedsItsOwn() {
    PinnedImage child = new PinnedImage(WEB.in(), Digest.parse("sha256:" + "c".repeat(64)));
    FakeFacts facts = facts(found(MONDAY, "LOW"));
    facts.present(
        new Manifest(WEB),
        new ImageManifest.Index(
            Bytes.EMPTY,
            "index",
            List.of(new ImageManifest.Child(child.digest(), "image", Optional.empty()))));
    facts.absent(new Signatures(child));
    assertThat(refused(judge(POLICY, facts)).fix()).contains(child.toString());
  }

  @Test
  void signersAreNeededAndNeededOnlyHere() {
    assertThatThrownBy(() -> parameters(ScanSource.ATTESTATION, List.of(), null))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("only what they have signed counts");
    assertThatThrownBy(() -> parameters(ScanSource.HARBOR, List.of(SIGNER), null))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("are not signed");
    assertThatThrownBy(() -> parameters(ScanSource.ATTESTATION, List.of(SIGNER, SIGNER), null))
        .hasMessageContaining("is there twice");
  }
}
