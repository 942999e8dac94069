package dev.tidegate.policy;

import static dev.tidegate.policy.Judging.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.Checks;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.testkit.FakeSignatures;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said about blocks of imageScan. */
class ScanPolicyTest {
  private static Loaded load(String block) {
    return new PolicyLoader(
            Checks.all(), InstantSource.fixed(Judging.NOW), Duration.ofDays(90), TrustRoot::new)
        .load(
            List.of(
                new PolicyFile(
                    "p.yaml", policy("mode: enforce, checks: {imageScan: {" + block + "}}"))));
  }

  private static String only(Loaded loaded) {
    assertThat(loaded.problems()).hasSize(1);
    return loaded.problems().getFirst().severity() + " " + loaded.problems().getFirst();
  }

  @Test
  void aPermissionThatHasEndedIsTold() {
    Loaded loaded =
        load(
            "denySeverity: High, allow: [{cve: CVE-2026-0001, until: 2026-11-24, reason: r, owner:"
                + " o}]");
    assertThat(loaded.set()).isPresent();
    assertThat(only(loaded))
        .isEqualTo(
            "WARNING p.yaml:4: spec.checks.imageScan.allow[0].until: the entry for CVE-2026-0001"
                + " ended at 2026-11-25T00:00:00Z and allows nothing. Fix: remove it, or have it"
                + " approved anew with a later end.");
  }

  @Test
  void graceIsBounded() {
    assertThat(load("denySeverity: High, grace: 90d").set()).isPresent();
    assertThat(only(load("denySeverity: High, grace: 91d")))
        .contains("spec.checks.imageScan.grace: is not between 0s and 90d");
  }

  @Test
  void attestedResultsNeedSomebodyWhoMayAttestThem() {
    String signers =
        "signers: [{name: a, key: {pem: \""
            + FakeSignatures.text("qa.pub").strip().replace("\n", "\\n")
            + "\"}}]";
    assertThat(load("denySeverity: High, source: attestation, " + signers).problems()).isEmpty();
    assertThat(only(load("denySeverity: High, source: attestation")))
        .contains(
            "spec.checks.imageScan.signers: is missing: with source: attestation only what they"
                + " have signed counts. Fix: name who may attest scan reports");
    assertThat(only(load("denySeverity: High, source: harbor, " + signers)))
        .contains("spec.checks.imageScan.signers: is there, but results of source: harbor");
    assertThat(only(load("denySeverity: High, source: attestation, grace: 7d, " + signers)))
        .contains("spec.checks.imageScan.grace: is there, but of attested results nobody knows");
  }

  @Test
  void thePolicyOfTheDesignIsUnderstood() {
    assertThat(
            load("onUnknown: deny, source: harbor, denySeverity: High, onlyFixable: true, maxAge:"
                    + " 7d, notScanned: wait, allow: [{cve: CVE-2023-4911, until: 2026-12-31,"
                    + " reason: \"not reachable\", owner: platform-security}],"
                    + " projectAllowLists: [{project: payments, maxSeverity: Medium}],"
                    + " platforms: [linux/amd64]")
                .problems())
        .isEmpty();
  }

  @Test
  void severitiesAreSuggested() {
    assertThat(only(load("denySeverity: high"))).contains("did you mean High?");
  }
}
