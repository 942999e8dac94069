package dev.tidegate.sigstore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.SignatureProofs.Kind;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.SignatureProofs.Rejected;
import dev.tidegate.evidence.Signer;
import dev.tidegate.testkit.Corpus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images signed by the real cosign against real Sigstore services, and spoilt copies of them. */
class SignedImagesTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("signed-images");

  private static final SignedImages IMAGES = new SignedImages(CORPUS);

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));

  /** Why each case that must fail although something is there does so. */
  private static final Map<String, Set<Reason>> REASONS =
      Map.ofEntries(
          Map.entry("f-other-key", Set.of(Reason.OTHER_SIGNER)),
          Map.entry("f-key-tlog-required", Set.of(Reason.NOT_LOGGED)),
          Map.entry("f-keyless-wanted-key-signed", Set.of(Reason.OTHER_SIGNER)),
          Map.entry("f-annotation-mismatch", Set.of()),
          Map.entry("f-two-signers-third-missing", Set.of(Reason.OTHER_SIGNER)),
          Map.entry("f-keyless-wrong-subject", Set.of(Reason.OTHER_SIGNER)),
          Map.entry("f-attestation-is-no-signature", Set.of()),
          Map.entry("f-attestation-wrong-predicate", Set.of()),
          Map.entry("f-v3-other-key", Set.of(Reason.OTHER_SIGNER)),
          Map.entry("f-v3-wrong-identity", Set.of(Reason.OTHER_SIGNER)),
          Map.entry("f-v3-attestation-as-signature", Set.of()),
          Map.entry("e-index-only-child", Set.of()),
          Map.entry("f-unsigned", Set.of()),
          Map.entry("f-transplant", Set.of(Reason.OTHER_IMAGE)),
          Map.entry("f-payload-tampered", Set.of(Reason.OTHER_SIGNER)),
          Map.entry("f-keyless-expired-no-time", Set.of(Reason.BAD_TIME)));

  @TestFactory
  Stream<DynamicTest> everyCase() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode one : IMAGES.cases()) {
      tests.add(DynamicTest.dynamicTest(one.get("name").asText(), () -> judge(one)));
    }
    return tests.stream();
  }

  private static void judge(JsonNode one) {
    CORPUS.ran();
    JsonNode policy = one.get("policy");
    SignatureDocuments documents = IMAGES.documents(one);
    List<Rejected> rejected = new ArrayList<>();
    int satisfied = 0;
    for (Signer signer : IMAGES.signers(one)) {
      SignatureProofs proofs =
          new ProofsDerivation(CLOCK).derive(new EvidenceKey.Proofs(documents, signer));
      rejected.addAll(proofs.rejected());
      assertThat(proofs.proven().size() + proofs.rejected().size())
          .isEqualTo(documents.documents().size());
      satisfied += proofs.proven().stream().anyMatch(proven -> counts(proven, policy)) ? 1 : 0;
    }
    boolean pass =
        policy.get("require").asText().equals("all")
            ? satisfied == policy.get("authorities").size()
            : satisfied > 0;
    assertThat(pass).as(rejected.toString()).isEqualTo(one.get("expected").asText().equals("pass"));
    if (!pass) {
      String name = one.get("name").asText();
      assertThat(REASONS).containsKey(name);
      assertThat(rejected.stream().map(Rejected::reason).distinct())
          .as(rejected.toString())
          .containsExactlyInAnyOrderElementsOf(REASONS.get(name));
    }
  }

  private static boolean counts(Proven proven, JsonNode policy) {
    boolean signature = policy.get("type").asText().equals("signature");
    if (signature != (proven.kind() == Kind.SIGNATURE)) {
      return false;
    }
    if (!signature
        && !proven.predicateType().equals(Optional.of(policy.get("predicateType").asText()))) {
      return false;
    }
    boolean all = true;
    for (var wanted : policy.path("annotations").properties()) {
      all &= wanted.getValue().asText().equals(proven.annotations().get(wanted.getKey()));
    }
    boolean logged = policy.get("transparencyLog").asText().equals("required");
    return all && (!logged || proven.log().isPresent());
  }
}
