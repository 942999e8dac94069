package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagPatternTest {
  @ParameterizedTest
  @CsvSource({
    "latest, latest, true",
    "latest, latest2, false",
    "latest, xlatest, false",
    "v1.*, v1.2, true",
    "v1.*, v1x2, false",
    "1.0, 1x0, false",
    "*, anything, true",
    "*-rc*, 1.0-rc1, true",
    "*-rc*, 1.0, false"
  })
  void starStandsForAnyCharactersAndNothingElseIsSpecial(
      String pattern, String tag, boolean matches) {
    assertThat(TagPattern.parse(pattern).matches(tag)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".x", "-x", "a b", "a:b", "(a)", "ä", "[a]"})
  void whatCanMatchNoTagIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TagPattern.parse(text))
        .withMessageContaining("\"" + text + "\"")
        .withMessageContaining("write letters");
  }

  @Test
  void lengthIsBounded() {
    assertThat(TagPattern.parse("a".repeat(128)).matches("a".repeat(128))).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> TagPattern.parse("a".repeat(129)));
  }

  @Test
  void equalsAsWritten() {
    assertThat(TagPattern.parse("a*"))
        .isEqualTo(TagPattern.parse("a*"))
        .hasSameHashCodeAs(TagPattern.parse("a*"))
        .hasToString("a*")
        .isNotEqualTo(TagPattern.parse("a"));
  }
}
