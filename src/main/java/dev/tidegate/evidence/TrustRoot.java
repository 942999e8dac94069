package dev.tidegate.evidence;

import dev.tidegate.model.Bytes;
import java.util.Objects;

/**
 * A Sigstore trusted root: certificate authorities, certificate and transparency logs, timestamp
 * authorities, each with its time of validity.
 *
 * @param json the document ({@code application/vnd.dev.sigstore.trustedroot+json}); it was read
 *     without error when the policy was loaded
 */
public record TrustRoot(Bytes json) {
  public TrustRoot {
    Objects.requireNonNull(json);
  }
}
