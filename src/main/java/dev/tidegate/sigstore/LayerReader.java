package dev.tidegate.sigstore;

import dev.tidegate.evidence.SignatureDocument;
import dev.tidegate.evidence.SignatureProofs.Format;
import dev.tidegate.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Reads layers under the tags {@code .sig} and {@code .att}. */
final class LayerReader {
  private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
  private static final String CERTIFICATE = "dev.sigstore.cosign/certificate";
  private static final String BUNDLE = "dev.sigstore.cosign/bundle";
  private static final String TIMESTAMP = "dev.sigstore.cosign/rfc3161timestamp";

  private LayerReader() {}

  static Signed read(SignatureDocument.Layer layer) throws Refused {
    var annotations = layer.annotations();
    Optional<String> certificate =
        Optional.ofNullable(annotations.get(CERTIFICATE)).filter(text -> !text.isBlank());
    Optional<String> log =
        Optional.ofNullable(annotations.get(BUNDLE)).filter(text -> !text.isBlank());
    Optional<String> stamp =
        Optional.ofNullable(annotations.get(TIMESTAMP)).filter(text -> !text.isBlank());
    Signed.Content content;
    Bytes signature;
    Bytes stamped;
    if (layer.kind() == SignatureDocument.Kind.ATTESTATION) {
      Envelope envelope = Envelope.of(Json.object(layer.payload().toArray(), "its DSSE envelope"));
      content = new Signed.Dsse(envelope);
      signature = envelope.signature();
      stamped = layer.payload();
    } else {
      String text = annotations.get(SIGNATURE);
      if (text == null || text.isBlank()) {
        throw Refused.malformed("its annotation " + SIGNATURE + " is missing");
      }
      content = new Signed.Payload(layer.payload());
      signature = Json.base64(text, "its signature");
      stamped = signature;
    }
    return new Signed(
        Format.LAYER,
        content,
        signature,
        certificate.isPresent()
            ? Optional.of(Certificates.fromPem(certificate.get()))
            : Optional.empty(),
        Optional.empty(),
        log.isPresent() ? List.of(entry(log.get())) : List.of(),
        stamp.isPresent() ? List.of(timestamp(stamp.get())) : List.of(),
        stamped);
  }

  private static LogEntry entry(String annotation) throws Refused {
    Json json = Json.object(annotation.getBytes(StandardCharsets.UTF_8), "its log entry");
    Json payload = json.object("Payload");
    String logId = payload.text("logID");
    byte[] id;
    try {
      id = HexFormat.of().parseHex(logId);
    } catch (IllegalArgumentException notHex) {
      throw Refused.malformed("its log entry's logID is not hexadecimal");
    }
    return new LogEntry(
        Bytes.copyOf(id),
        payload.whole("logIndex"),
        payload.whole("integratedTime"),
        payload.base64("body"),
        Optional.of(json.base64("SignedEntryTimestamp")),
        Optional.empty());
  }

  private static Bytes timestamp(String annotation) throws Refused {
    return Json.object(annotation.getBytes(StandardCharsets.UTF_8), "its timestamp")
        .base64("SignedRFC3161Timestamp");
  }
}
