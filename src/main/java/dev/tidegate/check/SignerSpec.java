package dev.tidegate.check;

import dev.tidegate.document.Beginning;
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
 * @param notBefore inclusive: what is not proven to be of that time or later does not count
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
            "The moment from which on its signatures count (inclusive; a day counts from its"
                + " beginning, UTC), so that what was signed earlier can not be brought back. Compared"
                + " with the earliest moment at which a transparency log or timestamp authority of"
                + " trustRoot says the signature existed; where none says so, it does not count.")
        Optional<Beginning> notBefore,
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
    Objects.requireNonNull(notBefore);
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
    if (notBefore.isPresent() && trustRoot.isEmpty()) {
      throw new InvalidField(
          "trustRoot",
          "is missing: without it nothing tells when something was signed, so with notBefore nothing"
              + " would count",
          "name the file of the trusted root with the keys of logs and timestamp authorities, or"
              + " remove notBefore");
    }
    Optional<Instant> end = key.flatMap(KeySpec::until);
    if (notBefore.isPresent() && end.isPresent() && !notBefore.get().at().isBefore(end.get())) {
      throw new InvalidField(
          "notBefore",
          "is not before the end of the key, " + end.get() + ", so nothing could count",
          "write an earlier moment");
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
  private Optional<Instant> until() {
    return key.flatMap(KeySpec::until);
  }

  /**
   * Why {@code proven}, which is verified for this signer, does not count at {@code now}, as the
   * words after "but "; empty when it does. What decides is the earliest time that is proven, since
   * it existed by then at the latest. Where nothing trusted tells a time, it may have been made at
   * any: for the end of a key the present decides then, and a beginning is not kept.
   */
  public Optional<String> against(SignatureProofs.Proven proven, Instant now) {
    Optional<Instant> existed = proven.times().stream().findFirst();
    if (until().isPresent() && !existed.orElse(now).isBefore(until().get())) {
      return Optional.of(
          "the key ended at "
              + until().get()
              + (existed.isEmpty() ? ", and nothing proves that it is older" : ""));
    }
    if (notBefore.isEmpty()) {
      return Optional.empty();
    }
    if (existed.isEmpty()) {
      return Optional.of(
          "nothing trusted tells when it was signed, and only what was signed from "
              + notBefore.get()
              + " on counts: sign it again, with an entry in a transparency log of the trusted root"
              + " that tells its time, or with a timestamp");
    }
    return existed.get().isBefore(notBefore.get().at())
        ? Optional.of(
            "it existed at "
                + existed.get()
                + ", and only what was signed from "
                + notBefore.get()
                + " on counts")
        : Optional.empty();
  }

  /** Whether {@code other} is the same signer under the same conditions. */
  public boolean sameAs(SignerSpec other) {
    return signer().equals(other.signer())
        && until().equals(other.until())
        && notBefore.equals(other.notBefore());
  }
}
