package dev.tidegate.app;

import static dev.tidegate.app.ImagesFixture.allowed;
import static dev.tidegate.app.ImagesFixture.message;
import static dev.tidegate.app.ImagesFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.net.Credentials;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.policy.PolicyFile;
import dev.tidegate.testkit.RegistryDouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    gate =
        new ImagesFixture(
            Hosts.of(host),
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
                        .formatted(harbor.name()))));
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
            "{\"%s\":{\"generated_at\":\"2026-11-25T11:00:00Z\",\"scanner\":{\"name\":\"Trivy\",\"vendor\":\"Aqua Security\",\"version\":\"v0.70.0\"},\"vulnerabilities\":[%s]}}"
                .formatted(MIME, items)));
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
  void whileHarborFailsNothingIsClean() {
    harbor.instead(asked -> asked.path().startsWith("/api/"), RegistryDouble.status(500, "{}"));
    JsonNode response = gate.create(pod(harbor.name() + "/shop/web:1"));
    assertThat(allowed(response)).isFalse();
    assertThat(message(response)).contains("could not");
  }
}
