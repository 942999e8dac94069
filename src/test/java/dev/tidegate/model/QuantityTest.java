package dev.tidegate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
  static List<List<String>> table() {
    return Table.read("quantities.tsv");
  }

  @ParameterizedTest
  @MethodSource("table")
  void everyQuantityIsReadAndWrittenAsKubernetesDoes(List<String> row) {
    String text = row.getFirst();
    if (row.size() == 2) {
      assertThat(row.get(1)).isEqualTo("error");
      assertThatThrownBy(() -> Quantity.parse(text))
          .isInstanceOf(BadValue.class)
          .hasMessageContaining("is not a quantity");
      return;
    }
    Quantity quantity = Quantity.parse(text);
    Quantity expected = Quantity.parse(new BigDecimal(row.get(1)).toPlainString());
    assertThat(quantity).isEqualTo(expected).hasSameHashCodeAs(expected);
    assertThat(quantity.compareTo(expected)).isZero();
    assertThat(quantity.signum()).isEqualTo(new BigDecimal(row.get(1)).signum());
    assertThat(quantity).hasToString(row.get(2));
    assertThat(Quantity.parse(quantity.toString())).isEqualTo(quantity);
  }

  @Test
  void theTableHasBothKinds() {
    assertThat(table()).filteredOn(row -> row.size() == 2).hasSizeGreaterThan(60);
    assertThat(table()).filteredOn(row -> row.size() == 3).hasSizeGreaterThan(180);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0m, 0",
    "100m, 50m, 1",
    "50m, 100m, -1",
    "10000T, 100Gi, 1",
    "1Gi, 1G, 1",
    "1Gi, 1024Mi, 0",
    "1e3, 1k, 0",
    "0.1, 100m, 0",
    "1.0000000001, 1, 1",
    "-1, 1n, -1",
    "8Ei, 9223372036854775807, 0",
    "8Ei, 9223372036854775808, -1",
    "1e1000, 1e999, 1",
    "1e1000, 999999999999999999999999, 1",
    "1e-1000, 1n, 0",
    "-1e-1000, -1n, 0"
  })
  void quantitiesAreComparedByValue(String left, String right, int expected) {
    Quantity a = Quantity.parse(left);
    Quantity b = Quantity.parse(right);
    assertThat(Integer.signum(a.compareTo(b))).isEqualTo(expected);
    assertThat(Integer.signum(b.compareTo(a))).isEqualTo(-expected);
    assertThat(a.equals(b)).isEqualTo(expected == 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e1001",
        "1e-1001",
        "1e999999999",
        "1e-999999999",
        "1e2147483648",
        "1e4294967296",
        "1E+99999999999999999999999999",
        "0e99999999999"
      })
  void anExponentThatCostsGigabytesIsRefused(String text) {
    assertThatThrownBy(() -> Quantity.parse(text))
        .isInstanceOf(BadValue.class)
        .hasMessageContaining("its exponent is not between -1000 and 1000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "-", "+", "-.", "Ki", "k", "m", "E", "e3", ".Ki", "-Mi", "+."})
  void withoutADigitItIsNone(String text) {
    assertThatThrownBy(() -> Quantity.parse(text))
        .hasMessageContaining("it does not start with a number")
        .hasMessageContaining("for instance 500m, 2 or 8Gi");
  }

  @Test
  void aLongTextIsRefused() {
    assertThat(Quantity.parse("9".repeat(256)).signum()).isOne();
    assertThat(Quantity.parse("0." + "0".repeat(253) + "1")).hasToString("1n");
    assertThatThrownBy(() -> Quantity.parse("9".repeat(257)))
        .hasMessageContaining("longer than 256 characters");
  }

  @Test
  void whatDecimalSuffixesCannotSayIsAnExponent() {
    assertThat(Quantity.parse("1000E")).hasToString("1e21");
    assertThat(Quantity.parse("-5000E")).hasToString("-5e21");
  }

  @Test
  void theSentenceQuotesTheUnit() {
    assertThatThrownBy(() -> Quantity.parse("8gb"))
        .hasMessageStartingWith("\"8gb\" is not a quantity: \"gb\" is not a unit of quantities; ");
  }

  @Test
  void sumsAreExact() {
    assertThat(Quantity.parse("1Gi").plus(Quantity.parse("512Mi"))).hasToString("1536Mi");
    assertThat(Quantity.parse("0").plus(Quantity.parse("1Gi"))).hasToString("1Gi");
    assertThat(Quantity.parse("100m").plus(Quantity.parse("0.2"))).hasToString("300m");
    assertThat(Quantity.parse("1").plus(Quantity.parse("-1"))).isEqualTo(Quantity.parse("0"));
    assertThat(Quantity.parse("8Ei").plus(Quantity.parse("1")))
        .isEqualTo(Quantity.parse("9223372036854775808"));
  }
}
