package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.document.Beginning;
import dev.tidegate.document.InvalidField;
import dev.tidegate.evidence.SignatureProofs.Format;
import dev.tidegate.evidence.SignatureProofs.Kind;
import dev.tidegate.evidence.SignatureProofs.Proven;
import dev.tidegate.evidence.TransparencyLog;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.Bytes;
import dev.tidegate.testkit.FakeSignatures;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From when to when what a signer has signed counts, and which signers are the same. */
class SignerSpecTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-06-01T00:00:00Z");
  private static final Instant AFTER = END.plusSeconds(86_400);
  private static final TrustRoot ROOT =
      new TrustRoot(Bytes.copyOf("{}".getBytes(StandardCharsets.UTF_8)));

  private static SignerSpec signer(
      String name,
      Optional<Instant> notBefore,
      Optional<Instant> until,
      TransparencyLog log,
      int leastLogs,
      Optional<TrustRoot> root) {
    return new SignerSpec(
        name,
        Optional.of(
            new KeySpec(Optional.empty(), Optional.of(FakeSignatures.key("release")), until)),
        Optional.empty(),
        notBefore.map(Beginning::new),
        log,
        leastLogs,
        root);
  }

  private static SignerSpec between(Optional<Instant> notBefore, Optional<Instant> until) {
    return signer("release", notBefore, until, TransparencyLog.NOT_REQUIRED, 1, Optional.of(ROOT));
  }

  private static Proven at(Instant... times) {
    return new Proven(
        Kind.SIGNATURE,
        "tag .sig",
        Format.LAYER,
        "release",
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(times));
  }

  @ParameterizedTest
  @CsvSource({
    "2025-12-31T23:59:59.999Z, false",
    "2026-01-01T00:00:00Z, true",
    "2026-05-31T23:59:59.999Z, true",
    "2026-06-01T00:00:00Z, false"
  })
  void theBeginningIsInclusiveAndTheEndExclusive(Instant signed, boolean counts) {
    SignerSpec signer = between(Optional.of(BEGIN), Optional.of(END));
    assertThat(signer.against(at(signed), AFTER).isEmpty()).isEqualTo(counts);
  }

  @Test
  void theEarliestTimeThatIsProvenDecides() {
    SignerSpec since = between(Optional.of(BEGIN), Optional.empty());
    assertThat(since.against(at(BEGIN, BEGIN.minusMillis(1)), AFTER)).isPresent();
    SignerSpec until = between(Optional.empty(), Optional.of(END));
    assertThat(until.against(at(AFTER, END.minusMillis(1)), AFTER)).isEmpty();
  }

  @Test
  void withoutATimeTheEndIsThatOfThePresentAndNoBeginningIsKept() {
    SignerSpec until = between(Optional.empty(), Optional.of(END));
    assertThat(until.against(at(), END.minusMillis(1))).isEmpty();
    assertThat(until.against(at(), END)).isPresent();
    SignerSpec since = between(Optional.of(BEGIN), Optional.empty());
    assertThat(since.against(at(), AFTER).orElseThrow())
        .startsWith("nothing trusted tells when it was signed");
    assertThat(between(Optional.empty(), Optional.empty()).against(at(), AFTER)).isEmpty();
  }

  @Test
  void signersAreTheSameOnlyUnderTheSameConditions() {
    SignerSpec one = between(Optional.of(BEGIN), Optional.of(END));
    assertThat(one.sameAs(between(Optional.of(BEGIN), Optional.of(END)))).isTrue();
    assertThat(one.sameAs(between(Optional.of(BEGIN.plusMillis(1)), Optional.of(END)))).isFalse();
    assertThat(one.sameAs(between(Optional.empty(), Optional.of(END)))).isFalse();
    assertThat(one.sameAs(between(Optional.of(BEGIN), Optional.of(END.plusMillis(1))))).isFalse();
    assertThat(
            one.sameAs(
                signer(
                    "release",
                    Optional.of(BEGIN),
                    Optional.of(END),
                    TransparencyLog.REQUIRED,
                    1,
                    Optional.of(ROOT))))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true", "16, true", "17, false"})
  void numbersOfLogsHaveBounds(int leastLogs, boolean right) {
    made(right, "release", Optional.empty(), TransparencyLog.REQUIRED, leastLogs, true);
  }

  @ParameterizedTest
  @CsvSource({"63, true", "64, false"})
  void namesHaveABound(int length, boolean right) {
    made(right, "n".repeat(length), Optional.empty(), TransparencyLog.NOT_REQUIRED, 1, true);
  }

  @Test
  void whatCouldNeverCountIsRefused() {
    made(true, "r", Optional.empty(), TransparencyLog.NOT_REQUIRED, 1, false);
    made(false, "r", Optional.empty(), TransparencyLog.REQUIRED, 1, false);
    made(false, "r", Optional.of(BEGIN), TransparencyLog.NOT_REQUIRED, 1, false);
    made(false, "r", Optional.empty(), TransparencyLog.NOT_REQUIRED, 2, true);
    assertThat(between(Optional.of(END.minusMillis(1)), Optional.of(END)).notBefore()).isPresent();
    assertThatThrownBy(() -> between(Optional.of(END), Optional.of(END)))
        .isInstanceOf(InvalidField.class);
  }

  private static void made(
      boolean right,
      String name,
      Optional<Instant> notBefore,
      TransparencyLog log,
      int leastLogs,
      boolean rooted) {
    Optional<TrustRoot> root = rooted ? Optional.of(ROOT) : Optional.empty();
    if (right) {
      assertThat(signer(name, notBefore, Optional.empty(), log, leastLogs, root).name())
          .isEqualTo(name);
    } else {
      assertThatThrownBy(() -> signer(name, notBefore, Optional.empty(), log, leastLogs, root))
          .isInstanceOf(InvalidField.class);
    }
  }
}
