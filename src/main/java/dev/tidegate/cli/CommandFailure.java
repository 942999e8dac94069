package dev.tidegate.cli;

/** A command cannot go on: what is wrong, and what to do about it. */
final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1;
  private final int status;

  private CommandFailure(int status, String message) {
    super(message);
    this.status = status;
  }

  /**
   * The command line, or a file that it names, cannot be used.
   *
   * @param problem one or more lines, for people
   */
  static CommandFailure usage(String problem) {
    return new CommandFailure(ExitStatus.USAGE, problem);
  }

  /** What would be needed for deciding cannot be had. */
  static CommandFailure undecided(String problem) {
    return new CommandFailure(ExitStatus.UNDECIDED, problem);
  }

  /** The program's exit status. */
  int status() {
    return status;
  }
}
