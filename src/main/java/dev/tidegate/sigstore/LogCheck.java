package dev.tidegate.sigstore;

import dev.sigstore.rekor.client.Checkpoints;
import dev.sigstore.rekor.client.ImmutableInclusionProof;
import dev.sigstore.rekor.client.ImmutableRekorEntry;
import dev.sigstore.rekor.client.ImmutableVerification;
import dev.sigstore.rekor.client.RekorParseException;
import dev.sigstore.rekor.client.RekorVerificationException;
import dev.tidegate.evidence.SignatureProofs.Reason;
import dev.tidegate.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** Verifies that entries are in the logs of a trusted root. */
final class LogCheck {
  private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private final Roots roots;

  LogCheck(Roots roots) {
    this.roots = roots;
  }

  /**
   * An entry that is in a log.
   *
   * @param name of log and entry, for people
   * @param time when the log says that it took it in; empty when it does not
   */
  record Logged(String name, Optional<Instant> time) {}

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
    if (entry.proof().isPresent()) {
      included(entry, entry.proof().get());
    }
    return Optional.of(new Logged(log.get().name() + " entry " + entry.index(), time));
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
    if (!log.log().getPublicKey().getValidFor().contains(time)) {
      throw bad("is of " + time + ", when the log's key was not valid");
    }
    return time;
  }

  private void included(LogEntry entry, LogEntry.Proof proof) throws Refused {
    try {
      if (Checkpoints.from(proof.checkpoint()).getSize() != proof.treeSize()) {
        throw bad("has a checkpoint of another size of the log");
      }
      roots
          .rekor()
          .verifyEntry(
              ImmutableRekorEntry.builder()
                  .body(base64(entry.body()))
                  .integratedTime(entry.integratedTime())
                  .logID(hex(entry.logId()))
                  .logIndex(entry.index())
                  .verification(
                      ImmutableVerification.builder()
                          .signedEntryTimestamp("") // verified by promised()
                          .inclusionProof(
                              ImmutableInclusionProof.builder()
                                  .logIndex(proof.index())
                                  .treeSize(proof.treeSize())
                                  .rootHash(proof.rootHash())
                                  .hashes(proof.hashes())
                                  .checkpoint(proof.checkpoint())
                                  .build())
                          .build())
                  .build());
    } catch (RekorParseException | RekorVerificationException | RuntimeException notThere) {
      throw bad("is not proven to be in the log: " + notThere.getMessage());
    }
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
