package dev.tidegate.check;

import com.google.re2j.Pattern;
import dev.tidegate.document.Field;
import dev.tidegate.document.InvalidField;
import dev.tidegate.document.Words;
import dev.tidegate.evidence.FulcioClaim;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An identity that signs with short-lived certificates, as a policy gives it: issuer and subject,
 * each exactly or by an expression.
 *
 * @param issuer exactly
 * @param issuerRegExp by expression
 * @param subject exactly
 * @param subjectRegExp by expression
 * @param claims what else the certificate says, exactly
 * @param claimsRegExp and by expression
 * @param certificateLog whether the certificate must be in a certificate log
 * @param leastTimes how many distinct logs and timestamp authorities must tell the time
 */
public record KeylessSpec(
    @Field(
            "Who vouches for the identity, exactly: the OIDC issuer, for instance"
                + " https://token.actions.githubusercontent.com.")
        Optional<String> issuer,
    @Field("The issuer as an RE2 expression over its whole text, instead of issuer.")
        Optional<Pattern> issuerRegExp,
    @Field("The identity, exactly: a mail address, or the URI of a workflow.")
        Optional<String> subject,
    @Field("The identity as an RE2 expression over its whole text, instead of subject.")
        Optional<Pattern> subjectRegExp,
    @Field(
            "What the certificate must say beside it, exactly, by the names of Fulcio's claims: for"
                + " instance sourceRepositoryURI, sourceRepositoryRef, buildConfigURI,"
                + " runnerEnvironment, buildTrigger.")
        Map<String, String> claims,
    @Field("Claims as RE2 expressions over their whole text; for others than those in claims.")
        Map<String, Pattern> claimsRegExp,
    @Field(
            value =
                "Whether the certificate must prove that it is in a certificate log: required or"
                    + " notRequired (for authorities that have none).",
            fallback = "required")
        TransparencyLog certificateLog,
    @Field(
            value =
                "How many distinct logs and timestamp authorities must say when the signature"
                    + " existed; 1 to 16.",
            fallback = "1")
        int leastTimes) {
  public KeylessSpec {
    Objects.requireNonNull(certificateLog);
    if (leastTimes < 1 || leastTimes > Signer.MOST) {
      throw new InvalidField(
          "leastTimes", "is " + leastTimes, "write a number from 1 to " + Signer.MOST);
    }
    either("issuer", issuer, issuerRegExp);
    either("subject", subject, subjectRegExp);
    claims = Map.copyOf(claims);
    claimsRegExp = Map.copyOf(claimsRegExp);
    claims.forEach((word, text) -> {
      known("claims", word);
      if (text.isBlank()) {
        throw new InvalidField("claims." + word, "is empty", "write the whole text");
      }
    });
    for (String word : claimsRegExp.keySet()) {
      known("claimsRegExp", word);
      if (claims.containsKey(word)) {
        throw new InvalidField(
            "claimsRegExp." + word, "is there beside claims." + word, "remove one of the two");
      }
    }
  }

  private static void known(String field, String word) {
    if (FulcioClaim.of(word).isEmpty()) {
      throw new InvalidField(
          field + "." + word,
          "is no claim of a certificate that Fulcio issues",
          Words.choose(word, Arrays.stream(FulcioClaim.values()).map(FulcioClaim::word).toList()));
    }
  }

  /** What the certificate must say beside issuer and subject. */
  Map<FulcioClaim, IdentityPattern> wantedClaims() {
    Map<FulcioClaim, IdentityPattern> wanted = new EnumMap<>(FulcioClaim.class);
    claims.forEach((word, text) ->
        wanted.put(FulcioClaim.of(word).orElseThrow(), IdentityPattern.exactly(text)));
    claimsRegExp.forEach((word, expression) ->
        wanted.put(
            FulcioClaim.of(word).orElseThrow(), IdentityPattern.matching(expression.pattern())));
    return wanted;
  }

  private static void either(String field, Optional<String> exact, Optional<Pattern> expression) {
    if (exact.isPresent() == expression.isPresent()) {
      throw new InvalidField(
          exact.isPresent() ? field + "RegExp" : field,
          exact.isPresent() ? "is there beside " + field : "is missing",
          "give either "
              + field
              + " or "
              + field
              + "RegExp; both issuer and subject must be given");
    }
    if (exact.filter(String::isBlank).isPresent()) {
      throw new InvalidField(field, "is empty", "write the whole text");
    }
    if (expression.filter(pattern -> pattern.matches("")).isPresent()) {
      throw new InvalidField(
          field + "RegExp",
          "matches even the empty text, so probably anybody",
          "write an expression that names whom you mean");
    }
  }

  /** The issuer to compare with. */
  IdentityPattern wantedIssuer() {
    return wanted(issuer, issuerRegExp);
  }

  /** The subject to compare with. */
  IdentityPattern wantedSubject() {
    return wanted(subject, subjectRegExp);
  }

  private static IdentityPattern wanted(Optional<String> exact, Optional<Pattern> expression) {
    return exact
        .map(IdentityPattern::exactly)
        .orElseGet(() -> IdentityPattern.matching(expression.orElseThrow().pattern()));
  }
}
