package dev.tidegate.policy;

import static dev.tidegate.policy.Judging.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.Checks;
import dev.tidegate.evidence.TrustRoot;
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
  void graceIsNotPretended() {
    Loaded loaded = load("denySeverity: High, grace: 7d");
    assertThat(loaded.set()).isEmpty();
    assertThat(only(loaded))
        .contains("spec.checks.imageScan.grace: this version does not know which images passed");
  }

  @Test
  void attestedResultsNeedSomebodyWhoMayAttestThem() {
    assertThat(only(load("denySeverity: High, source: attestation")))
        .contains(
            "spec.checks.imageScan.signers: is missing: with source: attestation only what they"
                + " have signed counts. Fix: name who may attest scan reports");
    assertThat(
            only(
                load(
                    "denySeverity: High, source: harbor, signers: [{name: a, key: {file: qa.pub}}]")))
        .contains("signers");
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
