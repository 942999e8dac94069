package dev.tidegate.sigstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureProofs.Format;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.testkit.TestSigstore;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every kind of log entry, compared with what was signed. */
class EntryBodyTest {
  private static final CosignSigner SIGNER = CosignSigner.create();
  private static final CosignSigner STRANGER = CosignSigner.create();
  private static final Bytes PAYLOAD = bytes("{\"name\":\"Jörg\"}");
  private static final Digest IMAGE = new Digest("sha256", "a".repeat(64));
  private static final Envelope ENVELOPE =
      new Envelope(Statement.MEDIA_TYPE, PAYLOAD, bytes("signature"));
  private static final EntryBody OF_ENVELOPE = body(new Signed.Dsse(ENVELOPE));

  @Test
  void hashedRekordOfRekor2IsOverWhatDsseSigns() {
    String good =
        rekor2(ENVELOPE.signedBytes(), "signature", SIGNER.keys().getPublic().getEncoded());
    is(OF_ENVELOPE, good);
    isNot(OF_ENVELOPE, rekor2(PAYLOAD, "signature", SIGNER.keys().getPublic().getEncoded()));
    isNot(
        OF_ENVELOPE,
        rekor2(ENVELOPE.signedBytes(), "other", SIGNER.keys().getPublic().getEncoded()));
    isNot(
        OF_ENVELOPE,
        rekor2(ENVELOPE.signedBytes(), "signature", STRANGER.keys().getPublic().getEncoded()));
    isNot(OF_ENVELOPE, good.replace("SHA2_256", "SHA2_512"));
    isNot(OF_ENVELOPE, good.replace("SHA2_256", "MD5"));
  }

  @Test
  void intotoEncodesItsSignatureTwice() {
    String good = intoto(PAYLOAD, "signature", SIGNER.pem());
    is(OF_ENVELOPE, good);
    isNot(OF_ENVELOPE, intoto(bytes("{}"), "signature", SIGNER.pem()));
    isNot(OF_ENVELOPE, intoto(PAYLOAD, "other", SIGNER.pem()));
    isNot(OF_ENVELOPE, intoto(PAYLOAD, "signature", STRANGER.pem()));
    isNot(OF_ENVELOPE, intoto(PAYLOAD, "signature", "garbage"));
    isNot(OF_ENVELOPE, good.replace(Statement.MEDIA_TYPE, "text/plain"));
    isNot(OF_ENVELOPE, good.replace("sha256", "sha1"));
    isNot(body(new Signed.Payload(PAYLOAD)), good);
  }

  @Test
  void hashesMayBeLonger() {
    EntryBody body = body(new Signed.Payload(PAYLOAD));
    for (String algorithm : List.of("sha384", "sha512")) {
      is(body, hashed(algorithm, Hashes.of(algorithm, PAYLOAD)));
      isNot(body, hashed(algorithm, Hashes.sha256(PAYLOAD)));
      // Of an artifact only the SHA-256 is known.
      isNot(
          body(new Signed.Artifact(Optional.empty())),
          hashed(algorithm, Hashes.of(algorithm, PAYLOAD)));
    }
    is(body(new Signed.Artifact(Optional.empty())), hashed("sha256", Hashes.of(IMAGE)));
    isNot(body(new Signed.Artifact(Optional.empty())), hashed("sha256", Hashes.sha256(PAYLOAD)));
  }

  @Test
  void hashedRekordOfRekor2MayNameACertificateThatMustBeTheSame() {
    X509Certificate own = Forgery.SIGSTORE.issue(Forgery.request());
    X509Certificate other = Forgery.SIGSTORE.issue(Forgery.request());
    String logged =
        rekor2(ENVELOPE.signedBytes(), "signature", "x509Certificate", TestSigstore.der(own));
    is(certified(own), logged);
    isNot(certified(other), logged);
    // The key that signed is the same, but nobody says that it was this identity's.
    isNot(OF_ENVELOPE, logged);
  }

  @Test
  void intotoByTheHashOfItsEnvelopeMustBeOfItsPayloadToo() {
    SignatureDocument.Layer layer =
        SIGNER.attestationLayer(IMAGE, "https://example.com/p", Map.of("a", "b"));
    String good = intotoOfEnvelope(layer, envelope(layer).payload());
    is(ofLayer(layer), good);
    isNot(ofLayer(layer), intotoOfEnvelope(layer, bytes("{}")));
    isNot(ofLayer(layer), good.replace(layer.payload().sha256().hex(), "0".repeat(64)));
    isNot(
        ofLayer(layer),
        good.replace("\"hash\":{\"algorithm\":\"sha256\"", "\"hash\":{\"algorithm\":\"sha1\""));
    isNot(ofLayer(layer), good.replace(base64(bytes(SIGNER.pem())), base64(bytes(STRANGER.pem()))));
    isNot(OF_ENVELOPE, good);
  }

  /** An entry of the kind that names an envelope as it was sent, and {@code payload} in it. */
  private static String intotoOfEnvelope(SignatureDocument.Layer layer, Bytes payload) {
    return "{\"apiVersion\":\"0.0.1\",\"kind\":\"intoto\",\"spec\":{\"content\":{\"hash\":{\"algorithm\":\"sha256\",\"value\":\""
        + layer.payload().sha256().hex()
        + "\"},\"payloadHash\":{\"algorithm\":\"sha256\",\"value\":\""
        + payload.sha256().hex()
        + "\"}},\"publicKey\":\""
        + base64(bytes(SIGNER.pem()))
        + "\"}}";
  }

  @Test
  void severalSignaturesAreNobodys() {
    String one = "{\"sig\":\"" + base64(bytes("x")) + "\",\"publicKey\":\"eA==\"}";
    isNot(
        OF_ENVELOPE,
        intoto(PAYLOAD, "signature", SIGNER.pem())
            .replace("\"signatures\":[", "\"signatures\":[" + one + ","));
  }

  private static String rekor2(Bytes message, String signature, byte[] key) {
    return rekor2(message, signature, "publicKey", key);
  }

  private static String rekor2(Bytes message, String signature, String verifier, byte[] der) {
    return "{\"apiVersion\":\"0.0.2\",\"kind\":\"hashedrekord\",\"spec\":{\"hashedRekordV002\":{\"data\":"
        + "{\"algorithm\":\"SHA2_256\",\"digest\":\""
        + base64(Hashes.sha256(message))
        + "\"},\"signature\":{\"content\":\""
        + base64(bytes(signature))
        + "\",\"verifier\":{\""
        + verifier
        + "\":{\"rawBytes\":\""
        + base64(Bytes.copyOf(der))
        + "\"}}}}}}";
  }

  private static String intoto(Bytes payload, String signature, String pem) {
    return "{\"apiVersion\":\"0.0.2\",\"kind\":\"intoto\",\"spec\":{\"content\":{\"envelope\":{\"payloadType\":\""
        + Statement.MEDIA_TYPE
        + "\",\"signatures\":[{\"sig\":\""
        + base64(bytes(base64(bytes(signature))))
        + "\",\"publicKey\":\""
        + base64(bytes(pem))
        + "\"}]},\"payloadHash\":{\"algorithm\":\"sha256\",\"value\":\""
        + payload.sha256().hex()
        + "\"}}}}";
  }

  private static String hashed(String algorithm, Bytes hash) {
    return "{\"apiVersion\":\"0.0.1\",\"kind\":\"hashedrekord\",\"spec\":{\"data\":{\"hash\":{\"algorithm\":\""
        + algorithm
        + "\",\"value\":\""
        + java.util.HexFormat.of().formatHex(hash.toArray())
        + "\"}},\"signature\":{\"content\":\""
        + base64(bytes("signature"))
        + "\",\"publicKey\":{\"content\":\""
        + base64(bytes(SIGNER.pem()))
        + "\"}}}}";
  }

  private static EntryBody body(Signed.Content content) {
    return body(Format.BUNDLE, content, Optional.empty(), bytes("signature"));
  }

  private static EntryBody certified(X509Certificate certificate) {
    return body(
        Format.BUNDLE, new Signed.Dsse(ENVELOPE), Optional.of(certificate), bytes("signature"));
  }

  private static EntryBody ofLayer(SignatureDocument.Layer layer) {
    return body(Format.LAYER, new Signed.Dsse(envelope(layer)), Optional.empty(), layer.payload());
  }

  private static Envelope envelope(SignatureDocument.Layer layer) {
    try {
      return Envelope.of(Json.object(layer.payload().toArray(), "its DSSE envelope"));
    } catch (Refused refused) {
      throw new AssertionError(refused.why());
    }
  }

  private static EntryBody body(
      Format format, Signed.Content content, Optional<X509Certificate> certificate, Bytes stamped) {
    return new EntryBody(
        new Signed(
            format,
            content,
            bytes("signature"),
            certificate,
            Optional.empty(),
            List.of(),
            List.of(),
            stamped),
        SIGNER.key(),
        IMAGE);
  }

  private static void is(EntryBody body, String logged) {
    assertThatCode(() -> body.mustBe(bytes(logged))).doesNotThrowAnyException();
  }

  private static void isNot(EntryBody body, String logged) {
    Refused refused = catchThrowableOfType(Refused.class, () -> body.mustBe(bytes(logged)));
    assertThat(refused).isNotNull();
    assertThat(refused.reason()).isEqualTo(Reason.BAD_LOG_ENTRY);
  }

  private static String base64(Bytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.toArray());
  }

  private static Bytes bytes(String text) {
    return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
  }
}
