package dev.tidegate.sigstore;

import static dev.tidegate.sigstore.Forgery.IMAGE;
import static dev.tidegate.sigstore.Forgery.ISSUER;
import static dev.tidegate.sigstore.Forgery.RELEASE;
import static dev.tidegate.sigstore.Forgery.SIGNED;
import static dev.tidegate.sigstore.Forgery.SIGSTORE;
import static dev.tidegate.sigstore.Forgery.SUBJECT;
import static dev.tidegate.sigstore.Forgery.identity;
import static dev.tidegate.sigstore.Forgery.key;
import static dev.tidegate.sigstore.Forgery.proven;
import static dev.tidegate.sigstore.Forgery.rejected;
import static dev.tidegate.sigstore.Forgery.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sigstore.KeylessVerificationException;
import dev.sigstore.KeylessVerifier;
import dev.sigstore.VerificationOptions;
import dev.sigstore.VerificationOptions.CertificateMatcher;
import dev.sigstore.bundle.Bundle;
import dev.sigstore.bundle.BundleParseException;
import dev.sigstore.strings.StringMatcher;
import dev.sigstore.trustroot.SigstoreTrustedRoot;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.TestSigstore;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Where we do not use sigstore-java's own verifier, because it errs: each test shows its error and
 * what we do instead. When a newer version makes one fail, the library has become right there: then
 * see whether it can be used.
 */
class BesideTheLibraryTest {
  private static Bundles.Builder bundle(Object predicate) {
    Map<String, Object> statement =
        CosignSigner.statement(IMAGE, CosignSigner.SIGN, predicate, Map.of());
    // The library insists on a name, which in-toto lets be absent.
    statement.put(
        "subject", List.of(Map.of("name", "app", "digest", Map.of("sha256", IMAGE.hex()))));
    return Bundles.of(RELEASE, statement).by(SIGSTORE.issue(request()));
  }

  private static void library(SignatureDocument.Bundle bundle) throws Exception {
    KeylessVerifier verifier =
        KeylessVerifier.builder()
            .trustedRootProvider(() ->
                SigstoreTrustedRoot.from(
                    new ByteArrayInputStream(
                        SIGSTORE.trustedRoot().getBytes(StandardCharsets.UTF_8))))
            .build();
    verifier.verify(
        Hashes.of(IMAGE).toArray(),
        parsed(bundle),
        VerificationOptions.builder()
            .addCertificateMatchers(
                CertificateMatcher.fulcio()
                    .issuer(StringMatcher.string(ISSUER))
                    .subjectAlternativeName(StringMatcher.string(SUBJECT))
                    .build())
            .build());
  }

  private static Bundle parsed(SignatureDocument.Bundle bundle) throws BundleParseException {
    return Bundle.from(
        new StringReader(new String(bundle.json().toArray(), StandardCharsets.UTF_8)));
  }

  @Test
  void bothAcceptWhatIsRight() {
    Bundles.Builder bundle = bundle(Map.of());
    bundle.entry(SIGSTORE.entry(bundle.body(), SIGNED));
    proven(bundle.build(), identity());
    assertThatCode(() -> library(bundle.build())).doesNotThrowAnyException();
  }

  @Test
  void anEntryOfATimeAtWhichTheCertificateHadEnded() {
    Bundles.Builder late = bundle(Map.of());
    late.entry(SIGSTORE.entry(late.body(), SIGNED.plus(Duration.ofDays(4))));
    rejected(late.build(), identity(), Reason.BAD_TIME);
    assertThatCode(() -> library(late.build()))
        .as("the library does not compare the log's time with the certificate's")
        .doesNotThrowAnyException();
  }

  @Test
  void aPayloadThatIsLongerInBytesThanInCharacters() {
    Bundles.Builder bundle = bundle(Map.of("by", "Jörg"));
    bundle.entry(SIGSTORE.entry(bundle.body(), SIGNED));
    proven(bundle.build(), identity());
    assertThatThrownBy(() -> library(bundle.build()))
        .as("the library counts characters where DSSE counts bytes")
        .isInstanceOf(KeylessVerificationException.class);
  }

  @Test
  void aSecondEntryThatIsNotGenuine() {
    Bundles.Builder bundle = bundle(Map.of());
    bundle
        .entry(SIGSTORE.entry(bundle.body(), SIGNED))
        .entry(SIGSTORE.entry(TestSigstore.dsse(new byte[] {1}, new byte[] {2}, "x"), SIGNED));
    rejected(bundle.build(), identity(), Reason.BAD_LOG_ENTRY);
    assertThatCode(() -> library(bundle.build()))
        .as("the library verifies the first entry only")
        .doesNotThrowAnyException();
  }

  @Test
  void aBundleSignedWithAKey() {
    SignatureDocument.Bundle bundle = RELEASE.bundle(IMAGE, Map.of());
    proven(bundle, key(RELEASE));
    assertThatThrownBy(() -> parsed(bundle))
        .as("the library knows certificates only")
        .isInstanceOf(BundleParseException.class);
  }

  @Test
  void aHostileBundleThatMakesTheLibraryThrowWhatItDoesNotDeclare() {
    Bundles.Builder bundle = bundle(Map.of());
    bundle.entry(SIGSTORE.entry(bundle.body(), SIGNED));
    SignatureDocument.Bundle nobodys =
        Bundles.edited(
            bundle.build(1),
            json ->
                ((ObjectNode) json.at("/verificationMaterial/x509CertificateChain"))
                    .putArray("certificates"));
    rejected(nobodys, identity(), Reason.MALFORMED);
    assertThat(catchThrowable(() -> library(nobodys))).isInstanceOf(RuntimeException.class);
  }
}
