package dev.tidegate.evidence;

import dev.tidegate.model.BadValue;
import dev.tidegate.model.PlainText;
import java.util.Optional;

/**
 * A base score of the Common Vulnerability Scoring System.
 *
 * @param tenths from 0 to 100: the score times ten
 */
public record CvssScore(int tenths) implements Comparable<CvssScore> {
  private static final CvssScore[] ALL = new CvssScore[101];

  static {
    for (int i = 0; i < ALL.length; i++) {
      ALL[i] = new CvssScore(i);
    }
  }

  public CvssScore {
    if (tenths < 0 || tenths > 100) {
      throw new IllegalArgumentException(tenths + " tenths are no score");
    }
  }

  /**
   * The score that is written as {@code text}.
   *
   * @throws BadValue unless it is a number from 0 to 10 with at most one decimal
   */
  public static CvssScore parse(String text) {
    if (!text.matches("10(\\.0)?|[0-9](\\.[0-9])?")) {
      throw new BadValue(
          PlainText.quote(text) + " is not a CVSS score", "write a number from 0.0 to 10.0");
    }
    int dot = text.indexOf('.');
    return dot < 0
        ? ALL[10 * Integer.parseInt(text)]
        : ALL[10 * Integer.parseInt(text.substring(0, dot)) + text.charAt(dot + 1) - '0'];
  }

  /** {@code score} to its tenths; empty when it is no score, or 0, which means "not given". */
  public static Optional<CvssScore> of(double score) {
    return score > 0 && score <= 10
        ? Optional.of(ALL[(int) Math.round(score * 10)])
        : Optional.empty();
  }

  @Override
  public int compareTo(CvssScore other) {
    return Integer.compare(tenths, other.tenths);
  }

  /** With one decimal. */
  @Override
  public String toString() {
    return tenths / 10 + "." + tenths % 10;
  }
}
