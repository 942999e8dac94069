package dev.tidegate.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Arrays;
import picocli.CommandLine;

/**
 * The one entry point: {@code serve} starts the server, every other first argument is a command
 * that runs without it and so starts fast.
 */
@QuarkusMain
public final class Main {
  /** Exit status for a command line that cannot be understood. */
  private static final int USAGE = 2;

  private Main() {}

  /**
   * Runs the program and ends the JVM.
   *
   * @param args the command line, its first word being the command
   */
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("serve")) {
      CommandLine line = new CommandLine(new ServeFlags(System.getProperties()));
      int status = line.execute(Arrays.copyOfRange(args, 1, args.length));
      if (status != 0 || line.isUsageHelpRequested()) {
        System.exit(status);
      }
      Quarkus.run();
      return;
    }
    System.err.println("tidegate: give a command: serve");
    System.exit(USAGE);
  }
}
