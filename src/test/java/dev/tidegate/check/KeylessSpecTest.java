package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.FulcioClaim;
import dev.tidegate.evidence.IdentityPattern;
import dev.tidegate.evidence.Signer;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An identity as a policy writes it: what of it reaches verification, and what is refused. */
class KeylessSpecTest {
  private static final String ISSUER = "https://issuer.example.com";
  private static final String SUBJECT = "https://ci.example.com/release";

  private static KeylessSpec spec(
      Map<String, String> claims, Map<String, String> expressions, int leastTimes) {
    return new KeylessSpec(
        Optional.of(ISSUER),
        Optional.empty(),
        Optional.of(SUBJECT),
        Optional.empty(),
        claims,
        expressions.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, one -> Pattern.compile(one.getValue()))),
        TransparencyLog.REQUIRED,
        leastTimes);
  }

  private static KeylessSpec by(
      Optional<String> issuer,
      Optional<String> issuerExpression,
      Optional<String> subject,
      Optional<String> subjectExpression) {
    return new KeylessSpec(
        issuer,
        issuerExpression.map(Pattern::compile),
        subject,
        subjectExpression.map(Pattern::compile),
        Map.of(),
        Map.of(),
        TransparencyLog.REQUIRED,
        1);
  }

  @Test
  void allThatIsDemandedReachesVerification() {
    SignerSpec signer =
        new SignerSpec(
            "ci",
            Optional.empty(),
            Optional.of(
                spec(
                    Map.of("sourceRepositoryURI", "https://git.example.com/shop"),
                    Map.of("sourceRepositoryRef", "refs/tags/v.*"),
                    2)),
            Optional.empty(),
            TransparencyLog.REQUIRED,
            3,
            Optional.of(new TrustRoot(Bytes.EMPTY)));
    assertThat(signer.signer())
        .isEqualTo(
            new Signer.ByIdentity(
                IdentityPattern.exactly(ISSUER),
                IdentityPattern.exactly(SUBJECT),
                Map.of(
                    FulcioClaim.SOURCE_REPOSITORY_URI,
                    IdentityPattern.exactly("https://git.example.com/shop"),
                    FulcioClaim.SOURCE_REPOSITORY_REF,
                    IdentityPattern.matching("refs/tags/v.*")),
                TransparencyLog.REQUIRED,
                new TrustRoot(Bytes.EMPTY),
                true,
                3,
                2));
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true", "16, true", "17, false"})
  void numbersOfClocksHaveBounds(int least, boolean right) {
    if (right) {
      assertThat(spec(Map.of(), Map.of(), least).leastTimes()).isEqualTo(least);
    } else {
      assertThatThrownBy(() -> spec(Map.of(), Map.of(), least)).isInstanceOf(InvalidField.class);
    }
  }

  @Test
  void claimsThatNobodyMakesOrThatSayNothingOrTwoThingsAreRefused() {
    refused(Map.of("repository", "x"), Map.of());
    refused(Map.of(), Map.of("repository", "x"));
    refused(Map.of("buildTrigger", " "), Map.of());
    refused(Map.of("buildTrigger", "push"), Map.of("buildTrigger", "p.*"));
  }

  private static void refused(Map<String, String> claims, Map<String, String> expressions) {
    assertThatThrownBy(() -> spec(claims, expressions, 1)).isInstanceOf(InvalidField.class);
  }

  @Test
  void issuerAndSubjectAreEachSaidOnce() {
    Optional<String> none = Optional.empty();
    Optional<String> some = Optional.of("x");
    assertThat(by(none, some, none, some).wantedIssuer()).isEqualTo(IdentityPattern.matching("x"));
    for (Runnable making :
        List.<Runnable>of(
            () -> by(none, none, some, none),
            () -> by(some, none, none, none),
            () -> by(some, some, some, none),
            () -> by(some, none, some, some),
            () -> by(Optional.of(" "), none, some, none),
            () -> by(some, none, none, Optional.of(".*")))) {
      assertThatThrownBy(making::run).isInstanceOf(InvalidField.class);
    }
  }
}
