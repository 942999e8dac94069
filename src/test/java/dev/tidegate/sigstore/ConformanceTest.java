package dev.tidegate.sigstore;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.evidence.VerificationKey;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.testkit.Corpus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The verification cases of sigstore-conformance: each must come out as it says. */
class ConformanceTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("sigstore-conformance");

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));

  /** Why cases fail that do not fail for their log entry or timestamp. */
  private static final Map<String, Reason> REASONS =
      Stream.of(
              entry(
                  Reason.MALFORMED,
                  "bundle-empty-certificate-chain bundle-invalid-base64-signature bundle-malformed-json bundle-negative-log-index bundle-unknown-version bundle-with-root-cert intoto-missing-inclusion-proof rekor2-no-inclusion-proof invalid-inclusion-proof"),
              entry(Reason.NOT_LOGGED, "bundle-from-wrong-instance"),
              entry(
                  Reason.BAD_SIGNATURE,
                  "dsse-invalid-sig rekor2-dsse-invalid-sig signature-mismatch"),
              entry(Reason.OTHER_SIGNER, "managed-key-no-key managed-key-wrong-key"),
              entry(Reason.OTHER_IMAGE, "message-digest-mismatch wrong-material"),
              entry(Reason.BAD_CERTIFICATE, "invalid-ct-key"),
              entry(
                  Reason.BAD_TIME,
                  "intoto-expired-certificate intoto-set-outside-signing-cert-validity intoto-tsa-timestamp-outside-cert-validity rekor2-no-timestamp rekor2-timestamp-with-incorrect-time"))
          .flatMap(one ->
              Arrays.stream(one.getValue().split(" ")).map(name -> entry(name, one.getKey())))
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

  @TestFactory
  Stream<DynamicTest> everyCase() {
    List<DynamicTest> tests = new ArrayList<>();
    CORPUS
        .index()
        .get("cases")
        .forEach(
            one -> tests.add(DynamicTest.dynamicTest(one.get("case").asText(), () -> judge(one))));
    return tests.stream();
  }

  private static void judge(JsonNode one) {
    CORPUS.ran();
    String outcome;
    boolean passed;
    try {
      BundleVerifier.Result result =
          new BundleVerifier(CLOCK)
              .verify(
                  Bytes.copyOf(CORPUS.bytes(one.get("bundle").asText())),
                  new Digest("sha256", one.get("artifactSha256").asText()),
                  signer(one, CORPUS));
      outcome = result.toString();
      if (result instanceof BundleVerifier.Failed failed) {
        String name = one.get("case").asText().replace("_fail", "");
        assertThat(failed.reason())
            .as(outcome)
            .isEqualTo(REASONS.getOrDefault(name, Reason.BAD_LOG_ENTRY));
      }
      passed = result instanceof BundleVerifier.Verified;
    } catch (BadValue badRoot) {
      outcome = badRoot.getMessage();
      passed = false;
    }
    assertThat(outcome).doesNotContain("Exception");
    assertThat(passed)
        .as(one.path("why").asText() + ": " + outcome)
        .isEqualTo(one.get("expected").asText().equals("pass"));
  }

  /** Who must have signed the bundle of the case {@code one}. */
  static Signer signer(JsonNode one, Corpus corpus) {
    TrustRoot root = TrustRoots.read(Bytes.copyOf(corpus.bytes(one.get("trustedRoot").asText())));
    if (one.has("key")) {
      return new Signer.ByKey(
          VerificationKey.parse(corpus.text(one.get("key").asText())),
          TransparencyLog.REQUIRED,
          Optional.of(root));
    }
    return new Signer.ByIdentity(
        IdentityPattern.exactly(one.get("issuer").asText()),
        IdentityPattern.exactly(one.get("identity").asText()),
        Map.of(),
        TransparencyLog.REQUIRED,
        root,
        true);
  }
}
