package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.PinnedImage;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.Predicates;
import dev.tidegate.testkit.RegistryDouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worked example of docs/signatures.md: its policy, and what the command shows. */
class AttestationExampleTest {
  private static final Path PAGE =
      Path.of(System.getProperty("tidegate.basedir", "."), "docs/signatures.md");
  private static final String BUILDER =
      "https://github.com/acme/builders/.github/workflows/image.yml@refs/tags/v2.1";
  private static final String SCANNED = CliRun.NOW.minusSeconds(86_400).toString();

  @TempDir Path directory;
  private final RegistryDouble registry = RegistryDouble.start();
  private final CosignSigner ci = CosignSigner.create();
  private final CosignSigner scanner = CosignSigner.create();
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
    Files.writeString(folder.resolve("ci.pub"), ci.pem());
    Files.writeString(folder.resolve("scanner.pub"), scanner.pem());
    Files.writeString(
        folder.resolve("policy.yaml"),
        block("yaml", "kind: GatePolicy").replace("registry.example.com", registry.name()));
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private static String block(String language, String with) throws IOException {
    Matcher blocks =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    while (blocks.find()) {
      if (blocks.group(1).contains(with)) {
        return blocks.group(1);
      }
    }
    throw new AssertionError("no " + language + " block with " + with);
  }

  private void attest(String branch) {
    registry.attestation(
        web,
        ci.attestationLayer(
            web.digest(),
            Predicates.SLSA_1,
            Predicates.github("https://github.com/acme/shop", branch, BUILDER)));
    registry.attestation(
        web,
        ci.attestationLayer(
            web.digest(),
            Predicates.CYCLONEDX,
            Map.of("bomFormat", "CycloneDX", "components", List.of(Map.of("name", "libc6")))));
    registry.bundle(
        web,
        scanner
            .attestation(
                web.digest(),
                Predicates.VULN,
                Predicates.vuln(SCANNED, Predicates.trivy(SCANNED, "LOW")))
            .json()
            .toArray());
  }

  private CliRun show() {
    return CliRun.of(
        "image", registry.name() + "/shop/web:1", "--hosts", hosts, "--policy", policies);
  }

  /** What is shown, with what differs from run to run as the page writes it. */
  private String written(String out) {
    return out.replace(registry.name(), "registry.example.com")
        .replace(web.digest().toString(), "sha256:2f5c…")
        .replace(web.digest().hex(), "2f5c…")
        .replace(ci.key().id(), "SHA256:1f0c…")
        .replace(scanner.key().id(), "SHA256:77ab…")
        .replaceAll("referrer [0-9a-f]{12}", "referrer 9b1d…");
  }

  @Test
  void whatThePageShowsIsWhatTheCommandSays() throws IOException {
    attest("refs/heads/feature");
    CliRun run = show();
    assertThat(written(run.out())).isEqualTo(block("text", "  digest      "));
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
  }

  @Test
  void withTheRightBranchThePolicyIsSatisfied() {
    attest("refs/heads/main");
    CliRun run = show();
    assertThat(run.out())
        .contains("counts for ci: as slsaprovenance: provenance built by " + BUILDER)
        .contains("policy attested, imageAttestation: passes")
        .contains("policy attested, imageScan: passes");
    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
  }

  @Test
  void withoutAttestationsEachIsAskedForWithItsCommand() {
    CliRun run = show();
    assertThat(run.out())
        .contains("--type slsaprovenance1 --predicate FILE")
        .contains("--type cyclonedx --predicate FILE")
        .contains("--type vuln --predicate FILE");
    assertThat(run.status()).isNotEqualTo(ExitStatus.PASS);
  }
}
