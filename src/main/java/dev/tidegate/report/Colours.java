package dev.tidegate.report;

/** Colours of results, as terminals (ECMA-48) understand them. */
final class Colours {
  /** Back to the terminal's own colour. */
  static final String OFF = "\u001b[0m";

  private Colours() {}

  /** Switches to the colour of {@code result}. */
  static String of(Result result) {
    return "\u001b["
        + switch (result) {
          case FAIL -> "1;31";
          case UNDECIDED -> "1;35";
          case WARN, AUDIT -> "33";
          case EXEMPT -> "36";
          case PASS -> "32";
          case SKIP -> "2";
        }
        + "m";
  }
}
