package dev.tidegate.app;

import static dev.tidegate.app.ImagesFixture.allowed;
import static dev.tidegate.app.ImagesFixture.message;
import static dev.tidegate.app.ImagesFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.ScanSource;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Credentials;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.policy.PolicyFile;
import dev.tidegate.policy.PolicySet;
import dev.tidegate.store.Archive;
import dev.tidegate.testkit.RegistryDouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods whose images Harbor has scanned: its API over HTTP, the store, the check, both calls. */
class HarborAdmissionTest {
  private static final String MIME = "application/vnd.security.vulnerability.report; version=1.1";

  @TempDir Path directory;

  private final RegistryDouble harbor = RegistryDouble.start();
  private PinnedImage web;
  private Hosts hosts;
  private ImagesFixture gate;

  @BeforeEach
  void push() throws IOException {
    web = harbor.image("shop/web", "1", "1000", "first");
    Path password = directory.resolve("password");
    Files.writeString(password, "secret");
    Host plain = harbor.host();
    Host host =
        new Host(
            plain.name(),
            plain.endpoint(),
            plain.tls(),
            Optional.of(new Credentials.Basic("robot$tidegate", password)),
            plain.tokenRealms(),
            plain.redirects(),
            Optional.of(directory.resolve("callbacks")),
            16,
            1000);
    hosts = Hosts.of(host);
    gate = started(Optional.empty());
  }

  private ImagesFixture started(Optional<Archive> archive) {
    return new ImagesFixture(
        hosts,
        List.of(
            new PolicyFile(
                "policy.yaml",
                """
                apiVersion: tidegate.dev/v1alpha1
                kind: GatePolicy
                metadata: {name: scanned}
                spec:
                  mode: enforce
                  checks:
                    imageReference: {registries: ["%s"], requireDigest: pin}
                    imageScan: {source: harbor, denySeverity: High, onlyFixable: true}
                """
                    .formatted(harbor.name()))),
        archive,
        Duration.ZERO);
  }

  private Archive file() {
    return ImagesFixture.file(directory, gate.defects);
  }

  @AfterEach
  void stop() {
    assertThat(gate.defects).isEmpty();
    gate.close();
    harbor.close();
  }

  private String api() {
    return "/api/v2.0/projects/shop/repositories/web/artifacts/" + web.digest();
  }

  private void scanned(String status, String items, int total) {
    scanned(status, items, total, "2026-11-25T11:00:00Z");
  }

  private void scanned(String status, String items, int total, String at) {
    harbor.instead(
        asked -> asked.path().equals(api()),
        RegistryDouble.status(
            200,
            "{\"digest\":\"%s\",\"repository_name\":\"shop/web\",\"addition_links\":{\"vulnerabilities\":{}}%s}"
                .formatted(
                    web.digest(),
                    status.isEmpty()
                        ? ""
                        : ",\"scan_overview\":{\"%s\":{\"scan_status\":\"%s\",\"summary\":{\"total\":%d}}}"
                            .formatted(MIME, status, total))));
    harbor.instead(
        asked -> asked.path().equals(api() + "/additions/vulnerabilities"),
        RegistryDouble.status(
            200,
            "{\"%s\":{\"generated_at\":\"%s\",\"scanner\":{\"name\":\"Trivy\",\"vendor\":\"Aqua Security\",\"version\":\"v0.70.0\"},\"vulnerabilities\":[%s]}}"
                .formatted(MIME, at, items)));
  }

  private static String item(String id, String severity, String fix) {
    return "{\"id\":\"%s\",\"package\":\"openssl\",\"version\":\"1.0\",\"fix_version\":\"%s\",\"severity\":\"%s\"}"
        .formatted(id, fix, severity);
  }

  @Test
  void aCleanImageIsAdmittedAndThenWithoutACall() {
    scanned("Success", item("CVE-2026-1", "Medium", "1.1"), 1);
    JsonNode response = gate.create(pod(harbor.name() + "/shop/web:1"));
    assertThat(allowed(response)).as(message(response)).isTrue();
    assertThat(harbor.asked().stream().filter(asked -> asked.path().startsWith("/api/")))
        .isNotEmpty()
        .allSatisfy(asked -> assertThat(asked.headers().get("Authorization")).startsWith("Basic "));

    harbor.forget();
    assertThat(allowed(gate.validate(pod(web.toString())))).isTrue();
    assertThat(harbor.lines()).isEmpty();
  }

  @Test
  void whatCanBeFixedAndIsSevereIsRefusedWithTheFix() {
    scanned(
        "Success", item("CVE-2026-2", "Critical", "1.2") + "," + item("CVE-2026-3", "High", ""), 2);
    JsonNode response = gate.create(pod(harbor.name() + "/shop/web:1"));
    assertThat(allowed(response)).isFalse();
    assertThat(message(response))
        .contains("imageScan", "CVE-2026-2", "openssl", "1.2")
        .doesNotContain("CVE-2026-3");
  }

  @Test
  void aScanThatEndsChangesTheNextAdmission() {
    scanned("", "", 0);
    JsonNode before = gate.create(pod(harbor.name() + "/shop/web:1"));
    assertThat(allowed(before)).isFalse();
    scanned("Success", item("CVE-2026-1", "Low", ""), 1);
    gate.pass(Duration.ofSeconds(11));
    assertThat(allowed(gate.create(pod(harbor.name() + "/shop/web:1")))).isTrue();
  }

  @Test
  void aNewFindingIsSeenWithinMinutesWithoutACallback() {
    scanned("Success", item("CVE-2026-1", "Low", ""), 1);
    assertThat(allowed(gate.create(pod(harbor.name() + "/shop/web:1")))).isTrue();
    scanned("Success", item("CVE-2026-9", "Critical", "2"), 1);
    gate.pass(Duration.ofMinutes(6));
    gate.validate(pod(web.toString())); // is answered from memory and renews it
    await()
        .untilAsserted(
            () -> assertThat(message(gate.validate(pod(web.toString())))).contains("CVE-2026-9"));
  }

  @Test
  void theLastGoodReportOutlivesARestartInTheMiddleOfTheNextScan() {
    gate.close();
    gate = started(Optional.of(file()));
    await().until(() -> gate.store.stats().archiveUsable());
    scanned("Success", item("CVE-2026-1", "Low", ""), 1);
    assertThat(allowed(gate.validate(pod(web.toString())))).isTrue();
    gate.close();

    gate = started(Optional.of(file()));
    await().until(() -> gate.store.stats().archiveUsable());
    scanned("Running", "", 0);
    gate.pass(Duration.ofHours(30)); // longer than what the file has may answer by itself
    JsonNode response = gate.validate(pod(web.toString()));
    assertThat(allowed(response)).as(message(response)).isTrue();
    gate.close();

    gate = started(Optional.empty());
    assertThat(allowed(gate.validate(pod(web.toString())))).isFalse();
  }

  private static final String CRITICAL = item("CVE-2026-9", "Critical", "2");

  private static ObjectNode in(String namespace, ObjectNode review) {
    ((ObjectNode) review.get("request")).put("namespace", namespace);
    ((ObjectNode) review.at("/request/object/metadata")).put("namespace", namespace);
    return review;
  }

  /** Tolerates for a week what is found in images that run already. */
  private void withGrace() {
    gate.policies.set(
        ImagesFixture.load(
            List.of(
                new PolicyFile(
                    "policy.yaml",
                    """
                    apiVersion: tidegate.dev/v1alpha1
                    kind: GatePolicy
                    metadata: {name: scanned}
                    spec:
                      mode: enforce
                      checks:
                        imageScan: {source: harbor, denySeverity: High, onlyFixable: true, grace: 7d}
                    ---
                    apiVersion: tidegate.dev/v1alpha1
                    kind: Exemption
                    metadata: {name: early}
                    spec:
                      checks: [imageScan]
                      namespaces: [exempted]
                      container: {image: "%s/shop/web"}
                      owner: o
                      reason: r
                      ticket: T-1
                      until: 2027-01-31
                    """
                        .formatted(harbor.name()))),
            InstantSource.fixed(ImagesFixture.START)));
  }

  /** The scan of a day later shows something bad, and the gate has noticed. */
  private void found() {
    scanned("Success", CRITICAL, 1, "2026-11-26T11:00:00Z");
    gate.pass(Duration.ofDays(1));
    gate.store.renew(new EvidenceKey.Scan(web, ScanSource.HARBOR)).join();
  }

  @Test
  void whatIsFoundLaterIsToleratedForAWhileWhereTheImageRuns() {
    withGrace();
    scanned("Success", "", 0);
    assertThat(allowed(gate.validate(pod(web.toString())))).isTrue();
    found();

    JsonNode tolerated = gate.validate(pod(web.toString()));
    assertThat(allowed(tolerated)).isTrue();
    assertThat(tolerated.at("/warnings/0").asText())
        .contains("tolerated 6 more days: the image has CVE-2026-9 (Critical)");
    assertThat(tolerated.at("/auditAnnotations/decision").asText()).isEqualTo("owing");
    assertThat(allowed(gate.validate(in("elsewhere", pod(web.toString()))))).isFalse();

    // Another scan of the same begins no new grace.
    scanned("Success", CRITICAL, 1, "2026-12-02T11:00:00Z");
    gate.pass(Duration.ofDays(6));
    gate.store.renew(new EvidenceKey.Scan(web, ScanSource.HARBOR)).join();
    assertThat(gate.validate(pod(web.toString())).at("/warnings/0").asText())
        .contains("more hours");
    gate.pass(Duration.ofDays(1));
    JsonNode over = gate.validate(pod(web.toString()));
    assertThat(allowed(over)).isFalse();
    assertThat(message(over)).contains("CVE-2026-9").doesNotContain("tolerated");
  }

  @Test
  void whatDidNotPassByItsOwnMeritHasNoGrace() {
    withGrace();
    scanned("Success", "", 0);
    gate.auditOnly.set(true);
    gate.validate(pod(web.toString()));
    gate.auditOnly.set(false);
    ObjectNode dryRun = pod(web.toString());
    ((ObjectNode) dryRun.get("request")).put("dryRun", true);
    gate.validate(dryRun);
    found();
    assertThat(allowed(gate.validate(pod(web.toString())))).isFalse();
  }

  @Test
  void whatAnExemptionLetThroughHasNoGrace() {
    withGrace();
    scanned("Success", item("CVE-2026-7", "High", "2"), 1);
    assertThat(allowed(gate.validate(in("exempted", pod(web.toString()))))).isTrue();
    found();
    gate.policies.set(
        new PolicySet(
            2, "0", gate.policies.get().policies(), List.of(), gate.policies.get().denyLists()));
    assertThat(allowed(gate.validate(in("exempted", pod(web.toString()))))).isFalse();
  }

  private void scannerSays(String updated) {
    harbor.instead(
        asked -> asked.path().equals("/api/v2.0/projects/shop/scanner"),
        RegistryDouble.status(200, "{\"uuid\":\"a1\"}"));
    harbor.instead(
        asked -> asked.path().equals("/api/v2.0/scanners/a1/metadata"),
        RegistryDouble.status(
            200,
            "{\"scanner\":{\"name\":\"Trivy\",\"vendor\":\"Aqua Security\"},\"properties\":{%s}}"
                .formatted(
                    updated.isEmpty()
                        ? ""
                        : "\"harbor.scanner-adapter/vulnerability-database-updated-at\":\"%s\""
                            .formatted(updated))));
  }

  private void withDatabaseAge(String most) {
    gate.policies.set(
        ImagesFixture.load(
            ImagesFixture.scanned("maxDatabaseAge: " + most),
            InstantSource.fixed(ImagesFixture.START)));
  }

  @Test
  void T36_theAgeOfTheScannersDataCountsFromItsUpdateUpToNow() {
    scanned("Success", "", 0, "2026-11-25T11:00:00Z");
    scannerSays("2026-11-25T06:00:00Z");
    assertThat(allowed(gate.validate(pod(web.toString())))).isTrue();
    assertThat(harbor.asked())
        .as("nobody wants to know it")
        .noneMatch(asked -> asked.path().contains("scanner"));
    withDatabaseAge("1d");
    gate.pass(Duration.ofSeconds(3));
    assertThat(allowed(gate.validate(pod(web.toString())))).isTrue();
    harbor.forget();
    assertThat(allowed(gate.validate(pod(web.toString())))).isTrue();
    assertThat(harbor.lines()).as("it is remembered with the report").isEmpty();
    gate.pass(Duration.ofHours(19));
    scannerSays("2026-11-26T06:00:00Z");
    JsonNode late = gate.validate(pod(web.toString()));
    assertThat(allowed(late)).as("newer data says nothing of an older scan").isFalse();
    assertThat(message(late)).contains("data of 2026-11-25T06:00:00Z", "1 day");
    scanned("Success", "", 0, "2026-11-26T07:00:00Z");
    gate.pass(Duration.ofMinutes(6));
    assertThat(allowed(gate.validate(pod(web.toString())))).isTrue();
  }

  @Test
  void T36_dataOfUnknownAgeIsTooOldAndTheTextSaysWhatHelps() {
    withDatabaseAge("365d");
    scanned("Success", "", 0);
    scannerSays("");
    assertThat(message(gate.validate(pod(web.toString()))))
        .contains("nobody knows how old the scanner's data was", "let the gate's robot read");
    harbor.instead(asked -> asked.path().contains("/scanners/"), RegistryDouble.status(403, "{}"));
    gate.pass(Duration.ofMinutes(6));
    assertThat(allowed(gate.validate(pod(web.toString())))).isFalse();
  }

  @Test
  void whileHarborFailsNothingIsClean() {
    harbor.instead(asked -> asked.path().startsWith("/api/"), RegistryDouble.status(500, "{}"));
    JsonNode response = gate.create(pod(harbor.name() + "/shop/web:1"));
    assertThat(allowed(response)).isFalse();
    assertThat(message(response)).contains("could not");
  }
}
