package dev.tidegate.sigstore;

import dev.tidegate.evidence.SignatureProofs.Format;
import dev.tidegate.model.Bytes;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A document taken apart, from whichever format; nothing is verified yet.
 *
 * @param content what is signed
 * @param signature over it
 * @param certificate that it came with, for identities; never a source of keys
 * @param hint what the bundle says of its key; means nothing to anybody but people
 * @param entries of transparency logs
 * @param timestamps RFC 3161 responses
 * @param stamped what the timestamps are about
 */
record Signed(
    Format format,
    Content content,
    Bytes signature,
    Optional<X509Certificate> certificate,
    Optional<String> hint,
    List<LogEntry> entries,
    List<Bytes> timestamps,
    Bytes stamped) {
  Signed {
    Objects.requireNonNull(format);
    Objects.requireNonNull(content);
    entries = List.copyOf(entries);
    timestamps = List.copyOf(timestamps);
  }

  /** What is signed. */
  sealed interface Content {}

  /** A payload of cosign's older format. */
  record Payload(Bytes bytes) implements Content {}

  /** A DSSE envelope. */
  record Dsse(Envelope envelope) implements Content {}

  /**
   * The image's manifest itself.
   *
   * @param claimed the SHA-256 that the document says it has
   */
  record Artifact(Optional<Bytes> claimed) implements Content {}
}
