package dev.tidegate.evidence;

import java.util.Map;
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

  /**
   * By a short-lived certificate over an identity, as Fulcio issues them ("keyless").
   *
   * @param issuer who vouches for the identity: the OIDC issuer
   * @param subject the identity: a mail address, or the URI of a workflow
   * @param claims what else the certificate must say
   * @param log whether the signature must be in a transparency log
   * @param trust the certificate authorities, logs and timestamp authorities
   * @param certificateLog whether the certificate must prove that it is in a certificate log
   */
  record ByIdentity(
      IdentityPattern issuer,
      IdentityPattern subject,
      Map<FulcioClaim, IdentityPattern> claims,
      TransparencyLog log,
      TrustRoot trust,
      boolean certificateLog)
      implements Signer {
    public ByIdentity {
      Objects.requireNonNull(issuer);
      Objects.requireNonNull(subject);
      claims = Map.copyOf(claims);
      Objects.requireNonNull(log);
      Objects.requireNonNull(trust);
    }
  }
}
