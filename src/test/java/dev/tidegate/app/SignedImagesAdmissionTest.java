package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.admission.Decision;
import dev.tidegate.net.Hosts;
import dev.tidegate.policy.PolicyFile;
import dev.tidegate.testkit.Corpus;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Images that real cosign has signed, through a registry, the store, the policy language and both
 * calls of the API server.
 */
class SignedImagesAdmissionTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("signed-images");

  private static final RegistryDouble REGISTRY = RegistryDouble.start();

  @BeforeAll
  static void load() {
    REGISTRY.load(CORPUS.directory().resolve("v2-data"));
  }

  @AfterAll
  static void stop() {
    REGISTRY.close();
  }

  @TestFactory
  Stream<DynamicTest> everyCaseThatAsksForASignature() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode one : CORPUS.json("expected.json").get("cases")) {
      if (one.at("/policy/type").asText().equals("signature")) {
        tests.add(DynamicTest.dynamicTest(one.get("name").asText(), () -> judge(one)));
      }
    }
    assertThat(tests).hasSizeGreaterThan(30);
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> everyCaseThatAsksForAnAttestation() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode one : CORPUS.json("expected.json").get("cases")) {
      if (one.at("/policy/type").asText().equals("attestation")) {
        tests.add(DynamicTest.dynamicTest(one.get("name").asText(), () -> judge(one)));
      }
    }
    assertThat(tests).hasSizeGreaterThanOrEqualTo(5);
    return tests.stream();
  }

  /** The reports in the vulnerability attestations, and what each must lead to. */
  @TestFactory
  Stream<DynamicTest> everyAttestedScanReport() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode one : CORPUS.json("expected.json").get("cases")) {
      JsonNode policy = one.get("policy");
      if (policy.path("predicateType").asText().endsWith("/vuln/v1")) {
        tests.add(DynamicTest.dynamicTest(one.get("name").asText(), () -> scan(one)));
      }
    }
    assertThat(tests).hasSizeGreaterThanOrEqualTo(3);
    return tests.stream();
  }

  private static void scan(JsonNode one) {
    CORPUS.ran();
    boolean critical = one.get("name").asText().equals("c-vuln-keyless");
    try (ImagesFixture gate =
        new ImagesFixture(Hosts.of(REGISTRY.host()), policies(one.get("policy"), true))) {
      JsonNode response = gate.create(ImagesFixture.pod(image(one)));
      assertThat(gate.defects).isEmpty();
      assertThat(ImagesFixture.allowed(response))
          .as(ImagesFixture.message(response))
          .isEqualTo(!critical);
      if (critical) {
        assertThat(response.at("/status/code").asInt()).isEqualTo(403);
        assertThat(ImagesFixture.message(response)).contains("CVE-2026-31337");
      }
    }
  }

  private static String image(JsonNode one) {
    return REGISTRY.name()
        + "/"
        + one.get("repository").asText()
        + (one.get("verifyBy").asText().equals("digest")
            ? "@" + one.get("digest").asText()
            : ":" + one.get("tag").asText());
  }

  private static void judge(JsonNode one) {
    CORPUS.ran();
    boolean signature = one.at("/policy/type").asText().equals("signature");
    try (ImagesFixture gate =
        new ImagesFixture(Hosts.of(REGISTRY.host()), policies(one.get("policy"), false))) {
      JsonNode response = gate.create(ImagesFixture.pod(image(one)));
      assertThat(gate.defects).isEmpty();
      assertThat(ImagesFixture.allowed(response))
          .as(ImagesFixture.message(response))
          .isEqualTo(one.get("expected").asText().equals("pass"));
      if (ImagesFixture.allowed(response)) {
        assertThat(logged(gate)).contains(signature ? " is signed by s" : ", attested by s");
      } else {
        assertThat(response.at("/status/code").asInt())
            .as("decided, and not merely undecided")
            .isEqualTo(403);
        assertThat(ImagesFixture.message(response))
            .contains(signature ? "imageSignature" : "imageAttestation")
            .contains(
                one.get("expected").asText().equals("absent")
                        && one.get("discovery").asText().equals("none")
                    ? "there is no signature at all"
                    : "");
      }
    }
  }

  /** The proofs in the log's line about the last decision. */
  private static String logged(ImagesFixture gate) {
    Decision last = gate.decisions.stream().reduce((before, after) -> after).orElseThrow();
    try {
      return Json.MAPPER
          .readTree(DecisionLine.of(last, ImagesFixture.START))
          .at("/tidegate/checks")
          .findPath("proofs")
          .toString();
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }

  private static List<PolicyFile> policies(JsonNode policy, boolean scan) {
    List<PolicyFile> files = new ArrayList<>();
    ObjectNode document = Json.MAPPER.createObjectNode();
    document.put("apiVersion", "tidegate.dev/v1alpha1").put("kind", "GatePolicy");
    document.putObject("metadata").put("name", "signed");
    ObjectNode spec = document.putObject("spec").put("mode", "enforce");
    ObjectNode checks = spec.putObject("checks");
    checks
        .putObject("imageReference")
        .put("requireDigest", "pin")
        .putArray("registries")
        .add(REGISTRY.name());
    ObjectNode rule;
    if (scan) {
      rule =
          checks
              .putObject("imageScan")
              .put("source", "attestation")
              .put("denySeverity", "High")
              .put("notScanned", "deny");
    } else {
      boolean signature = policy.get("type").asText().equals("signature");
      rule =
          checks
              .putObject(signature ? "imageSignature" : "imageAttestation")
              .putArray("rules")
              .addObject();
      rule.putArray("images").add(REGISTRY.name() + "/**");
      if (!signature) {
        rule.put("type", type(policy.get("predicateType").asText()));
      }
    }
    if (policy.has("annotations")) {
      rule.set("annotations", policy.get("annotations"));
    }
    ArrayNode signers = rule.putArray("signers");
    for (JsonNode authority : policy.get("authorities")) {
      ObjectNode signer = signers.addObject().put("name", "s" + signers.size());
      if (authority.has("key")) {
        String name = authority.get("key").asText().replace("keys/", "");
        signer.putObject("key").put("file", name);
        files.add(new PolicyFile(name, CORPUS.text(authority.get("key").asText())));
      } else {
        ObjectNode keyless = signer.putObject("keyless");
        for (String field : List.of("issuer", "issuerRegExp", "subject", "subjectRegExp")) {
          if (authority.has(field)) {
            keyless.set(field, authority.get(field));
          }
        }
      }
      if (policy.get("transparencyLog").asText().equals("required")) {
        signer.put("transparencyLog", "required");
      }
      if (policy.has("trustedRoot")) {
        signer.putObject("trustRoot").put("file", "trusted_root.json");
      }
    }
    if (policy.path("require").asText().equals("all")) {
      rule.put("atLeast", signers.size());
    }
    if (policy.has("trustedRoot")) {
      files.add(new PolicyFile("trusted_root.json", CORPUS.text("trusted_root.json")));
    }
    files.add(new PolicyFile("policy.json", document.toString()));
    return files;
  }

  private static String type(String predicateType) {
    return switch (predicateType) {
      case "https://cosign.sigstore.dev/attestation/vuln/v1" -> "vuln";
      case "https://cyclonedx.org/bom" -> "cyclonedx";
      default -> predicateType;
    };
  }
}
