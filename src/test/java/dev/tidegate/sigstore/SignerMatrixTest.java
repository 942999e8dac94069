package dev.tidegate.sigstore;

import static dev.tidegate.sigstore.Forgery.IMAGE;
import static dev.tidegate.sigstore.Forgery.NOW;
import static dev.tidegate.sigstore.Forgery.ROOT;
import static dev.tidegate.sigstore.Forgery.SIGNED;
import static dev.tidegate.sigstore.Forgery.SIGSTORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.evidence.EvidenceKey;
import dev.tidegate.evidence.EvidenceStore.Wanted;
import dev.tidegate.evidence.FulcioClaim;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureDocuments;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.SignatureProofs.Kind;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.store.StoreEvents;
import dev.tidegate.store.VerdictStore;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.TestSigstore;
import dev.tidegate.testkit.TestSigstore.Request;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every form in which a signer can be named, by every kind of key, in every format, for signatures
 * and attestations, before and after the answer is remembered: the right one counts, every other
 * does not.
 */
class SignerMatrixTest {
  private static final String GITHUB = "https://token.actions.githubusercontent.com";
  private static final String REPOSITORY = "1.3.6.1.4.1.57264.1.12";
  private static final String PREDICATE = "https://slsa.dev/provenance/v1";

  /** Each kind of key, and another one of its kind. */
  private static final Map<String, List<CosignSigner>> KEYS = keys();

  private static final VerdictStore STORE =
      new VerdictStore(
          new VerdictStore.Origins(
              List.of(), List.of(), List.of(new ProofsDerivation(InstantSource.fixed(NOW)))),
          VerdictStore.Settings.USUAL,
          Optional.empty(),
          Runnable::run,
          InstantSource.fixed(NOW),
          () -> 0,
          StoreEvents.NONE);

  @AfterAll
  static void close() {
    STORE.close();
  }

  private static Map<String, List<CosignSigner>> keys() {
    Map<String, List<CosignSigner>> keys = new LinkedHashMap<>();
    for (int i = 0; i < 2; i++) {
      add(keys, "P-256", CosignSigner.create());
      add(keys, "P-384", CosignSigner.ecdsa("secp384r1", "SHA384withECDSA"));
      add(keys, "P-521", CosignSigner.ecdsa("secp521r1", "SHA512withECDSA"));
      add(keys, "RSA", CosignSigner.of("RSA", "SHA256withRSA"));
      add(keys, "Ed25519", CosignSigner.of("Ed25519", "Ed25519"));
      add(keys, "Ed25519ph", CosignSigner.ed25519ph());
    }
    return keys;
  }

  private static void add(Map<String, List<CosignSigner>> keys, String kind, CosignSigner one) {
    keys.computeIfAbsent(kind, any -> new ArrayList<>()).add(one);
  }

  /**
   * A form in which a policy names an identity.
   *
   * @param certified issuer and subject of the certificate
   * @param extensions of the certificate
   * @param right what the policy says
   * @param wrong what it says where somebody else is meant
   */
  private record Form(
      String name,
      List<String> certified,
      Map<String, String> extensions,
      Signer right,
      List<Signer> wrong) {}

  private static final List<Form> FORMS =
      List.of(
          form("exact", "https://issuer.example.com", "https://build.example.com/release"),
          new Form(
              "expression",
              List.of("https://issuer-7.example.com", "https://build.example.com/release/9"),
              Map.of(),
              Forgery.identity(
                  IdentityPattern.matching("https://issuer-[0-9]\\.example\\.com"),
                  IdentityPattern.matching("https://build\\.example\\.com/release/[0-9]+")),
              List.of(
                  Forgery.identity(
                      IdentityPattern.matching("https://issuer-[0-6]\\.example\\.com"),
                      IdentityPattern.matching("https://build\\.example\\.com/release/[0-9]+")),
                  Forgery.identity(
                      IdentityPattern.matching("https://issuer-[0-9]\\.example\\.com"),
                      IdentityPattern.matching("https://build\\.example\\.com/release")),
                  Forgery.identity(
                      IdentityPattern.matching("issuer-7"), IdentityPattern.matching("release")))),
          form("mail", "https://accounts.example.com", "release@example.com"),
          new Form(
              "GitHub",
              List.of(
                  GITHUB,
                  "https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v1"),
              Map.of(REPOSITORY, "https://github.com/acme/shop"),
              github("https://github.com/acme/shop"),
              List.of(
                  github("https://github.com/acme/other"),
                  new Signer.ByIdentity(
                      IdentityPattern.exactly(GITHUB),
                      IdentityPattern.matching(".*"),
                      Map.of(
                          FulcioClaim.SOURCE_REPOSITORY_REF,
                          IdentityPattern.exactly("refs/heads/main")),
                      TransparencyLog.REQUIRED,
                      ROOT,
                      true))),
          form(
              "GitLab",
              "https://gitlab.com",
              "https://gitlab.com/acme/shop//.gitlab-ci.yml@refs/heads/main"),
          form("SPIFFE", "https://spire.example.com", "spiffe://example.com/ns/build/sa/release"));

  private static Form form(String name, String issuer, String subject) {
    return new Form(
        name,
        List.of(issuer, subject),
        Map.of(),
        identity(issuer, subject),
        List.of(
            identity(issuer, subject + "x"),
            identity(issuer + "x", subject),
            identity(subject, issuer),
            identity("", "")));
  }

  private static Signer identity(String issuer, String subject) {
    return Forgery.identity(IdentityPattern.exactly(issuer), IdentityPattern.exactly(subject));
  }

  private static Signer github(String repository) {
    return new Signer.ByIdentity(
        IdentityPattern.exactly(GITHUB),
        IdentityPattern.matching("https://github\\.com/acme/shop/.*@refs/tags/v.*"),
        Map.of(FulcioClaim.SOURCE_REPOSITORY_URI, IdentityPattern.exactly(repository)),
        TransparencyLog.REQUIRED,
        ROOT,
        true);
  }

  @TestFactory
  Stream<DynamicTest> t7_everyFormOfSignerInEveryFormatColdAndWarm() {
    List<DynamicTest> tests = new ArrayList<>();
    KEYS.forEach((kind, signers) -> {
      CosignSigner signer = signers.get(0);
      for (Kind what : Kind.values()) {
        for (int format = 0; format <= 3; format++) {
          String cell = kind + ", " + what + ", " + (format == 0 ? "layer" : "bundle 0." + format);
          int version = format;
          tests.add(
              DynamicTest.dynamicTest(
                  "key, " + cell,
                  () ->
                      judge(
                          document(signer, what, version, Optional.empty()),
                          what,
                          Forgery.key(signer),
                          List.of(Forgery.key(signers.get(1)), FORMS.getFirst().right()))));
          for (Form form : FORMS) {
            tests.add(
                DynamicTest.dynamicTest(
                    form.name() + ", " + cell,
                    () -> {
                      List<Signer> wrong = new ArrayList<>(form.wrong());
                      wrong.add(Forgery.key(signers.get(1)));
                      judge(
                          document(signer, what, version, Optional.of(certificate(signer, form))),
                          what,
                          form.right(),
                          wrong);
                    }));
          }
        }
      }
    });
    assertThat(tests).hasSize(6 * 2 * 4 * (1 + FORMS.size()));
    return tests.stream();
  }

  private static X509Certificate certificate(CosignSigner signer, Form form) {
    Request request =
        Request.of(
            signer.keys().getPublic(), form.certified().get(0), form.certified().get(1), SIGNED);
    for (var extension : form.extensions().entrySet()) {
      request = request.with(extension.getKey(), extension.getValue());
    }
    return SIGSTORE.issue(request);
  }

  /**
   * A logged signature or attestation.
   *
   * @param version of the bundle, 0 for a layer
   */
  private static SignatureDocument document(
      CosignSigner signer, Kind kind, int version, Optional<X509Certificate> certificate) {
    Map<String, Object> statement =
        kind == Kind.SIGNATURE
            ? CosignSigner.statement(IMAGE, CosignSigner.SIGN, Map.of(), Map.of())
            : CosignSigner.statement(IMAGE, PREDICATE, Map.of("who", "Jörg"), Map.of());
    if (version > 0) {
      Bundles.Builder bundle = Bundles.of(signer, statement);
      certificate.ifPresent(bundle::by);
      return bundle.entry(SIGSTORE.entry(bundle.body(), SIGNED)).build(version);
    }
    String pem = certificate.map(TestSigstore::pem).orElse(signer.pem());
    SignatureDocument.Layer layer;
    byte[] body;
    if (kind == Kind.SIGNATURE) {
      layer = signer.layer(IMAGE, Map.of());
      body = TestSigstore.hashedRekord(layer.payload().toArray(), Forgery.signature(layer), pem);
    } else {
      Bundles.Builder envelope = Bundles.of(signer, statement);
      certificate.ifPresent(envelope::by);
      layer = CosignSigner.attestationLayer(envelope.envelope());
      body = envelope.body();
    }
    SignatureDocument.Layer logged = SIGSTORE.logged(layer, body, SIGNED);
    return certificate.isPresent() ? Forgery.certified(logged, certificate.get()) : logged;
  }

  private static void judge(
      SignatureDocument document, Kind kind, Signer right, List<Signer> wrong) {
    SignatureDocuments documents =
        new SignatureDocuments(
            new PinnedImage(new Repository("registry.example.com", "app"), IMAGE),
            List.of(document),
            List.of());
    for (Signer other : wrong) {
      for (SignatureProofs answer : coldAndWarm(new EvidenceKey.Proofs(documents, other))) {
        assertThat(answer.proven()).isEmpty();
        assertThat(answer.rejected())
            .extracting(SignatureProofs.Rejected::reason)
            .containsExactly(Reason.OTHER_SIGNER);
      }
    }
    for (SignatureProofs answer : coldAndWarm(new EvidenceKey.Proofs(documents, right))) {
      assertThat(answer.rejected()).isEmpty();
      assertThat(answer.proven()).extracting(SignatureProofs.Proven::kind).containsExactly(kind);
    }
  }

  /** The answer as it is computed, and as it is remembered. */
  private static List<SignatureProofs> coldAndWarm(EvidenceKey.Proofs key) {
    assertThat(STORE.peek(key)).as("not remembered yet").isNull();
    STORE.gather(Set.of(new Wanted(key, Instant.MIN))).orTimeout(60, TimeUnit.SECONDS).join();
    return List.of(value(STORE.peek(key)), value(STORE.peek(key)));
  }

  private static SignatureProofs value(@Nullable Evidence<SignatureProofs> evidence) {
    assertThat(evidence).isInstanceOf(Evidence.Present.class);
    return ((Evidence.Present<SignatureProofs>) Objects.requireNonNull(evidence)).value();
  }
}
