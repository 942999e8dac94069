package dev.tidegate.cli;

/** What the program's exit status says; scripts and CI jobs rely on these numbers. */
public final class ExitStatus {
  /** Nothing is refused; warnings do not count. */
  public static final int PASS = 0;

  /** A policy refuses something. */
  public static final int REFUSED = 1;

  /** The command line, a policy or a file cannot be used. */
  public static final int USAGE = 2;

  /** Nothing is known to be wrong, but it could not be decided. */
  public static final int UNDECIDED = 3;

  private ExitStatus() {}
}
