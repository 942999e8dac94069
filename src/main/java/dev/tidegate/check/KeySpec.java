package dev.tidegate.check;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.VerificationKey;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A public key as a policy gives it.
 *
 * @param file a file beside the policy
 * @param pem the key itself
 * @param until exclusive: what was signed then or later does not count
 */
public record KeySpec(
    @Field(
            "Name of a file in the policy directory with the public key in PEM, for instance"
                + " cosign.pub.")
        Optional<KeyFile> file,
    @Field("The public key in PEM, instead of a file.") Optional<VerificationKey> pem,
    @Field(
            "When the key ends (exclusive). Compared with the moment at which a transparency log or"
                + " timestamp authority says the signature existed, else with the present.")
        Optional<Instant> until) {
  public KeySpec {
    Objects.requireNonNull(until);
    if (file.isPresent() == pem.isPresent()) {
      throw new InvalidField(
          file.isPresent() ? "pem" : "file",
          file.isPresent() ? "is there beside file" : "is missing",
          "give the key either as file or as pem");
    }
  }

  /** The key. */
  public VerificationKey key() {
    return pem.orElseGet(() -> file.orElseThrow().key());
  }
}
