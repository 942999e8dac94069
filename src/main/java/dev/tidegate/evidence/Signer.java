package dev.tidegate.evidence;

import dev.tidegate.model.BadValue;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Who may sign, with all that is needed to verify it. Two signers are equal if what they verify by
 * is equal; a name is not a part of it.
 */
public sealed interface Signer {
  /** The most logs, and the most timestamps, that a document can have. */
  int MOST = 16;

  /**
   * By a public key.
   *
   * @param key the key
   * @param log whether the signature must be in a transparency log
   * @param trust the keys of logs and timestamp authorities; a log can be required only with it
   * @param leastLogs in how many distinct logs it must be where one is required, 1 to {@value
   *     #MOST}
   */
  record ByKey(VerificationKey key, TransparencyLog log, Optional<TrustRoot> trust, int leastLogs)
      implements Signer {
    public ByKey {
      Objects.requireNonNull(key);
      Objects.requireNonNull(log);
      Objects.requireNonNull(trust);
      bounded(leastLogs);
    }

    /** One log suffices. */
    public ByKey(VerificationKey key, TransparencyLog log, Optional<TrustRoot> trust) {
      this(key, log, trust, 1);
    }
  }

  /**
   * By a short-lived certificate over an identity, as Fulcio issues them ("keyless").
   *
   * @param issuer who vouches for the identity: the OIDC issuer
   * @param subject the identity: a mail address, or the URI of a workflow
   * @param claims what else the certificate must say
   * @param log whether the signature must be in a transparency log
   * @param trust the certificate authorities, logs and timestamp authorities
   * @param certificateLog whether the certificate must prove that it is in a certificate log
   * @param leastLogs in how many distinct logs it must be where one is required, 1 to {@value
   *     #MOST}
   * @param leastClocks how many distinct logs and timestamp authorities must say when it existed, 1
   *     to {@value #MOST}
   */
  record ByIdentity(
      IdentityPattern issuer,
      IdentityPattern subject,
      Map<FulcioClaim, IdentityPattern> claims,
      TransparencyLog log,
      TrustRoot trust,
      boolean certificateLog,
      int leastLogs,
      int leastClocks)
      implements Signer {
    public ByIdentity {
      Objects.requireNonNull(issuer);
      Objects.requireNonNull(subject);
      claims = Map.copyOf(claims);
      Objects.requireNonNull(log);
      Objects.requireNonNull(trust);
      bounded(leastLogs);
      bounded(leastClocks);
    }

    /** One log and one trusted time suffice. */
    public ByIdentity(
        IdentityPattern issuer,
        IdentityPattern subject,
        Map<FulcioClaim, IdentityPattern> claims,
        TransparencyLog log,
        TrustRoot trust,
        boolean certificateLog) {
      this(issuer, subject, claims, log, trust, certificateLog, 1, 1);
    }
  }

  private static void bounded(int least) {
    if (least < 1 || least > MOST) {
      throw new BadValue(
          "a threshold of " + least + " logs or authorities can not be demanded",
          "demand 1 to " + MOST);
    }
  }
}
