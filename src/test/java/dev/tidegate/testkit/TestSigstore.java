package dev.tidegate.testkit;

import static dev.tidegate.testkit.CosignSigner.base64;
import static dev.tidegate.testkit.CosignSigner.json;

import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;

/**
 * A Sigstore of its own for tests: certificate authority, certificate log, transparency log (Rekor
 * v1) and timestamp authority, all with keys in memory, and the trusted root that names them.
 */
public final class TestSigstore {
  /** From when on everything in the trusted root is valid. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final String FULCIO = "1.3.6.1.4.1.57264.1.";
  private static final String SCTS = "1.3.6.1.4.1.11129.2.4.2";

  private static final Duration LIFE = Duration.ofDays(3650);

  private final String domain;
  private final CosignSigner rekor = CosignSigner.create();
  private final CosignSigner certificateLog = CosignSigner.create();
  private final CosignSigner authority = CosignSigner.create();
  private final CosignSigner timestamps = CosignSigner.create();
  private final CosignSigner top = CosignSigner.create();

  /** The authority's own certificate, and that of whom it is by if it is not by itself. */
  private final List<X509Certificate> chain;

  private final X509Certificate stamping;

  /** A new one, whose services are called {@code rekor.example.com} and so on. */
  public TestSigstore() {
    this("example.com");
  }

  /** A new one, whose services are called {@code rekor.DOMAIN} and so on. */
  public TestSigstore(String domain) {
    this(domain, false, START.plus(LIFE));
  }

  private TestSigstore(String domain, boolean intermediate, Instant end) {
    this.domain = domain;
    try {
      chain =
          intermediate
              ? List.of(
                  authority("CN=test top", top, "CN=test fulcio", authority, end),
                  authority("CN=test top", top, "CN=test top", top, START.plus(LIFE)))
              : List.of(authority("CN=test fulcio", authority, "CN=test fulcio", authority, end));
      X509v3CertificateBuilder below =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=test fulcio"),
              BigInteger.TEN,
              Date.from(START),
              Date.from(START.plus(Duration.ofDays(3650))),
              new X500Name("CN=test timestamps"),
              timestamps.keys().getPublic());
      below.addExtension(
          Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
      stamping = new JcaX509CertificateConverter().getCertificate(below.build(by(authority)));
    } catch (IOException | GeneralSecurityException | OperatorCreationException impossible) {
      throw new IllegalStateException("cannot make a certificate", impossible);
    }
  }

  private String host() {
    return "rekor." + domain;
  }

  /** One whose authority has a certificate that ends at {@code end}. */
  public static TestSigstore endingAt(Instant end) {
    return new TestSigstore("example.com", false, end);
  }

  /** One whose authority is by another, with a certificate that ends at {@code end}. */
  public static TestSigstore withIntermediateEndingAt(Instant end) {
    return new TestSigstore("example.com", true, end);
  }

  private static X509Certificate authority(
      String issuer, CosignSigner by, String subject, CosignSigner of, Instant end)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Name(issuer),
            BigInteger.ONE,
            Date.from(START),
            Date.from(end),
            new X500Name(subject),
            of.keys().getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(1));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    return new JcaX509CertificateConverter().getCertificate(builder.build(by(by)));
  }

  private String certificates(List<X509Certificate> certificates) {
    return certificates.stream()
        .map(one -> "{\"rawBytes\":\"" + base64(der(one)) + "\"}")
        .collect(Collectors.joining(",", "\"certChain\":{\"certificates\":[", "]}"));
  }

  /** {@code trusted_root.json}. */
  public String trustedRoot() {
    return trustedRoot("\"start\":\"" + START + "\"");
  }

  /** {@code trusted_root.json} whose log key is valid for {@code logValidity} only. */
  public String trustedRoot(String logValidity) {
    List<X509Certificate> stampers = new ArrayList<>(List.of(stamping));
    stampers.addAll(chain);
    String since = "\"validFor\":{\"start\":\"" + START + "\"}";
    return "{\"mediaType\":\"application/vnd.dev.sigstore.trustedroot+json;version=0.1\",\"tlogs\":["
        + log("https://" + host(), rekor, logValidity)
        + "],\"certificateAuthorities\":[{\"subject\":{\"organization\":\"test\",\"commonName\":\"test"
        + " fulcio\"},\"uri\":\"https://fulcio."
        + domain
        + "\","
        + certificates(chain)
        + ","
        + since
        + "}],\"ctlogs\":["
        + log("https://ct." + domain, certificateLog, "\"start\":\"" + START + "\"")
        + "],\"timestampAuthorities\":[{\"subject\":{\"organization\":\"test\",\"commonName\":\"test"
        + " timestamps\"},\"uri\":\"https://tsa."
        + domain
        + "\","
        + certificates(stampers)
        + ","
        + since
        + "}]}";
  }

  private static String log(String url, CosignSigner key, String validity) {
    return "{\"baseUrl\":\""
        + url
        + "\",\"hashAlgorithm\":\"SHA2_256\",\"publicKey\":{\"rawBytes\":\""
        + base64(key.keys().getPublic().getEncoded())
        + "\",\"keyDetails\":\"PKIX_ECDSA_P256_SHA_256\",\"validFor\":{"
        + validity
        + "}},\"logId\":{\"keyId\":\""
        + base64(sha256(key.keys().getPublic().getEncoded()))
        + "\"}}";
  }

  /** A certificate as an authority issues it, and what can be wrong with one. */
  public record Request(
      PublicKey key,
      String issuer,
      String subject,
      Instant from,
      boolean logged,
      KeyPurposeId purpose,
      int usage,
      boolean authority,
      Map<String, String> extensions) {
    /** One that nothing is wrong with: valid for ten minutes from {@code from}. */
    public static Request of(PublicKey key, String issuer, String subject, Instant from) {
      return new Request(
          key,
          issuer,
          subject,
          from,
          true,
          KeyPurposeId.id_kp_codeSigning,
          KeyUsage.digitalSignature,
          false,
          Map.of());
    }

    /** Without proof that it is in a certificate log. */
    public Request unlogged() {
      return new Request(key, issuer, subject, from, false, purpose, usage, authority, extensions);
    }

    /** For another purpose. */
    public Request withPurpose(KeyPurposeId other) {
      return new Request(key, issuer, subject, from, logged, other, usage, authority, extensions);
    }

    /** Whose key is for something else: a bit of {@link KeyUsage}. */
    public Request withUsage(int other) {
      return new Request(key, issuer, subject, from, logged, purpose, other, authority, extensions);
    }

    /** That is an authority itself. */
    public Request asAuthority() {
      return new Request(key, issuer, subject, from, logged, purpose, usage, true, extensions);
    }

    /** With another text in the extension {@code oid}. */
    public Request with(String oid, String text) {
      Map<String, String> more = new HashMap<>(extensions);
      more.put(oid, text);
      return new Request(key, issuer, subject, from, logged, purpose, usage, authority, more);
    }
  }

  /** Issues a certificate. */
  public X509Certificate issue(Request request) {
    try {
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=test fulcio"),
              BigInteger.TWO,
              Date.from(request.from()),
              Date.from(request.from().plus(Duration.ofMinutes(10))),
              new X500Name(new org.bouncycastle.asn1.x500.RDN[0]),
              request.key());
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(request.usage()));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(request.purpose()));
      if (request.authority()) {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      }
      int kind =
          request.subject().contains("://")
              ? GeneralName.uniformResourceIdentifier
              : GeneralName.rfc822Name;
      builder.addExtension(
          Extension.subjectAlternativeName,
          true,
          new GeneralNames(new GeneralName(kind, request.subject())));
      builder.addExtension(
          new ASN1ObjectIdentifier(FULCIO + "8"), false, new DERUTF8String(request.issuer()));
      for (var extension : request.extensions().entrySet()) {
        builder.addExtension(
            new ASN1ObjectIdentifier(extension.getKey()),
            false,
            new DERUTF8String(extension.getValue()));
      }
      if (request.logged()) {
        byte[] plain =
            builder.build(by(authority)).toASN1Structure().getTBSCertificate().getEncoded();
        builder.addExtension(
            new ASN1ObjectIdentifier(SCTS), false, new DEROctetString(scts(plain, request.from())));
      }
      return new JcaX509CertificateConverter().getCertificate(builder.build(by(authority)));
    } catch (IOException | GeneralSecurityException | OperatorCreationException impossible) {
      throw new IllegalStateException("cannot make a certificate", impossible);
    }
  }

  /** RFC 6962, sections 3.2 and 3.3, with one timestamp. */
  private byte[] scts(byte[] certificate, Instant at) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(message);
    out.writeByte(0);
    out.writeByte(0);
    out.writeLong(at.toEpochMilli());
    out.writeShort(1);
    out.write(sha256(authority.keys().getPublic().getEncoded()));
    out.writeByte(certificate.length >> 16);
    out.writeShort(certificate.length & 0xffff);
    out.write(certificate);
    out.writeShort(0);
    byte[] signature = certificateLog.sign(message.toByteArray());
    ByteArrayOutputStream sct = new ByteArrayOutputStream();
    DataOutputStream one = new DataOutputStream(sct);
    one.writeByte(0);
    one.write(sha256(certificateLog.keys().getPublic().getEncoded()));
    one.writeLong(at.toEpochMilli());
    one.writeShort(0);
    one.writeByte(4);
    one.writeByte(3);
    one.writeShort(signature.length);
    one.write(signature);
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    DataOutputStream all = new DataOutputStream(list);
    all.writeShort(sct.size() + 2);
    all.writeShort(sct.size());
    all.write(sct.toByteArray());
    return list.toByteArray();
  }

  /** What a log entry is of, as {@code hashedrekord 0.0.1}. */
  public static byte[] hashedRekord(byte[] message, byte[] signature, String pem) {
    return json(
        body(
            "hashedrekord",
            Map.of(
                "data",
                Map.of(
                    "hash",
                    Map.of(
                        "algorithm", "sha256", "value", HexFormat.of().formatHex(sha256(message)))),
                "signature",
                Map.of(
                    "content",
                    base64(signature),
                    "publicKey",
                    Map.of("content", base64(pem.getBytes(StandardCharsets.UTF_8)))))));
  }

  /** What a log entry is of, as {@code dsse 0.0.1}. */
  public static byte[] dsse(byte[] payload, byte[] signature, String pem) {
    return json(
        body(
            "dsse",
            Map.of(
                "payloadHash",
                Map.of("algorithm", "sha256", "value", HexFormat.of().formatHex(sha256(payload))),
                "signatures",
                List.of(
                    Map.of(
                        "signature",
                        base64(signature),
                        "verifier",
                        base64(pem.getBytes(StandardCharsets.UTF_8)))))));
  }

  private static Map<String, Object> body(String kind, Object spec) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("apiVersion", "0.0.1");
    body.put("kind", kind);
    body.put("spec", spec);
    return body;
  }

  /** The annotation of the older format that says that {@code body} was logged at {@code at}. */
  public String annotation(byte[] body, Instant at) {
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("body", base64(body));
    payload.put("integratedTime", at.getEpochSecond());
    payload.put("logIndex", 7);
    payload.put("logID", HexFormat.of().formatHex(logId()));
    return new String(
        json(Map.of("SignedEntryTimestamp", base64(promise(body, at)), "Payload", payload)),
        StandardCharsets.UTF_8);
  }

  /** {@code layer} with the annotation that says that {@code body} was logged at {@code at}. */
  public SignatureDocument.Layer logged(SignatureDocument.Layer layer, byte[] body, Instant at) {
    return with(layer, "dev.sigstore.cosign/bundle", annotation(body, at));
  }

  /** {@code layer}, whose signature is by the key in {@code certificate}, logged at {@code at}. */
  public SignatureDocument.Layer keyless(
      SignatureDocument.Layer layer, X509Certificate certificate, Instant at) {
    byte[] signature = Base64.getDecoder().decode(layer.annotations().get(CosignSigner.SIGNATURE));
    return logged(
        certified(layer, certificate),
        hashedRekord(layer.payload().toArray(), signature, pem(certificate)),
        at);
  }

  /** {@code layer} with {@code certificate} beside it. */
  public static SignatureDocument.Layer certified(
      SignatureDocument.Layer layer, X509Certificate certificate) {
    return with(layer, "dev.sigstore.cosign/certificate", pem(certificate));
  }

  /** {@code layer} with one more annotation. */
  public static SignatureDocument.Layer with(
      SignatureDocument.Layer layer, String key, String value) {
    Map<String, String> more = new HashMap<>(layer.annotations());
    more.put(key, value);
    return new SignatureDocument.Layer(
        layer.place(), layer.kind(), layer.mediaType(), layer.payload(), more);
  }

  /** An entry of a log that gives no time, as Rekor v2 makes them. */
  public Map<String, Object> untimedEntry(byte[] body) {
    Map<String, Object> entry = entry(body, START);
    entry.remove("integratedTime");
    entry.remove("inclusionPromise");
    return entry;
  }

  /** The entry of a bundle that says that {@code body} was logged at {@code at}. */
  public Map<String, Object> entry(byte[] body, Instant at) {
    byte[] leaf = new byte[body.length + 1];
    System.arraycopy(body, 0, leaf, 1, body.length);
    byte[] hash = sha256(leaf);
    String note = host() + "\n1\n" + base64(hash) + "\n";
    byte[] signature = rekor.sign(note.getBytes(StandardCharsets.UTF_8));
    byte[] hinted = Arrays.copyOf(logId(), 4 + signature.length);
    System.arraycopy(signature, 0, hinted, 4, signature.length);
    Map<String, Object> proof = new LinkedHashMap<>();
    proof.put("logIndex", "0");
    proof.put("rootHash", base64(hash));
    proof.put("treeSize", "1");
    proof.put(
        "checkpoint",
        Map.of("envelope", note + "\n\u2014 " + host() + " " + base64(hinted) + "\n"));
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("logIndex", "7");
    entry.put("logId", Map.of("keyId", base64(logId())));
    entry.put("integratedTime", Long.toString(at.getEpochSecond()));
    entry.put("inclusionPromise", Map.of("signedEntryTimestamp", base64(promise(body, at))));
    entry.put("inclusionProof", proof);
    entry.put("canonicalizedBody", base64(body));
    return entry;
  }

  private byte[] promise(byte[] body, Instant at) {
    return rekor.sign(
        ("{\"body\":\""
                + base64(body)
                + "\",\"integratedTime\":"
                + at.getEpochSecond()
                + ",\"logID\":\""
                + HexFormat.of().formatHex(logId())
                + "\",\"logIndex\":7}")
            .getBytes(StandardCharsets.UTF_8));
  }

  private byte[] logId() {
    return sha256(rekor.keys().getPublic().getEncoded());
  }

  /** A certificate in PEM. */
  public static String pem(X509Certificate certificate) {
    return "-----BEGIN CERTIFICATE-----\n"
        + base64(der(certificate))
        + "\n-----END CERTIFICATE-----\n";
  }

  /** A certificate's bytes. */
  public static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("a certificate has bytes", impossible);
    }
  }

  /** The trusted root's bytes. */
  public Bytes trustedRootBytes() {
    return Bytes.copyOf(trustedRoot().getBytes(StandardCharsets.UTF_8));
  }

  /** The certificate of the timestamp authority. */
  public X509Certificate stamping() {
    return stamping;
  }

  /** {@code layer} with a timestamp that says that {@code message} existed at {@code at}. */
  public SignatureDocument.Layer stamped(
      SignatureDocument.Layer layer, byte[] message, Instant at) {
    return with(
        layer,
        "dev.sigstore.cosign/rfc3161timestamp",
        "{\"SignedRFC3161Timestamp\":\"" + base64(stamp(message, at)) + "\"}");
  }

  /** A timestamp that says that {@code message} existed at {@code at}. */
  public byte[] stamp(byte[] message, Instant at) {
    return stamp(message, at, List.of(stamping));
  }

  /** The same, with {@code certificates} in it. */
  public byte[] stamp(byte[] message, Instant at, List<X509Certificate> certificates) {
    try {
      TimeStampRequestGenerator request = new TimeStampRequestGenerator();
      request.setCertReq(true);
      TimeStampTokenGenerator token =
          new TimeStampTokenGenerator(
              new JcaSimpleSignerInfoGeneratorBuilder()
                  .build("SHA256withECDSA", timestamps.keys().getPrivate(), stamping),
              new JcaDigestCalculatorProviderBuilder()
                  .build()
                  .get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256)),
              new ASN1ObjectIdentifier("1.2.3.4.5"));
      token.addCertificates(new JcaCertStore(certificates));
      return new TimeStampResponseGenerator(token, TSPAlgorithms.ALLOWED)
          .generate(
              request.generate(TSPAlgorithms.SHA256, sha256(message), BigInteger.ONE),
              BigInteger.ONE,
              Date.from(at))
          .getEncoded();
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | TSPException impossible) {
      throw new IllegalStateException("cannot make a timestamp", impossible);
    }
  }

  private static ContentSigner by(CosignSigner signer) throws OperatorCreationException {
    KeyPair keys = signer.keys();
    return new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
