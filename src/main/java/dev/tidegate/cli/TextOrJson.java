package dev.tidegate.cli;

import picocli.CommandLine.Option;

/** The option of commands that write for people or for programs. */
final class TextOrJson {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      defaultValue = "text",
      description = "How it is written (default: text).")
  private String output = "text";

  /**
   * Whether JSON is wanted.
   *
   * @throws CommandFailure if it says neither
   */
  boolean json() throws CommandFailure {
    return switch (output) {
      case "text" -> false;
      case "json" -> true;
      default ->
          throw CommandFailure.usage(
              "--output " + output + ": write --output text or --output json");
    };
  }
}
