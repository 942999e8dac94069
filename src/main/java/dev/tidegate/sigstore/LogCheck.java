package dev.tidegate.sigstore;

import dev.sigstore.merkle.InclusionProofVerificationException;
import dev.sigstore.merkle.InclusionProofVerifier;
import dev.sigstore.rekor.client.Checkpoints;
import dev.sigstore.rekor.client.RekorEntry.Checkpoint;
import dev.sigstore.rekor.client.RekorEntry.CheckpointSignature;
import dev.sigstore.rekor.client.RekorParseException;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.model.Bytes;
import dev.tidegate.model.PlainText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** Verifies that entries are in the logs of a trusted root. */
final class LogCheck {
  /** Length of the key hint in a checkpoint's signature. */
  private static final int HINT = 4;

  private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private final Roots roots;

  LogCheck(Roots roots) {
    this.roots = roots;
  }

  /**
   * An entry that is in a log.
   *
   * @param index of the entry, as the log has signed or proven it
   * @param time when the log says that it took it in; empty when it does not
   */
  record Logged(Roots.Log log, long index, Optional<Instant> time) {
    /** Log and entry, for people. */
    String name() {
      return log.name() + " entry " + index;
    }

    /**
     * Refuses an entry without a time of its own if {@code time}, at which what it is of existed,
     * is one at which the log's key was not valid.
     */
    void mustBeValid(Instant time) throws Refused {
      if (this.time.isEmpty()) {
        validAt(log, time);
      }
    }
  }

  /**
   * Verifies {@code entry}.
   *
   * @return empty if the log is none of the trusted root's
   * @throws Refused if the entry is not the log's
   */
  Optional<Logged> verify(LogEntry entry) throws Refused {
    Optional<Roots.Log> log =
        roots.logs().stream().filter(one -> one.is(entry.logId())).findFirst();
    if (log.isEmpty()) {
      return Optional.empty();
    }
    if (entry.promise().isEmpty() && entry.proof().isEmpty()) {
      throw bad("is not signed by the log");
    }
    Optional<Instant> time = Optional.empty();
    if (entry.promise().isPresent()) {
      time = Optional.of(promised(entry, log.get(), entry.promise().get()));
    }
    long index = entry.index();
    if (entry.proof().isPresent()) {
      included(entry, log.get(), entry.proof().get());
      // Without a promise nobody has signed the other index.
      index = time.isPresent() ? index : entry.proof().get().index();
    }
    return Optional.of(new Logged(log.get(), index, time));
  }

  private static Instant promised(LogEntry entry, Roots.Log log, Bytes promise) throws Refused {
    if (entry.integratedTime() == 0 || entry.integratedTime() > LATEST) {
      throw bad("has no time");
    }
    // RFC 8785 over these four, none of which needs escaping.
    String canonical =
        "{\"body\":\""
            + base64(entry.body())
            + "\",\"integratedTime\":"
            + entry.integratedTime()
            + ",\"logID\":\""
            + hex(entry.logId())
            + "\",\"logIndex\":"
            + entry.index()
            + "}";
    if (!PublicKeys.verifiesOfLog(
        log.key(), Bytes.copyOf(canonical.getBytes(StandardCharsets.UTF_8)), promise)) {
      throw bad("is not signed by the log " + log.name());
    }
    Instant time = Instant.ofEpochSecond(entry.integratedTime());
    validAt(log, time);
    return time;
  }

  private static void validAt(Roots.Log log, Instant time) throws Refused {
    if (!log.log().getPublicKey().getValidFor().contains(time)) {
      throw bad("is of " + time + ", when the log's key was not valid");
    }
  }

  private static void included(LogEntry entry, Roots.Log log, LogEntry.Proof proof) throws Refused {
    if (proof.index() >= proof.treeSize()) {
      throw bad("is said to be at a place that the log does not have");
    }
    try {
      InclusionProofVerifier.verify(
          leaf(entry.body()),
          proof.index(),
          proof.treeSize(),
          proof.hashes().stream().map(HexFormat.of()::parseHex).toList(),
          HexFormat.of().parseHex(proof.rootHash()));
    } catch (InclusionProofVerificationException | RuntimeException notThere) {
      throw bad("is not proven to be in the log: " + text(notThere));
    }
    try {
      signedBy(log, proof, Checkpoints.from(proof.checkpoint()));
    } catch (RekorParseException | RuntimeException notOne) {
      throw bad("has a checkpoint that cannot be read: " + text(notOne));
    }
  }

  /** A leaf of the log's tree (RFC 6962, section 2.1). */
  private static byte[] leaf(Bytes body) {
    byte[] leaf = new byte[body.size() + 1];
    body.buffer().get(leaf, 1, body.size());
    return Hashes.sha256(Bytes.copyOf(leaf)).toArray();
  }

  private static void signedBy(Roots.Log log, LogEntry.Proof proof, Checkpoint checkpoint)
      throws Refused {
    if (checkpoint.getSize() != proof.treeSize()
        || !HexFormat.of()
            .formatHex(Base64.getDecoder().decode(checkpoint.getBase64Hash()))
            .equals(proof.rootHash())) {
      throw bad("has a checkpoint of another state of the log");
    }
    Bytes text = Bytes.copyOf(checkpoint.getSignedData().getBytes(StandardCharsets.UTF_8));
    for (CheckpointSignature one : checkpoint.getSignatures()) {
      // Others, witnesses, may have signed too; what counts is the log.
      if (log.signsAs(one.getIdentity())
          && Arrays.equals(one.getKeyHint(), Arrays.copyOf(log.log().getLogId().getKeyId(), HINT))
          && PublicKeys.verifiesOfLog(log.key(), text, Bytes.copyOf(one.getSignature()))) {
        return;
      }
    }
    throw bad("has a checkpoint that the log " + log.name() + " has not signed");
  }

  private static String text(Exception from) {
    return PlainText.of(String.valueOf(from.getMessage()), 200);
  }

  private static String base64(Bytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.toArray());
  }

  private static String hex(Bytes bytes) {
    return HexFormat.of().formatHex(bytes.toArray());
  }

  private static Refused bad(String why) {
    return new Refused(Reason.BAD_LOG_ENTRY, "its log entry " + why);
  }
}
