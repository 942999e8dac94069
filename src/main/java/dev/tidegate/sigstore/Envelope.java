package dev.tidegate.sigstore;

import dev.tidegate.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A DSSE envelope with one signature.
 *
 * @param type of the payload
 * @param payload what is signed, decoded
 * @param signature over {@link #signedBytes()}
 */
record Envelope(String type, Bytes payload, Bytes signature) {
  private static final int MOST_SIGNATURES = 16;

  /** Reads an envelope: {@code payloadType}, {@code payload}, {@code signatures}. */
  static Envelope of(Json json) throws Refused {
    List<Json> signatures = json.objects("signatures", MOST_SIGNATURES);
    if (signatures.size() != 1) {
      throw Refused.malformed(
          "its DSSE envelope has "
              + signatures.size()
              + " signatures where exactly one is allowed");
    }
    return new Envelope(
        json.text("payloadType"), json.base64("payload"), signatures.getFirst().base64("sig"));
  }

  /**
   * What DSSE signs (its pre-authentication encoding): type and payload, each with its length in
   * bytes.
   */
  Bytes signedBytes() {
    byte[] typeBytes = type.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.size() + typeBytes.length + 40);
    out.writeBytes(("DSSEv1 " + typeBytes.length + " ").getBytes(StandardCharsets.UTF_8));
    out.writeBytes(typeBytes);
    out.writeBytes((" " + payload.size() + " ").getBytes(StandardCharsets.UTF_8));
    out.writeBytes(payload.toArray());
    return Bytes.copyOf(out.toByteArray());
  }
}
