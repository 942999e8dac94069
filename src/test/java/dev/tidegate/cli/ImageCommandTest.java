package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.IndexWalk;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.testkit.TestSigstore;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tidegate image}, and {@code check} with registries. */
class ImageCommandTest {
  @TempDir Path directory;

  private final RegistryDouble registry = RegistryDouble.start();
  private final CosignSigner release = CosignSigner.create();
  private final CosignSigner stranger = CosignSigner.create();
  private PinnedImage web;
  private String hosts = "";
  private String policies = "";

  @BeforeEach
  void prepare() throws IOException {
    web = registry.image("shop/web", "1", "1000", "web");
    Path file = directory.resolve("hosts.yaml");
    Files.writeString(
        file,
        "apiVersion: tidegate.dev/v1alpha1\nkind: Hosts\nhosts: {\""
            + registry.name()
            + "\": {plainHttp: true}}\n");
    hosts = file.toString();
    Path folder = Files.createDirectory(directory.resolve("policies"));
    policies = folder.toString();
    Files.writeString(folder.resolve("release.pub"), release.pem());
    Files.writeString(
        folder.resolve("policy.yaml"),
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: GatePolicy
        metadata: {name: signed}
        spec:
          mode: enforce
          checks:
            imageReference: {requireDigest: pin}
            imageSignature:
              rules:
              - images: ["%s/**"]
                signers: [{name: release, key: {file: release.pub}}]
            nonRoot: {}
        """
            .formatted(registry.name()));
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private void sign(CosignSigner signer) {
    var layer = signer.layer(web.digest(), Map.of("env", "production"));
    registry.signature(web, layer.payload().toArray(), layer.annotations());
  }

  private String image() {
    return registry.name() + "/shop/web:1";
  }

  @Test
  void withoutPoliciesWhatIsThereIsShown() {
    CliRun run = CliRun.of("image", image(), "--hosts", hosts);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .isEqualTo(
            image()
                + "\n  digest      "
                + web.digest()
                + "\n  media type  application/vnd.oci.image.manifest.v1+json\n"
                + "  platform    linux/amd64, user 1000\n"
                + "  signatures  none\n");
    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
  }

  @Test
  void everySignatureIsShownWithWhyItCountsOrDoesNot() {
    sign(stranger);
    sign(release);
    CliRun run = CliRun.of("image", image(), "--hosts", hosts, "--policy", policies, "--explain");
    assertThat(run.out())
        .contains(
            ".sig, layer 1: signature\n      does not count for release: it is not by the key "
                + release.key().id())
        .contains(
            ".sig, layer 2: signature\n      counts for release: signed by " + release.key().id())
        .contains("policy signed, imageSignature: passes")
        .doesNotContain("nonRoot")
        .contains("HEAD " + registry.name() + " /v2/shop/web/manifests/1: 200, ")
        .contains(
            "  remembered\n    tag: "
                + web.digest()
                + ", read now\n    manifest: known, read now\n")
        .contains("\n    signatures: 2 beside it, read now\n");
    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
  }

  @Test
  void whatIsOutsideASignersTimeIsNotSaidToCount() throws IOException {
    sign(release);
    Path policy = directory.resolve("policies/policy.yaml");
    String before = Files.readString(policy);
    Files.writeString(policy, before.replace("release.pub}", "release.pub, until: 2026-01-01}"));
    CliRun ended = CliRun.of("image", image(), "--hosts", hosts, "--policy", policies);
    assertThat(ended.out())
        .contains(
            "does not count for release: the key ended at 2026-01-02T00:00:00Z, and nothing proves"
                + " that it is older; it is signed by "
                + release.key().id())
        .contains("policy signed, imageSignature: refuses");

    Files.writeString(directory.resolve("policies/root.json"), new TestSigstore().trustedRoot());
    Files.writeString(
        policy,
        before.replace(
            "release.pub}", "release.pub}, trustRoot: {file: root.json}, notBefore: 2026-01-01"));
    CliRun early = CliRun.of("image", image(), "--hosts", hosts, "--policy", policies);
    assertThat(early.out())
        .contains("does not count for release: nothing trusted tells when it was signed");
    assertThat(early.status()).isEqualTo(ExitStatus.REFUSED);
  }

  @Test
  void aRefusalIsToldWithItsFixAndAsJson() throws IOException {
    sign(stranger);
    CliRun run = CliRun.of("image", image(), "--hosts", hosts, "--policy", policies, "-o", "json");
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    JsonNode report = Json.MAPPER.readTree(run.out());
    assertThat(report.at("/digest").asText()).isEqualTo(web.digest().toString());
    assertThat(report.at("/platforms/0/user").asText()).isEqualTo("1000");
    assertThat(report.at("/signatures/0/signers/0/counts").asBoolean(true)).isFalse();
    assertThat(report.at("/policies").toString()).contains("refuses", "fix: sign it");
  }

  /** An index in an index, signed at the root, in the middle and at one image of each level. */
  @Test
  void documentsBesideThePartsOfAnIndexAreShownWithThePart() throws IOException {
    PinnedImage amd = registry.image("shop/all", "amd", "1000", "amd");
    PinnedImage arm = registry.image("shop/all", "arm", "0", "arm");
    PinnedImage inner = registry.index("shop/all", "inner", Map.of("arm64", arm));
    PinnedImage all = registry.index("shop/all", "1", Map.of("arm64", inner, "amd64", amd));
    for (PinnedImage one : List.of(all, inner, arm)) {
      registry.signature(one, release);
    }
    CliRun run =
        CliRun.of("image", registry.name() + "/shop/all:1", "--hosts", hosts, "--policy", policies);
    assertThat(run.out())
        .contains("linux/amd64, user 1000, " + amd.digest())
        .contains("linux/arm64, user 0, " + arm.digest())
        .contains("layer 1: signature\n      counts for release")
        .contains("layer 1: signature, beside the part " + inner.digest() + "\n      counts for")
        .contains("layer 1: signature, beside the part " + arm.digest() + "\n      counts for")
        .doesNotContain("beside the part " + amd.digest());

    CliRun json =
        CliRun.of("image", registry.name() + "/shop/all:1", "--hosts", hosts, "-o", "json");
    JsonNode signatures = Json.MAPPER.readTree(json.out()).at("/signatures");
    assertThat(signatures).hasSize(3);
    assertThat(signatures.get(0).has("part")).isFalse();
    assertThat(signatures.findValuesAsText("part"))
        .containsExactlyInAnyOrder(inner.digest().toString(), arm.digest().toString());
  }

  @Test
  void partsAreReadUpToABound() {
    Map<String, PinnedImage> parts = new TreeMap<>();
    for (int i = 0; i <= IndexWalk.MOST; i++) {
      parts.put("p" + i, registry.image("shop/many", "p" + i, "1000", "part " + i));
    }
    registry.index("shop/many", "1", parts);
    CliRun run = CliRun.of("image", registry.name() + "/shop/many:1", "--hosts", hosts);
    assertThat(run.out().lines().filter(line -> line.startsWith("  platform ")))
        .hasSize(IndexWalk.MOST);
    assertThat(run.out()).contains("more than 64 parts; the rest is not looked at");
    assertThat(run.status()).isEqualTo(ExitStatus.UNDECIDED);
  }

  @Test
  void allPartsOfALevelAreReadAtOnce() {
    Map<String, PinnedImage> parts = new TreeMap<>();
    for (String part : List.of("amd64", "arm64", "s390x")) {
      parts.put(part, registry.image("shop/some", part, "1000", part));
    }
    registry.index("shop/some", "1", parts);
    CountDownLatch all = new CountDownLatch(parts.size());
    registry.instead(
        asked -> asked.path().contains("/blobs/"),
        exchange -> {
          all.countDown();
          try {
            // One after the other they would wait here for ever, and not be answered.
            if (all.await(60, TimeUnit.SECONDS)) {
              registry.normally(
                  exchange,
                  new RegistryDouble.Asked(
                      "GET", exchange.getRequestURI().getRawPath(), "", Map.of()));
            }
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
        });
    CliRun run = CliRun.of("image", registry.name() + "/shop/some:1", "--hosts", hosts);
    assertThat(run.out()).contains("linux/amd64, user", "linux/arm64, user", "linux/s390x, user");
    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
  }

  @Test
  void whatIsNotThereAndWhatCannotBeKnownAreToldApart() {
    CliRun none = CliRun.of("image", registry.name() + "/shop/web:none", "--hosts", hosts);
    assertThat(none.out()).contains("the registry has no ");
    assertThat(none.status()).isEqualTo(ExitStatus.REFUSED);

    CliRun elsewhere = CliRun.of("image", "evil.example/a:1", "--hosts", hosts);
    assertThat(elsewhere.out()).contains("is not among the configured hosts");
    assertThat(elsewhere.status()).isEqualTo(ExitStatus.UNDECIDED);

    registry.instead(asked -> true, RegistryDouble.status(500, ""));
    assertThat(CliRun.of("image", image(), "--hosts", hosts).status())
        .isEqualTo(ExitStatus.UNDECIDED);
  }

  @Test
  void whatCannotBeUsedIsAnErrorOfUsage() {
    assertThat(CliRun.of("image", "not an image", "--hosts", hosts).status())
        .isEqualTo(ExitStatus.USAGE);
    assertThat(CliRun.of("image", image(), "--hosts", "absent.yaml").err())
        .contains("absent.yaml", "cannot be read");
    assertThat(CliRun.of("image", image(), "--hosts", hosts, "-o", "xml").err())
        .contains("--output text or --output json");
  }

  @Test
  void checkJudgesManifestsByTheirSignatures() throws IOException {
    Path manifest = directory.resolve("pod.yaml");
    Files.writeString(
        manifest,
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: shop}
        spec:
          securityContext: {runAsNonRoot: true}
          containers: [{name: web, image: "%s"}]
        """
            .formatted(image()));
    String[] check = {"check", "-f", manifest.toString(), "--policy", policies, "--hosts", hosts};
    assertThat(CliRun.of(check).status()).isEqualTo(ExitStatus.REFUSED);
    sign(release);
    CliRun signed = CliRun.of(check);
    assertThat(signed.status()).as(signed.out()).isEqualTo(ExitStatus.PASS);

    CliRun without = CliRun.of("check", "-f", manifest.toString(), "--policy", policies);
    assertThat(without.status()).isEqualTo(ExitStatus.UNDECIDED);
    assertThat(without.out()).contains("not among the configured hosts");
  }

  @Test
  void aReportOfTrivyIsJudgedWithTheImageThatItIsAbout() throws IOException {
    Files.writeString(
        Path.of(policies).resolve("policy.yaml"),
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: GatePolicy
        metadata: {name: scanned}
        spec: {mode: enforce, checks: {imageScan: {source: report, denySeverity: High}}}
        """);
    Path report = directory.resolve("report.json");
    Files.writeString(
        report,
        """
        {"SchemaVersion": 2, "CreatedAt": "2026-11-25T11:00:00Z", "ArtifactName": "web",
         "ArtifactType": "container_image", "Metadata": {"RepoDigests": ["%s"]},
         "Results": [{"Target": "web", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [
           {"VulnerabilityID": "CVE-2026-7", "PkgName": "zlib", "InstalledVersion": "1.2",
            "FixedVersion": "1.3", "Severity": "CRITICAL", "Status": "fixed"}]}]}
        """
            .formatted(web));
    String[] image = {
      "image", web.toString(), "--hosts", hosts, "--policy", policies, "--scan", report.toString()
    };
    CliRun run = CliRun.of(image);
    assertThat(run.out()).contains("imageScan: refuses", "CVE-2026-7", "zlib");
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);

    Files.writeString(report, Files.readString(report).replace("CRITICAL", "LOW"));
    assertThat(CliRun.of(image).status()).isEqualTo(ExitStatus.PASS);
    Files.writeString(report, "{}");
    assertThat(CliRun.of(image).status()).isEqualTo(ExitStatus.USAGE);
  }

  /** Commands know what the server knows, Harbor included. */
  @Test
  void scansOfHarborAreAskedForAndJudged() throws IOException {
    Files.writeString(
        Path.of(policies).resolve("policy.yaml"),
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: GatePolicy
        metadata: {name: scanned}
        spec: {mode: enforce, checks: {imageScan: {source: harbor, denySeverity: High}}}
        """);
    registry.instead(
        asked -> asked.path().startsWith("/api/v2.0/"), RegistryDouble.status(500, "{}"));
    CliRun run = CliRun.of("image", image(), "--hosts", hosts, "--policy", policies);
    assertThat(registry.lines()).anyMatch(line -> line.contains("/api/v2.0/projects/shop/"));
    assertThat(run.out()).contains("imageScan: could not decide", "failed (500)");
    assertThat(run.status()).isEqualTo(ExitStatus.UNDECIDED);
  }
}
