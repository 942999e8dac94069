package dev.tidegate.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidegate.testkit.CosignSigner;
import dev.tidegate.workload.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;

/**
 * A certificate log on loopback as far as an authority sees it: {@code add-pre-chain} of RFC 6962,
 * section 4.2. It promises to log, and keeps nothing.
 */
final class CertificateLog implements AutoCloseable {
  private static final ASN1ObjectIdentifier POISON =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.11129.2.4.3");
  private static final int EXTENSIONS = 3;

  private final HttpServer server;
  private final CosignSigner signer = CosignSigner.create();

  private CertificateLog(HttpServer server) {
    this.server = server;
  }

  static CertificateLog start() throws IOException {
    CertificateLog log =
        new CertificateLog(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    log.server.createContext("/ct/v1/add-pre-chain", log::add);
    log.server.start();
    return log;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Its public key in DER. */
  byte[] key() {
    return signer.keys().getPublic().getEncoded();
  }

  private void add(HttpExchange exchange) throws IOException {
    JsonNode chain = Json.MAPPER.readTree(exchange.getRequestBody()).get("chain");
    long now = Instant.now().toEpochMilli();
    try {
      byte[] certificate = plain(Base64.getDecoder().decode(chain.get(0).asText()));
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(message);
      out.writeShort(0); // version 1, of a certificate
      out.writeLong(now);
      out.writeShort(1); // before it is issued
      out.write(sha256(issuer(chain.get(1).asText()).getPublicKey().getEncoded()));
      out.writeByte(certificate.length >> 16);
      out.writeShort(certificate.length & 0xffff);
      out.write(certificate);
      out.writeShort(0);
      byte[] signature = signer.sign(message.toByteArray());
      ByteArrayOutputStream signed = new ByteArrayOutputStream();
      DataOutputStream digitally = new DataOutputStream(signed);
      digitally.writeByte(4); // SHA-256
      digitally.writeByte(3); // ECDSA
      digitally.writeShort(signature.length);
      digitally.write(signature);
      TokenIssuer.answer(
          exchange,
          Map.of(
              "sct_version",
              0,
              "id",
              Base64.getEncoder().encodeToString(sha256(key())),
              "timestamp",
              now,
              "extensions",
              "",
              "signature",
              Base64.getEncoder().encodeToString(signed.toByteArray())));
    } catch (GeneralSecurityException bad) {
      throw new IOException(bad);
    }
  }

  private static X509Certificate issuer(String base64) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
  }

  /** What is signed of a certificate, without the extension that makes it unusable. */
  private static byte[] plain(byte[] certificate) throws IOException {
    ASN1EncodableVector fields = new ASN1EncodableVector();
    for (ASN1Encodable field :
        ASN1Sequence.getInstance(ASN1Sequence.getInstance(certificate).getObjectAt(0))) {
      fields.add(
          field instanceof ASN1TaggedObject tagged && tagged.getTagNo() == EXTENSIONS
              ? new DERTaggedObject(
                  true, EXTENSIONS, unpoisoned(ASN1Sequence.getInstance(tagged, true)))
              : field);
    }
    return new DERSequence(fields).getEncoded();
  }

  private static DERSequence unpoisoned(ASN1Sequence extensions) {
    ASN1EncodableVector kept = new ASN1EncodableVector();
    for (ASN1Encodable extension : extensions) {
      if (!ASN1Sequence.getInstance(extension).getObjectAt(0).equals(POISON)) {
        kept.add(extension);
      }
    }
    return new DERSequence(kept);
  }

  static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
