package dev.tidegate.evidence;

import java.util.Objects;
import java.util.Optional;

/**
 * Who may sign, with all that is needed to verify it. Two signers are equal if what they verify by
 * is equal; a name is not a part of it.
 */
public sealed interface Signer {
  /**
   * By a public key.
   *
   * @param key the key
   * @param log whether the signature must be in a transparency log
   * @param trust the keys of logs and timestamp authorities; a log can be required only with it
   */
  record ByKey(VerificationKey key, TransparencyLog log, Optional<TrustRoot> trust)
      implements Signer {
    public ByKey {
      Objects.requireNonNull(key);
      Objects.requireNonNull(log);
      Objects.requireNonNull(trust);
    }
  }
}
