package dev.tidegate.check;

import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.SignatureProofs;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.TrustRoot;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One who may sign, as a policy names it.
 *
 * @param name for texts, and for exemptions that ask for this signer
 * @param key the public key
 * @param keyless or the identity
 * @param transparencyLog whether the signature must be in a log
 * @param leastLogs in how many distinct logs it must be, where it must be in one
 * @param trustRoot keys of logs and authorities
 */
public record SignerSpec(
    @Field("The name that texts and exemptions use; one name means one signer in all policies.")
        String name,
    @Field("The public key that it signs with; either this or keyless.") Optional<KeySpec> key,
    @Field(
            "The identity that it signs as, with certificates of an authority in trustRoot, instead"
                + " of a key.")
        Optional<KeylessSpec> keyless,
    @Field(
            value =
                "Whether a signature must be in a transparency log: required or notRequired. An"
                    + " entry that is there is verified either way if trustRoot has the log's key.",
            fallback = "notRequired")
        TransparencyLog transparencyLog,
    @Field(
            value =
                "In how many distinct transparency logs a signature must be, where transparencyLog is"
                    + " required; 1 to 16. A log counts once, under however many keys it signs.",
            fallback = "1")
        int leastLogs,
    @Field(
            "The Sigstore trusted root with the keys of transparency logs and timestamp"
                + " authorities; a file in the policy directory.")
        Optional<TrustRoot> trustRoot) {
  public SignerSpec {
    Objects.requireNonNull(key);
    Objects.requireNonNull(trustRoot);
    if (name.length() > 63 || !name.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")) {
      throw new InvalidField(
          "name",
          "\"" + name + "\" is not a name",
          "write lower-case letters, digits, dots and dashes, at most 63");
    }
    if (key.isPresent() == keyless.isPresent()) {
      throw new InvalidField(
          key.isPresent() ? "keyless" : "key",
          key.isPresent() ? "is there beside key" : "is missing",
          "say by what it signs: either key or keyless");
    }
    if (keyless.isPresent() && trustRoot.isEmpty()) {
      throw new InvalidField(
          "trustRoot",
          "is missing: without it no certificate can be verified, so nothing would count",
          "name the file of the trusted root");
    }
    if (leastLogs < 1 || leastLogs > Signer.MOST) {
      throw new InvalidField(
          "leastLogs", "is " + leastLogs, "write a number from 1 to " + Signer.MOST);
    }
    if (leastLogs > 1 && transparencyLog == TransparencyLog.NOT_REQUIRED) {
      throw new InvalidField(
          "leastLogs",
          "is " + leastLogs + ", but no log is required",
          "write transparencyLog: required, too");
    }
    if (transparencyLog == TransparencyLog.REQUIRED && trustRoot.isEmpty()) {
      throw new InvalidField(
          "trustRoot",
          "is missing: without the log's key no entry can be verified, so nothing would count",
          "name the file of the trusted root, or write transparencyLog: notRequired");
    }
  }

  /** What signatures are verified by. */
  public Signer signer() {
    return keyless
        .<Signer>map(identity ->
            new Signer.ByIdentity(
                identity.wantedIssuer(),
                identity.wantedSubject(),
                identity.wantedClaims(),
                transparencyLog,
                trustRoot.orElseThrow(),
                identity.certificateLog() == TransparencyLog.REQUIRED,
                leastLogs,
                identity.leastTimes()))
        .orElseGet(
            () -> new Signer.ByKey(key.orElseThrow().key(), transparencyLog, trustRoot, leastLogs));
  }

  /** What tells it from others: the key, or who it is by which authorities. */
  Object distinct() {
    return key.<Object>map(KeySpec::key).orElseGet(this::signer);
  }

  /** When its key ends; an identity's certificates end by themselves. */
  Optional<Instant> until() {
    return key.flatMap(KeySpec::until);
  }

  /**
   * Whether {@code proven} counts at {@code now}: the key must not have ended by the time at which
   * the signature is proven to have existed. Where nothing trusted tells that time, it may have
   * been made at any time, so the present decides.
   */
  boolean counts(SignatureProofs.Proven proven, Instant now) {
    Instant existed = proven.times().isEmpty() ? now : proven.times().getFirst();
    return until().isEmpty() || existed.isBefore(until().get());
  }

  /** Whether {@code other} is the same signer under the same conditions. */
  public boolean sameAs(SignerSpec other) {
    return signer().equals(other.signer()) && until().equals(other.until());
  }
}
