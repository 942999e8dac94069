package dev.tidegate.sigstore;

import static dev.tidegate.sigstore.Forgery.IMAGE;
import static dev.tidegate.sigstore.Forgery.RELEASE;
import static dev.tidegate.sigstore.Forgery.SIGNED;
import static dev.tidegate.sigstore.Forgery.SIGSTORE;
import static dev.tidegate.sigstore.Forgery.certified;
import static dev.tidegate.sigstore.Forgery.identity;
import static dev.tidegate.sigstore.Forgery.key;
import static dev.tidegate.sigstore.Forgery.proven;
import static dev.tidegate.sigstore.Forgery.rejected;
import static dev.tidegate.sigstore.Forgery.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.Predicate;
import dev.tidegate.evidence.Predicate.Provenance;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureProofs.Kind;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.model.Bytes;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.Predicates;
import dev.tidegate.testkit.TestSigstore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Attestations by identities, in every kind of log entry, and what provenance says. */
class AttestationsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REPOSITORY = "https://github.com/acme/shop";
  private static final String BUILDER = "https://github.com/actions/runner/github-hosted";
  private static final String MAIN = "refs/heads/main";
  private static final Map<String, Object> GOOD = Predicates.github(REPOSITORY, MAIN, BUILDER);

  private static SignatureDocument.Layer layer(Object predicate) {
    return RELEASE.attestationLayer(IMAGE, Predicates.SLSA_1, predicate);
  }

  private static JsonNode envelope(SignatureDocument.Layer layer) {
    try {
      return JSON.readTree(layer.payload().toArray());
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }

  private static byte[] payload(SignatureDocument.Layer layer) {
    return Base64.getDecoder().decode(envelope(layer).get("payload").asText());
  }

  private static byte[] signature(SignatureDocument.Layer layer) {
    return Base64.getDecoder().decode(envelope(layer).at("/signatures/0/sig").asText());
  }

  private static byte[] dsse(SignatureDocument.Layer layer, String pem) {
    return TestSigstore.dsse(payload(layer), signature(layer), pem);
  }

  private static byte[] intoto1(SignatureDocument.Layer layer, String pem) {
    return ("{\"apiVersion\":\"0.0.1\",\"kind\":\"intoto\",\"spec\":{\"content\":{\"hash\":{"
            + "\"algorithm\":\"sha256\",\"value\":\""
            + layer.payload().sha256().hex()
            + "\"},\"payloadHash\":{\"algorithm\":\"sha256\",\"value\":\""
            + Bytes.copyOf(payload(layer)).sha256().hex()
            + "\"}},\"publicKey\":\""
            + base64(pem)
            + "\"}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] intoto2(SignatureDocument.Layer layer, String pem) {
    return ("{\"apiVersion\":\"0.0.2\",\"kind\":\"intoto\",\"spec\":{\"content\":{\"envelope\":{"
            + "\"payloadType\":\""
            + Statement.MEDIA_TYPE
            + "\",\"signatures\":[{\"sig\":\""
            + base64(Base64.getEncoder().encodeToString(signature(layer)))
            + "\",\"publicKey\":\""
            + base64(pem)
            + "\"}]},\"payloadHash\":{\"algorithm\":\"sha256\",\"value\":\""
            + Bytes.copyOf(payload(layer)).sha256().hex()
            + "\"}}}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] hashedRekord(SignatureDocument.Layer layer, String pem) {
    return TestSigstore.hashedRekord(
        CosignSigner.encoded(Statement.MEDIA_TYPE, payload(layer)), signature(layer), pem);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static SignatureDocument.Bundle bundle(
      SignatureDocument.Layer layer, X509Certificate certificate, byte[] body) {
    Map<String, Object> material = new LinkedHashMap<>();
    material.put(
        "certificate",
        Map.of("rawBytes", Base64.getEncoder().encodeToString(TestSigstore.der(certificate))));
    material.put("tlogEntries", List.of(SIGSTORE.entry(body, SIGNED)));
    return CosignSigner.bundle(
        JSON.convertValue(envelope(layer), new TypeReference<Map<String, Object>>() {}), material);
  }

  @Test
  void identitiesAttestWithEveryKindOfLogEntry() {
    X509Certificate certificate = SIGSTORE.issue(request());
    String pem = TestSigstore.pem(certificate);
    SignatureDocument.Layer layer = certified(layer(GOOD), certificate);
    List<SignatureDocument> documents = new ArrayList<>();
    for (byte[] body : List.of(dsse(layer, pem), intoto2(layer, pem), hashedRekord(layer, pem))) {
      documents.add(SIGSTORE.logged(layer, body, SIGNED));
      documents.add(bundle(layer, certificate, body));
    }
    documents.add(SIGSTORE.logged(layer, intoto1(layer, pem), SIGNED));
    for (SignatureDocument one : documents) {
      Proven proven = proven(one, identity());
      assertThat(proven.kind()).isEqualTo(Kind.ATTESTATION);
      assertThat(proven.times()).containsExactly(SIGNED);
      assertThat(proven.predicateType()).contains(Predicates.SLSA_1);
    }
    // The bytes that this kind of entry is of are not in a bundle.
    rejected(bundle(layer, certificate, intoto1(layer, pem)), identity(), Reason.BAD_LOG_ENTRY);
  }

  @Test
  void T16_anEntryOfAnotherAttestationProvesNothing() {
    X509Certificate certificate = SIGSTORE.issue(request());
    String pem = TestSigstore.pem(certificate);
    SignatureDocument.Layer layer = certified(layer(GOOD), certificate);
    SignatureDocument.Layer other = certified(layer(Map.of()), certificate);
    SignatureDocument.Layer again = certified(layer(GOOD), certificate); // another signature
    for (SignatureDocument.Layer of : List.of(other, again)) {
      for (byte[] body :
          List.of(dsse(of, pem), intoto1(of, pem), intoto2(of, pem), hashedRekord(of, pem))) {
        rejected(SIGSTORE.logged(layer, body, SIGNED), identity(), Reason.BAD_LOG_ENTRY);
        rejected(bundle(layer, certificate, body), identity(), Reason.BAD_LOG_ENTRY);
      }
    }
    String stranger = TestSigstore.pem(SIGSTORE.issue(request()));
    for (byte[] body :
        List.of(dsse(layer, stranger), intoto1(layer, stranger), intoto2(layer, stranger))) {
      rejected(SIGSTORE.logged(layer, body, SIGNED), identity(), Reason.BAD_LOG_ENTRY);
    }
  }

  @Test
  void T17_anIdentitysAttestationNeedsATrustedTimeAtWhichItsCertificateWasValid() {
    X509Certificate certificate = SIGSTORE.issue(request());
    SignatureDocument.Layer layer = certified(layer(GOOD), certificate);
    rejected(layer, identity(), Reason.NOT_LOGGED);
    byte[] body = dsse(layer, TestSigstore.pem(certificate));
    rejected(SIGSTORE.logged(layer, body, SIGNED.plusSeconds(86_400)), identity(), Reason.BAD_TIME);
    // A timestamp of this format is over the envelope, not over its signature.
    SignatureDocument.Layer logged = SIGSTORE.logged(layer, body, SIGNED);
    proven(SIGSTORE.stamped(logged, layer.payload().toArray(), SIGNED), identity());
    rejected(SIGSTORE.stamped(logged, signature(layer), SIGNED), identity(), Reason.BAD_LOG_ENTRY);
  }

  @Test
  void T7_anotherIdentitysAttestationDoesNotCount() {
    X509Certificate certificate = SIGSTORE.issue(request());
    SignatureDocument.Layer layer = certified(layer(GOOD), certificate);
    SignatureDocument document =
        SIGSTORE.logged(layer, dsse(layer, TestSigstore.pem(certificate)), SIGNED);
    rejected(
        document,
        identity(
            IdentityPattern.exactly(Forgery.ISSUER), IdentityPattern.matching(".*/other\\.yml@.*")),
        Reason.OTHER_SIGNER);
    rejected(
        document,
        identity(
            IdentityPattern.exactly("https://issuer.example.com"), IdentityPattern.matching(".+")),
        Reason.OTHER_SIGNER);
  }

  private static Predicate said(String type, Object predicate) {
    return proven(RELEASE.attestation(IMAGE, type, predicate), key(RELEASE))
        .predicate()
        .orElseThrow();
  }

  private static void source(
      Object predicate, @Nullable String source, @Nullable String ref, String type) {
    assertThat(said(type, predicate))
        .isInstanceOfSatisfying(
            Provenance.class,
            one -> {
              assertThat(one.builder()).contains(BUILDER);
              assertThat(one.source()).isEqualTo(Optional.ofNullable(source));
              assertThat(one.ref()).isEqualTo(Optional.ofNullable(ref));
            });
  }

  private static void slsa1(
      Object parameters, List<?> dependencies, @Nullable String source, @Nullable String ref) {
    source(
        Predicates.slsa1("https://example.com/build", parameters, dependencies, BUILDER),
        source,
        ref,
        Predicates.SLSA_1);
  }

  @Test
  void theSourceOfSlsa1StandsInSeveralPlaces() {
    Map<String, String> git = Map.of("uri", "git+" + REPOSITORY + ".git@" + MAIN);
    source(GOOD, REPOSITORY, MAIN, Predicates.SLSA_1);
    slsa1(
        Map.of(
            "buildConfigSource", Map.of("repository", REPOSITORY, "ref", MAIN, "path", "b.yaml")),
        List.of(),
        REPOSITORY,
        MAIN);
    slsa1(
        Map.of("configSource", Map.of("uri", REPOSITORY + ".git#" + MAIN + ":sub")),
        List.of(),
        REPOSITORY,
        MAIN);
    slsa1(Map.of("source", git), List.of(), REPOSITORY, MAIN);
    slsa1(Map.of("source", REPOSITORY + "/"), List.of(), REPOSITORY, null);
    slsa1(Map.of(), List.of(git, Map.of("uri", "pkg:docker/debian@12")), REPOSITORY, MAIN);
    // Which of two dependencies was built, nobody says.
    slsa1(Map.of(), List.of(git, Map.of("uri", "git+https://github.com/evil/x")), null, null);
    slsa1(Map.of("inputs", Map.of("source", REPOSITORY)), List.of(), null, null);
    slsa1(Map.of(), List.of(), null, null);
  }

  @Test
  void theSourceOfSlsa02IsWhatConfiguredTheBuild() {
    source(
        Predicates.slsa02("git+" + REPOSITORY + "@" + MAIN, List.of(), BUILDER),
        REPOSITORY,
        MAIN,
        Predicates.SLSA_02);
    source(
        Predicates.slsa02(null, List.of("git+" + REPOSITORY + "@" + MAIN), BUILDER),
        REPOSITORY,
        MAIN,
        Predicates.SLSA_02);
    source(
        Predicates.slsa02("git@github.com:acme/shop.git", List.of(), BUILDER),
        "git@github.com:acme/shop",
        null,
        Predicates.SLSA_02);
  }

  @Test
  void provenanceOfTwoSourcesIsOfNone() {
    for (Map<String, Object> parameters :
        List.<Map<String, Object>>of(
            Map.of(
                "workflow",
                Map.of("repository", REPOSITORY, "ref", MAIN),
                "source",
                "https://github.com/evil/shop"),
            Map.of("workflow", Map.of("repository", REPOSITORY + "@refs/heads/x", "ref", MAIN)),
            Map.of(
                "workflow",
                Map.of("repository", REPOSITORY, "ref", MAIN),
                "configSource",
                Map.of("uri", REPOSITORY + "@refs/tags/v1")))) {
      assertThat(
              said(
                  Predicates.SLSA_1,
                  Predicates.slsa1("https://example.com", parameters, List.of(), BUILDER)))
          .isInstanceOfSatisfying(
              Predicate.Illegible.class, bad -> assertThat(bad.why()).contains("several"));
    }
  }

  @Test
  void whatIsNotAsItsTypeDemandsIsIllegible() {
    for (Object bad :
        List.of(
            Map.of(),
            Map.of("buildDefinition", Map.of()),
            Map.of("buildDefinition", List.of(), "runDetails", Map.of()),
            Map.of("buildDefinition", Map.of(), "runDetails", Map.of("builder", "x")),
            Map.of(
                "buildDefinition", Map.of(), "runDetails", Map.of("builder", Map.of("id", 1))))) {
      assertThat(said(Predicates.SLSA_1, bad)).isInstanceOf(Predicate.Illegible.class);
    }
    for (Object bad :
        List.of(
            Map.of(),
            Map.of("scanner", "trivy"),
            Map.of("scanner", Map.of("result", "text")),
            Map.of("scanner", Map.of(), "metadata", Map.of("scanFinishedOn", "yesterday")),
            Map.of("scanner", Map.of(), "metadata", Map.of("scanFinishedOn", 5)))) {
      assertThat(said(Predicates.VULN, bad)).isInstanceOf(Predicate.Illegible.class);
    }
  }

  @Test
  void aScanThatSaysItEndedInTheFirstYearDoesNotSayWhen() {
    assertThat(said(Predicates.VULN, Predicates.vuln("0001-01-01T00:00:00Z", null)))
        .isInstanceOfSatisfying(
            Predicate.Vulnerabilities.class,
            one -> {
              assertThat(one.finished()).isEmpty();
              assertThat(one.result()).isEmpty();
            });
  }
}
