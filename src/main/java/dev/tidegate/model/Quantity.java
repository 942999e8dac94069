package dev.tidegate.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A Kubernetes quantity: {@code 500m}, {@code 1.5Gi}, {@code 2e3}. Reads, rounds and writes as
 * {@code resource.Quantity} of k8s.io/apimachinery does: what is finer than a billionth is rounded
 * away from zero, and a binary quantity ends at 2^63-1.
 *
 * <p>It is stricter than that type where the type leaves its own grammar, or where a short text
 * would cost it gigabytes: a quantity has at least one digit, at most 256 characters, and an
 * exponent between -1000 and 1000.
 *
 * <p>Equal and ordered by value, whatever the unit: {@code 1Gi} equals {@code 1024Mi}.
 */
public final class Quantity implements Comparable<Quantity> {
  private static final int LONGEST = 256;
  private static final int LARGEST_EXPONENT = 1000;

  /** Digits after the point that are kept: a billionth. */
  private static final int NANO = 9;

  private static final BigDecimal LARGEST_BINARY = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final BigInteger KIBI = BigInteger.valueOf(1024);

  /** Decimal suffixes from 10^-9 on, in steps of a thousand. */
  private static final String[] DECIMAL = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};

  /** Binary suffixes from 1024^0 on. */
  private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

  /** Which suffixes it was written with, and is written with again. */
  private enum Notation {
    DECIMAL,
    BINARY,
    EXPONENT
  }

  /** A suffix: the value is multiplied by {@code 10^tens * 2^twos}. */
  private record Unit(Notation notation, int tens, int twos) {}

  /** By suffix, but for exponents. */
  private static final Map<String, Unit> UNITS = units();

  private static Map<String, Unit> units() {
    Map<String, Unit> units = new HashMap<>();
    for (int i = 0; i < DECIMAL.length; i++) {
      units.put(DECIMAL[i], new Unit(Notation.DECIMAL, 3 * i - NANO, 0));
    }
    for (int i = 1; i < BINARY.length; i++) {
      units.put(BINARY[i], new Unit(Notation.BINARY, 0, 10 * i));
    }
    return Map.copyOf(units);
  }

  /** Without trailing zeros, so that equal values are equal objects. */
  private final BigDecimal value;

  private final Notation notation;

  private Quantity(BigDecimal value, Notation notation) {
    this.value = value.stripTrailingZeros();
    this.notation = notation;
  }

  /**
   * Reads a quantity.
   *
   * @throws BadValue if it is none, or beyond the bounds above
   */
  public static Quantity parse(String text) {
    if (text.length() > LONGEST) {
      throw bad(text, "it is longer than " + LONGEST + " characters");
    }
    int start = !text.isEmpty() && (text.charAt(0) == '+' || text.charAt(0) == '-') ? 1 : 0;
    int whole = endOfDigits(text, start);
    boolean point = whole < text.length() && text.charAt(whole) == '.';
    int end = point ? endOfDigits(text, whole + 1) : whole;
    if (end - start == (point ? 1 : 0)) {
      throw bad(text, "it does not start with a number");
    }
    String suffix = text.substring(end);
    Unit unit =
        unit(suffix)
            .orElseThrow(() -> bad(text, PlainText.quote(suffix) + " is not a unit of quantities"));
    return of(text, new BigDecimal(text.substring(0, end)), unit);
  }

  private static Quantity of(String text, BigDecimal number, Unit unit) {
    if (Math.abs(unit.tens) > LARGEST_EXPONENT) {
      throw bad(text, "its exponent is not between -1000 and 1000");
    }
    BigDecimal exact =
        number.scaleByPowerOfTen(unit.tens).multiply(BigDecimal.valueOf(1L << unit.twos));
    BigDecimal value = exact.scale() > NANO ? exact.setScale(NANO, RoundingMode.UP) : exact;
    if (unit.notation != Notation.BINARY) {
      return new Quantity(value, unit.notation);
    }
    if (value.abs().compareTo(LARGEST_BINARY) > 0) {
      return new Quantity(
          value.signum() < 0 ? LARGEST_BINARY.negate() : LARGEST_BINARY, Notation.BINARY);
    }
    return new Quantity(value, Notation.BINARY);
  }

  private static int endOfDigits(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      i++;
    }
    return i;
  }

  private static Optional<Unit> unit(String suffix) {
    Unit unit = UNITS.get(suffix);
    if (unit != null) {
      return Optional.of(unit);
    }
    return suffix.startsWith("e") || suffix.startsWith("E")
        ? exponent(suffix).map(tens -> new Unit(Notation.EXPONENT, tens, 0))
        : Optional.empty();
  }

  /** The exponent, or any that is over the bound in place of one that has too many digits. */
  private static Optional<Integer> exponent(String suffix) {
    boolean signed = suffix.length() > 1 && (suffix.charAt(1) == '+' || suffix.charAt(1) == '-');
    int first = signed ? 2 : 1;
    if (first == suffix.length() || endOfDigits(suffix, first) != suffix.length()) {
      return Optional.empty();
    }
    int exponent = 0;
    for (int i = first; i < suffix.length() && exponent <= LARGEST_EXPONENT; i++) {
      exponent = 10 * exponent + (suffix.charAt(i) - '0');
    }
    return Optional.of(suffix.charAt(1) == '-' ? -exponent : exponent);
  }

  private static BadValue bad(String text, String why) {
    return new BadValue(
        PlainText.quote(text) + " is not a quantity: " + why,
        "write a number and one of n u m k M G T P E Ki Mi Gi Ti Pi Ei or nothing, for instance"
            + " 500m, 2 or 8Gi");
  }

  /** -1 if it is less than zero, 0 if it is zero, 1 if it is more. */
  public int signum() {
    return value.signum();
  }

  /** The sum of both, in the notation of this one, or of the other if this one is zero. */
  public Quantity plus(Quantity other) {
    return new Quantity(value.add(other.value), signum() == 0 ? other.notation : notation);
  }

  /** By value. */
  @Override
  public int compareTo(Quantity other) {
    return value.compareTo(other.value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Quantity that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  /**
   * The canonical form, which the API server and kubectl show, too: no fraction, and the largest
   * unit that allows that. {@code 1.5Gi} is {@code 1536Mi}, {@code 0.5} is {@code 500m}.
   */
  @Override
  public String toString() {
    if (signum() == 0) {
      return "0";
    }
    boolean binary =
        notation == Notation.BINARY
            && value.scale() <= 0
            && value.abs().compareTo(BigDecimal.valueOf(1024)) >= 0;
    return binary ? binary() : decimal();
  }

  private String binary() {
    BigInteger number = value.toBigIntegerExact();
    int unit = 0;
    while (number.mod(KIBI).signum() == 0) {
      number = number.divide(KIBI);
      unit++;
    }
    return number + BINARY[unit];
  }

  private String decimal() {
    int tens = 3 * Math.floorDiv(-value.scale(), 3);
    BigInteger number = value.scaleByPowerOfTen(-tens).toBigIntegerExact();
    int unit = (tens + NANO) / 3;
    if (notation == Notation.EXPONENT || unit >= DECIMAL.length) {
      return tens == 0 ? number.toString() : number + "e" + tens;
    }
    return number + DECIMAL[unit];
  }
}
