package dev.tidegate.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Kubernetes quantity ({@code resource.Quantity} of apimachinery): {@code 500m}, {@code 1.5Gi},
 * {@code 2e3}. Compared by value; what is finer than a billionth is rounded away from zero, as
 * Kubernetes does.
 */
public final class Quantity implements Comparable<Quantity> {
  private static final Pattern FORM =
      Pattern.compile(
          "([+-]?(?:[0-9]{1,40}(?:\\.[0-9]{0,40})?|\\.[0-9]{1,40}))(n|u|m||k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?[0-9]{1,3})");
  private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

  private final BigDecimal value;
  private final String written;

  private Quantity(BigDecimal value, String written) {
    this.value = value;
    this.written = written;
  }

  /**
   * Reads a quantity.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Quantity parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "\""
              + PlainText.of(text, 60)
              + "\" is not a quantity; write for instance 500m, 2, 256Mi or 8Gi");
    }
    BigDecimal value = new BigDecimal(form.group(1)).multiply(scale(form.group(2)));
    return new Quantity(value.setScale(9, RoundingMode.UP), text);
  }

  private static BigDecimal scale(String suffix) {
    return switch (suffix) {
      case "n" -> BigDecimal.ONE.movePointLeft(9);
      case "u" -> BigDecimal.ONE.movePointLeft(6);
      case "m" -> BigDecimal.ONE.movePointLeft(3);
      case "" -> BigDecimal.ONE;
      case "k" -> BigDecimal.ONE.movePointRight(3);
      case "M" -> BigDecimal.ONE.movePointRight(6);
      case "G" -> BigDecimal.ONE.movePointRight(9);
      case "T" -> BigDecimal.ONE.movePointRight(12);
      case "P" -> BigDecimal.ONE.movePointRight(15);
      case "E" -> BigDecimal.ONE.movePointRight(18);
      case "Ki" -> KIBI;
      case "Mi" -> KIBI.pow(2);
      case "Gi" -> KIBI.pow(3);
      case "Ti" -> KIBI.pow(4);
      case "Pi" -> KIBI.pow(5);
      case "Ei" -> KIBI.pow(6);
      // Three digits of exponent at most: what is beyond is no quantity that Kubernetes would
      // store.
      default -> BigDecimal.ONE.scaleByPowerOfTen(Integer.parseInt(suffix.substring(1)));
    };
  }

  /** Whether it is less than zero, zero (0) or more. */
  public int signum() {
    return value.signum();
  }

  /** The sum of both. */
  public Quantity plus(Quantity other) {
    BigDecimal sum = value.add(other.value);
    return new Quantity(sum, sum.stripTrailingZeros().toPlainString());
  }

  @Override
  public int compareTo(Quantity other) {
    return value.compareTo(other.value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Quantity that && value.compareTo(that.value) == 0;
  }

  @Override
  public int hashCode() {
    return value.stripTrailingZeros().hashCode();
  }

  /** As written. */
  @Override
  public String toString() {
    return written;
  }
}
