package dev.tidegate.report;

import java.util.Locale;

/**
 * What came out about one object, or about one thing to tell of it, worst first, so that the
 * smallest of several is the result of all.
 */
public enum Result {
  /** Something is wrong that an enforcing policy refuses. */
  FAIL("fail"),
  /** Nothing is known to be wrong, but an enforcing policy could not decide. */
  UNDECIDED("undecided"),
  /** Let through with a warning. */
  WARN("warn"),
  /** Wrong by a policy that only audits. */
  AUDIT("audit"),
  /** Wrong, and permitted by an exemption. */
  EXEMPT("exempt"),
  /** Nothing is wrong. */
  PASS("pass"),
  /** Nothing was judged: no policy applies, or the object brings no pod. */
  SKIP("skip");

  private final String word;

  Result(String word) {
    this.word = word;
  }

  /** The worse of two. */
  public Result worse(Result other) {
    return compareTo(other) <= 0 ? this : other;
  }

  /** How many objects came out so, for instance {@code 2 fail} or {@code 1 fails}. */
  String counted(long objects) {
    String verb =
        switch (this) {
          case FAIL -> objects == 1 ? "fails" : "fail";
          case UNDECIDED -> "could not be decided";
          case WARN -> objects == 1 ? "has warnings" : "have warnings";
          case AUDIT -> objects == 1 ? "has audit findings" : "have audit findings";
          case EXEMPT -> objects == 1 ? "passes by exemption" : "pass by exemption";
          case PASS -> objects == 1 ? "passes" : "pass";
          case SKIP -> objects == 1 ? "was not judged" : "were not judged";
        };
    return String.format(Locale.ROOT, "%d %s", objects, verb);
  }

  /** The word in tables and JSON. */
  @Override
  public String toString() {
    return word;
  }
}
