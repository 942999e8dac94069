package dev.tidegate.sigstore;

import static dev.tidegate.sigstore.Forgery.IMAGE;
import static dev.tidegate.sigstore.Forgery.NOW;
import static dev.tidegate.sigstore.Forgery.RELEASE;
import static dev.tidegate.sigstore.Forgery.ROOT;
import static dev.tidegate.sigstore.Forgery.SIGNED;
import static dev.tidegate.sigstore.Forgery.SIGSTORE;
import static dev.tidegate.sigstore.Forgery.key;
import static dev.tidegate.sigstore.Forgery.logged;
import static dev.tidegate.sigstore.Forgery.loggedBundle;
import static dev.tidegate.sigstore.Forgery.proven;
import static dev.tidegate.sigstore.Forgery.rejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.model.BadValue;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.testkit.CosignSigner;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the reading of documents ends: the last that is read, and the first that is not. */
class DocumentBoundsTest {
  private static final String ENTRY = "/verificationMaterial/tlogEntries/0";

  private static SignatureDocument.Bundle edited(Consumer<ObjectNode> edit) {
    return Bundles.edited(loggedBundle(SIGNED), edit);
  }

  private static String rejectedAs(Reason reason, SignatureDocument.Bundle bundle) {
    return rejected(bundle, logged(TransparencyLog.REQUIRED, ROOT), reason);
  }

  @Test
  void documentsBesideAnImage() {
    int most = ProofsDerivation.MOST;
    SignatureDocument.Layer good = RELEASE.layer(IMAGE, Map.of());
    List<SignatureDocument> documents =
        new ArrayList<>(
            Collections.nCopies(most - 1, new SignatureDocument.Broken("tag .sig", "is broken")));
    documents.add(good);
    documents.add(good);
    SignatureProofs proofs =
        new ProofsDerivation(InstantSource.fixed(NOW))
            .derive(
                new EvidenceKey.Proofs(
                    new SignatureDocuments(
                        new PinnedImage(new Repository("registry.example.com", "app"), IMAGE),
                        documents,
                        List.of()),
                    key(RELEASE)));
    assertThat(proofs.proven()).as("the last that is looked at").hasSize(1);
    assertThat(proofs.rejected().getLast().why())
        .isEqualTo("there are more than 4000 documents beside the image");
  }

  @ParameterizedTest
  @CsvSource({"500, true", "501, false"})
  void typesOfPredicates(int length, boolean read) {
    SignatureDocument.Bundle attestation =
        RELEASE.attestation(IMAGE, "https://".concat("x".repeat(length - 8)), Map.of("a", "b"));
    if (read) {
      proven(attestation, key(RELEASE));
    } else {
      assertThat(rejected(attestation, key(RELEASE), Reason.MALFORMED))
          .isEqualTo("its predicate type has 501 characters");
    }
  }

  @ParameterizedTest
  @CsvSource({"64, BAD_LOG_ENTRY", "65, MALFORMED"})
  void hashesOfAProof(int hashes, Reason reason) {
    rejectedAs(
        reason,
        edited(json -> {
          ArrayNode list = ((ObjectNode) json.at(ENTRY + "/inclusionProof")).putArray("hashes");
          for (int i = 0; i < hashes; i++) {
            list.add(Base64.getEncoder().encodeToString(new byte[32]));
          }
        }));
  }

  @ParameterizedTest
  @CsvSource({"16384, BAD_LOG_ENTRY", "16385, MALFORMED"})
  void checkpoints(int length, Reason reason) {
    rejectedAs(
        reason,
        edited(json ->
            ((ObjectNode) json.at(ENTRY + "/inclusionProof/checkpoint"))
                .put("envelope", "x".repeat(length))));
  }

  @ParameterizedTest
  @CsvSource({"16, true", "17, false"})
  void entriesOfABundle(int entries, boolean read) {
    SignatureDocument.Bundle bundle =
        edited(json -> {
          ArrayNode list = (ArrayNode) json.at("/verificationMaterial/tlogEntries");
          while (list.size() < entries) {
            list.add(list.get(0).deepCopy());
          }
        });
    if (read) {
      proven(bundle, logged(TransparencyLog.REQUIRED, ROOT));
    } else {
      assertThat(rejectedAs(Reason.MALFORMED, bundle)).contains("more than 16 tlogEntries");
    }
  }

  @Test
  void certificates() {
    int longest = 64 * 1024;
    Refused garbage =
        catchThrowableOfType(
            Refused.class, () -> Certificates.fromDer(Bytes.copyOf(new byte[longest])));
    assertThat(garbage.why()).isEqualTo("its certificate cannot be read");
    Refused longer =
        catchThrowableOfType(
            Refused.class, () -> Certificates.fromDer(Bytes.copyOf(new byte[longest + 1])));
    assertThat(longer.why()).isEqualTo("its certificate is longer than 65536 bytes");
  }

  @Test
  void trustedRoots() {
    String json = SIGSTORE.trustedRoot();
    String longest = json + " ".repeat(1024 * 1024 - json.length());
    assertThat(TrustRoots.parsed(TrustRoots.read(longest)).logs()).hasSize(1);
    assertThatThrownBy(() -> TrustRoots.read(longest + " "))
        .isInstanceOf(BadValue.class)
        .hasMessageContaining("1 MiB");
  }

  /** What a log signs as a time must be one: {@code Instant} has more years than people. */
  @ParameterizedTest
  @CsvSource({"9999-12-31T23:59:59Z, BAD_TIME", "+10000-01-01T00:00:00Z, BAD_LOG_ENTRY"})
  void timesOfLogs(Instant time, Reason reason) {
    rejected(logged(time), logged(TransparencyLog.REQUIRED, ROOT), reason);
  }

  @Test
  void wholeNumbers() throws Refused {
    for (String good : List.of("0", "\"0\"", "9223372036854775807", "\"9223372036854775807\"")) {
      assertThat(number(good)).isEqualTo(Long.parseLong(good.replace("\"", "")));
    }
    assertThat(number("null")).isZero();
    for (String bad :
        List.of("-1", "\"-1\"", "1.0", "\"1.0\"", "1e3", "true", "9223372036854775808", "{}")) {
      assertThatThrownBy(() -> number(bad)).as(bad).isInstanceOf(Refused.class);
    }
  }

  private static long number(String json) throws Refused {
    return Json.object(("{\"n\":" + json + "}").getBytes(StandardCharsets.UTF_8), "it").whole("n");
  }

  @Test
  void certificateChainsEndWithVersion2() {
    Bundles.Builder keyless =
        Bundles.of(RELEASE, CosignSigner.statement(IMAGE, CosignSigner.SIGN, Map.of(), Map.of()))
            .by(SIGSTORE.issue(Forgery.request()));
    SignatureDocument.Bundle chained =
        keyless.entry(SIGSTORE.entry(keyless.body(), SIGNED)).build(2);
    proven(chained, Forgery.identity());
    SignatureDocument.Bundle newer =
        Bundles.edited(
            chained,
            json -> json.put("mediaType", "application/vnd.dev.sigstore.bundle.v0.3+json"));
    assertThat(rejected(newer, Forgery.identity(), Reason.MALFORMED))
        .isEqualTo("a bundle of version 0.3 has no certificate chain");
  }

  @Test
  void oneSignatureToAnEnvelope() {
    Map<String, Object> envelope =
        RELEASE.envelope(CosignSigner.statement(IMAGE, CosignSigner.SIGN, Map.of(), Map.of()));
    Object signature = envelope.getOrDefault("signatures", List.of());
    assertThat(signature).asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(1);
    List<Object> twice = new ArrayList<>((List<?>) signature);
    twice.addAll((List<?>) signature);
    for (List<?> signatures : List.of(List.of(), twice)) {
      envelope.put("signatures", signatures);
      assertThat(
              rejected(
                  CosignSigner.bundle(envelope, RELEASE.material()),
                  key(RELEASE),
                  Reason.MALFORMED))
          .contains("where exactly one is allowed");
    }
  }
}
