package dev.tidegate.sigstore;

import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.evidence.Signer;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.Digest;
import dev.tidegate.model.PlainText;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Verifies one Sigstore bundle over any artifact, for people and for conformance tests. */
public final class BundleVerifier {
  private final InstantSource clock;

  /** Verifies, at the present of {@code clock}. */
  public BundleVerifier(InstantSource clock) {
    this.clock = clock;
  }

  /** What came of it. */
  public sealed interface Result {}

  /**
   * The bundle is genuine.
   *
   * @param signer the key's id, or the identity
   * @param predicateType of an attestation
   * @param log the entry of a transparency log that was verified
   * @param times at which it is proven to have existed
   */
  public record Verified(
      String signer, Optional<String> predicateType, Optional<String> log, List<Instant> times)
      implements Result {}

  /**
   * It is not.
   *
   * @param why as the end of "does not count: "
   */
  public record Failed(Reason reason, String why) implements Result {}

  /**
   * Verifies {@code bundle}.
   *
   * @param artifact the SHA-256 of what must be signed, or be a subject of what is
   */
  public Result verify(Bytes bundle, Digest artifact, Signer signer) {
    try {
      Verification.Verified verified =
          new Verification(signer, artifact, clock.instant()).verify(BundleReader.read(bundle));
      return new Verified(
          verified.signer(),
          verified.statement().map(Statement::predicateType),
          verified.log(),
          verified.times());
    } catch (Refused refused) {
      return new Failed(refused.reason(), PlainText.of(refused.why(), 500));
    } catch (RuntimeException unforeseen) {
      // Libraries throw what they like at hostile input; it certainly proves nothing.
      return new Failed(
          Reason.MALFORMED, "it cannot be read: " + PlainText.of(String.valueOf(unforeseen), 300));
    }
  }
}
