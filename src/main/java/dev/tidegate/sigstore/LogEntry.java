package dev.tidegate.sigstore;

import dev.tidegate.model.Bytes;
import java.util.List;
import java.util.Optional;

/**
 * A transparency log's entry as a document carries it; nothing is verified yet.
 *
 * @param logId the SHA-256 of the log's key
 * @param index the entry's number in the log
 * @param integratedTime seconds since 1970; 0 when the log does not say
 * @param body what was logged
 * @param promise the log's signature over the four (its signed entry timestamp)
 * @param proof that it is in the log
 */
record LogEntry(
    Bytes logId,
    long index,
    long integratedTime,
    Bytes body,
    Optional<Bytes> promise,
    Optional<Proof> proof) {

  /**
   * That an entry is in a log of some size.
   *
   * @param hashes of the path to the root, in hexadecimal digits
   * @param rootHash in hexadecimal digits
   * @param checkpoint the log's signed note about its size and root
   */
  record Proof(long index, long treeSize, List<String> hashes, String rootHash, String checkpoint) {
    Proof {
      hashes = List.copyOf(hashes);
    }
  }
}
