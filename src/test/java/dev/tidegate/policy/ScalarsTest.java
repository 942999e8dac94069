package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import dev.tidegate.document.Beginning;
import dev.tidegate.document.Scalars;
import dev.tidegate.document.Words;
import dev.tidegate.workload.Kinds;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScalarsTest {
  private static Object read(String text, Class<?> type) throws Scalars.Unreadable {
    return Scalars.read(text, true, type);
  }

  @ParameterizedTest
  @CsvSource({
    "7d,P7D",
    "36h,PT36H",
    "2m,PT2M",
    "30s,PT30S",
    "0s,PT0S",
    "PT2M,PT2M",
    "3660d,P3660D"
  })
  void durations(String text, Duration meant) throws Scalars.Unreadable {
    assertThat(read(text, Duration.class)).isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"7", "7w", "7 d", "-7d", "1.5h", "PT-1S", "3661d", "P999999999D", "d", "1h30m"})
  void noDurations(String text) {
    assertThatThrownBy(() -> read(text, Duration.class)).isInstanceOf(Scalars.Unreadable.class);
  }

  @ParameterizedTest
  @CsvSource({
    "2027-01-31,2027-02-01T00:00:00Z",
    "2028-02-28,2028-02-29T00:00:00Z",
    "2027-12-31,2028-01-01T00:00:00Z",
    "2027-01-31T18:00:00Z,2027-01-31T18:00:00Z",
    "2027-01-31T18:00:00+02:00,2027-01-31T16:00:00Z"
  })
  void ends(String text, Instant meant) throws Scalars.Unreadable {
    assertThat(read(text, Instant.class)).isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2027-02-29", "2027-1-31", "31.01.2027", "2027-01-31T18:00:00", "never"})
  void noEnds(String text) {
    assertThatThrownBy(() -> read(text, Instant.class)).isInstanceOf(Scalars.Unreadable.class);
  }

  @ParameterizedTest
  @CsvSource({
    "2027-01-31,2027-01-31T00:00:00Z",
    "2027-01-31T18:00:00Z,2027-01-31T18:00:00Z",
    "2027-01-31T18:00:00+02:00,2027-01-31T16:00:00Z"
  })
  void beginnings(String text, Instant meant) throws Scalars.Unreadable {
    assertThat(read(text, Beginning.class)).isEqualTo(new Beginning(meant));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2027-02-29", "2027-1-31", "31.01.2027", "2027-01-31T18:00:00", "never"})
  void noBeginnings(String text) {
    assertThatThrownBy(() -> read(text, Beginning.class)).isInstanceOf(Scalars.Unreadable.class);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "-7,-7", "2147483647,2147483647", "-2147483648,-2147483648"})
  void numbers(String text, int meant) throws Scalars.Unreadable {
    assertThat(read(text, int.class)).isEqualTo(meant);
    assertThat(read(text, long.class)).isEqualTo((long) meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2147483648", "-2147483649", "007", "0x10", "1e3", "1_000", "+1", "-0", " 1"})
  void noNumbers(String text) {
    assertThatThrownBy(() -> read(text, int.class)).isInstanceOf(Scalars.Unreadable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a{1000}", "(a{10}){100}", "a{1,}", "a{0}b{1000}"})
  void expressions(String text) throws Scalars.Unreadable {
    assertThat(read(text, Pattern.class)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"(a{11}){100}", "((a{100}){100}){100}", "(a{2,600}){2}", "a{1001}", "(?=a)"})
  void noExpressions(String text) {
    assertThatThrownBy(() -> read(text, Pattern.class)).isInstanceOf(Scalars.Unreadable.class);
  }

  @Test
  void wordsAreThoseOfManifestsOrLowerCamelCase() throws Scalars.Unreadable {
    assertThat(read("notEverAgain", SampleCheck.Rule.class))
        .isEqualTo(SampleCheck.Rule.NOT_EVER_AGAIN);
    assertThatThrownBy(() -> read("NOT_EVER_AGAIN", SampleCheck.Rule.class))
        .isInstanceOf(Scalars.Unreadable.class);
  }

  @ParameterizedTest
  @CsvSource({"enfore,enforce", "ENFORCE,enforce", "wran,warn", "adit,audit"})
  void whatWasMeant(String written, String meant) {
    assertThat(Words.meant(written, Words.of(Mode.class))).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"deny", "", "x", "enforcement!"})
  void whatNobodyCanGuess(String written) {
    assertThat(Words.meant(written, Words.of(Mode.class))).isEmpty();
    assertThat(Words.meant("enforce".repeat(10), Words.of(Mode.class))).isEmpty();
  }

  @Test
  void aScopeMayNameExactlyTheKindsThatAreJudged() {
    assertThat(ScopeSpec.JUDGED).containsExactlyInAnyOrderElementsOf(Kinds.names());
  }
}
