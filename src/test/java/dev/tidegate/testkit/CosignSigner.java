package dev.tidegate.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.VerificationKey;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.EdDSAParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Signs images as cosign does with a key: payload and annotation of the older format, and Sigstore
 * bundles. Has its key in memory only.
 */
public final class CosignSigner {
  /** Media type of a layer under the {@code .sig} tag. */
  public static final String SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";

  /** Media type of a layer under the {@code .att} tag. */
  public static final String DSSE = "application/vnd.dsse.envelope.v1+json";

  /** Media type of a bundle. */
  public static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  /** The annotation that holds a layer's signature. */
  public static final String SIGNATURE = "dev.cosignproject.cosign/signature";

  /** The predicate type by which a bundle is a signature. */
  public static final String SIGN = "https://sigstore.dev/cosign/sign/v1";

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String PREHASHED = "Ed25519ph";

  private final KeyPair keys;
  private final String algorithm;

  private CosignSigner(KeyPair keys, String algorithm) {
    this.keys = keys;
    this.algorithm = algorithm;
  }

  /** A signer with a new key on P-256. */
  public static CosignSigner create() {
    return ecdsa("secp256r1", "SHA256withECDSA");
  }

  /** A signer with a new key on {@code curve}, that signs with {@code algorithm}. */
  public static CosignSigner ecdsa(String curve, String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return new CosignSigner(generator.generateKeyPair(), algorithm);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has " + curve, impossible);
    }
  }

  /**
   * A signer with a new key of the kind that the JDK calls {@code kind}; of RSA the shortest that
   * is accepted, since longer ones take seconds to make.
   */
  public static CosignSigner of(String kind, String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
      if (kind.equals("RSA")) {
        generator.initialize(2048);
      }
      return new CosignSigner(generator.generateKeyPair(), algorithm);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has " + kind, impossible);
    }
  }

  /** A signer with {@code keys}. */
  public static CosignSigner of(KeyPair keys, String algorithm) {
    return new CosignSigner(keys, algorithm);
  }

  /** A signer with a new Ed25519 key, that signs hashes (Ed25519ph). */
  public static CosignSigner ed25519ph() {
    return of("Ed25519", PREHASHED);
  }

  /** Its key pair. */
  public KeyPair keys() {
    return keys;
  }

  /** Its public key. */
  public VerificationKey key() {
    return VerificationKey.of(keys.getPublic());
  }

  /** Its public key as {@code cosign.pub}. */
  public String pem() {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(keys.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  /** The payload of the older format, for {@code image}. */
  public static byte[] payload(Digest image, Map<String, String> annotations) {
    Map<String, Object> critical = new LinkedHashMap<>();
    critical.put("identity", Map.of("docker-reference", "registry.example.com/app"));
    critical.put("image", Map.of("docker-manifest-digest", image.toString()));
    critical.put("type", "cosign container image signature");
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("critical", critical);
    payload.put("optional", annotations.isEmpty() ? null : new TreeMap<>(annotations));
    return json(payload);
  }

  /** A signature of {@code image} as a layer under its {@code .sig} tag. */
  public SignatureDocument.Layer layer(Digest image, Map<String, String> annotations) {
    return layer(payload(image, annotations));
  }

  /** A signature over {@code payload}, whatever it is. */
  public SignatureDocument.Layer layer(byte[] payload) {
    return new SignatureDocument.Layer(
        "tag .sig, layer 1",
        SignatureDocument.Kind.SIGNATURE,
        SIMPLE_SIGNING,
        Bytes.copyOf(payload),
        Map.of(SIGNATURE, base64(sign(payload))));
  }

  /** A bundle that signs {@code image}. */
  public SignatureDocument.Bundle bundle(Digest image, Map<String, String> annotations) {
    return bundle(envelope(statement(image, SIGN, Map.of(), annotations)), material());
  }

  /** A bundle with a statement about {@code image}. */
  public SignatureDocument.Bundle attestation(Digest image, String type, Object predicate) {
    return bundle(envelope(statement(image, type, predicate, Map.of())), material());
  }

  /** A statement about {@code image} as a layer under its {@code .att} tag. */
  public SignatureDocument.Layer attestationLayer(Digest image, String type, Object predicate) {
    return attestationLayer(envelope(statement(image, type, predicate, Map.of())));
  }

  /** {@code envelope} as a layer under the {@code .att} tag. */
  public static SignatureDocument.Layer attestationLayer(Map<String, Object> envelope) {
    return new SignatureDocument.Layer(
        "tag .att, layer 1",
        SignatureDocument.Kind.ATTESTATION,
        DSSE,
        Bytes.copyOf(json(envelope)),
        Map.of(SIGNATURE, ""));
  }

  /** An in-toto statement. */
  public static Map<String, Object> statement(
      Digest image, String type, Object predicate, Map<String, String> annotations) {
    Map<String, Object> subject = new LinkedHashMap<>();
    subject.put("digest", Map.of(image.algorithm(), image.hex()));
    subject.put("annotations", annotations);
    Map<String, Object> statement = new LinkedHashMap<>();
    statement.put("_type", "https://in-toto.io/Statement/v1");
    statement.put("subject", List.of(subject));
    statement.put("predicateType", type);
    statement.put("predicate", predicate);
    return statement;
  }

  /** A signed DSSE envelope around {@code statement}. */
  public Map<String, Object> envelope(Map<String, Object> statement) {
    return envelope("application/vnd.in-toto+json", json(statement));
  }

  /** A signed DSSE envelope around {@code payload}. */
  public Map<String, Object> envelope(String type, byte[] payload) {
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("payload", base64(payload));
    envelope.put("payloadType", type);
    envelope.put("signatures", List.of(Map.of("sig", base64(sign(encoded(type, payload))))));
    return envelope;
  }

  /** What a bundle says of this signer's key. */
  public Map<String, Object> material() {
    Map<String, Object> material = new LinkedHashMap<>();
    material.put(
        "publicKey", Map.of("hint", base64(HexFormat.of().parseHex(key().spki().sha256().hex()))));
    return material;
  }

  /** A bundle of {@code envelope} and {@code material}. */
  public static SignatureDocument.Bundle bundle(
      Map<String, Object> envelope, Map<String, Object> material) {
    Map<String, Object> bundle = new LinkedHashMap<>();
    bundle.put("mediaType", BUNDLE);
    bundle.put("verificationMaterial", material);
    bundle.put("dsseEnvelope", envelope);
    return new SignatureDocument.Bundle("referrer", Bytes.copyOf(json(bundle)));
  }

  /** What DSSE signs of a payload. */
  public static byte[] encoded(String type, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        ("DSSEv1 " + type.length() + " " + type + " " + payload.length + " ")
            .getBytes(StandardCharsets.UTF_8));
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /** A signature over {@code message}. */
  public byte[] sign(byte[] message) {
    try {
      boolean prehashed = algorithm.equals(PREHASHED);
      Signature signature = Signature.getInstance(prehashed ? "Ed25519" : algorithm);
      if (prehashed) {
        signature.setParameter(new EdDSAParameterSpec(true));
      }
      signature.initSign(keys.getPrivate());
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("its own key signs", impossible);
    }
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static byte[] json(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("maps and texts can be written", impossible);
    }
  }
}
