package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "nginx", "a  b", " a ", "Überprüfung", "镜像签名", "🐳", "…", "\\u200b"})
  void whatIsPlainStays(String text) {
    assertThat(PlainText.of(text, 100)).isSameAs(text);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x0, 0x7, 0x8, 0xe, 0x1b, 0x1f, 0x7f, 0x80, 0x84, 0x86, 0x9b, 0x9f, 0xad, 0x34f, 0x61c,
        0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e,
        0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0x3164, 0xfe0f, 0xfeff, 0xfff9, 0xffff, 0xd800,
        0xdfff
      })
  void whatIsHiddenIsWrittenOut(int hidden) {
    String escape = "\\u%04x".formatted(hidden);
    assertThat(PlainText.of("a" + (char) hidden + "b", 100)).isEqualTo("a" + escape + "b");
  }

  @Test
  void whatIsHiddenBeyondTheBasicPlaneIsWrittenOut() {
    assertThat(PlainText.of("a" + Character.toString(0xe0041) + "b", 100))
        .isEqualTo("a\\u{e0041}b");
    assertThat(PlainText.of(Character.toString(0x1ffff), 100)).isEqualTo("\\u{1ffff}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'a\nb'|a b",
        "'a\r\n\r\nb'|a b",
        "'a\t\u000b\fb'|a b",
        "'a\u0085b'|a b",
        "'a\u2028b\u2029c'|a b c",
        "'\n\na'|a",
        "'a\n'|a",
        "'a \n b'|a b",
        "'a\n\n\u001b[31mb'|a \\u001b[31mb"
      })
  void lineBreaksAndTabsBecomeOneSpace(String text, String expected) {
    assertThat(PlainText.of(text, 100)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "abcdef, 6, abcdef",
    "abcdefg, 6, abcde…",
    "ab, 1, …",
    "a, 1, a",
    "a🐳b, 4, a🐳b",
    "a🐳bc, 4, a🐳…",
    "a🐳bc, 3, a…",
    "ab🐳, 3, ab…",
    "🐳🐳, 2, …"
  })
  void aLongTextIsCutBetweenCharacters(String text, int longest, String expected) {
    assertThat(PlainText.of(text, longest)).isEqualTo(expected);
  }

  @Test
  void aWrittenOutCharacterIsNotCutInTwo() {
    assertThat(PlainText.of("ab\u200bcd", 8)).isEqualTo("ab…");
    assertThat(PlainText.of("ab\u200bcd", 9)).isEqualTo("ab\\u200b…");
    assertThat(PlainText.of("ab\u200bc", 9)).isEqualTo("ab\\u200bc");
    assertThat(PlainText.of("ab\u200b", 8)).isEqualTo("ab\\u200b");
  }

  @Test
  void anythingComesOutPlainShortAndStable() {
    Random random = new Random(20261125);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i > 0; i--) {
        switch (random.nextInt(4)) {
          case 0 -> text.append((char) random.nextInt(0x100));
          case 1 -> text.append((char) (0x2000 + random.nextInt(0x70)));
          case 2 -> text.append((char) random.nextInt(0x10000));
          default -> text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
        }
      }
      int longest = 1 + random.nextInt(40);
      String plain = PlainText.of(text.toString(), longest);
      assertThat(plain).hasSizeLessThanOrEqualTo(longest);
      assertThat(PlainText.of(plain, longest)).isEqualTo(plain);
      assertThat(plain.codePoints())
          .noneMatch(c ->
              Character.isISOControl(c)
                  || Character.getType(c) == Character.FORMAT
                  || Character.getType(c) == Character.SURROGATE
                  || Character.getType(c) == Character.LINE_SEPARATOR
                  || Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
    }
  }

  @Test
  void aQuoteIsShort() {
    assertThat(PlainText.quote("a\u0000")).isEqualTo("\"a\\u0000\"");
    assertThat(PlainText.quote("x".repeat(1000))).hasSize(82).endsWith("…\"");
  }

  @Test
  void aLengthBelowOneIsAnError() {
    assertThatThrownBy(() -> PlainText.of("a", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1");
  }
}
