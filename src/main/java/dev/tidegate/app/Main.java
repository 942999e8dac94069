package dev.tidegate.app;

import dev.tidegate.cli.Cli;
import dev.tidegate.cli.Environment;
import io.quarkus.bootstrap.logging.InitialConfigurator;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.logging.Handler;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;
import picocli.CommandLine;

/**
 * The one entry point: {@code serve} starts the server, every other first argument is a command
 * that runs without it and so starts fast.
 */
@QuarkusMain
public final class Main {
  private Main() {}

  /**
   * Runs the program and ends the JVM.
   *
   * @param args the command line, its first word being the command
   */
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("serve")) {
      serve(Arrays.copyOfRange(args, 1, args.length));
    } else {
      logToStandardError();
      // Explicitly, since threads of libraries would keep the JVM alive.
      System.exit(
          Cli.run(
              args, writer(System.out), writer(System.err), System.in, Environment.ofProcess()));
    }
  }

  private static void serve(String[] options) {
    CommandLine line = new CommandLine(new ServeFlags(System.getProperties()));
    int status = line.execute(options);
    if (status != 0 || line.isUsageHelpRequested()) {
      System.exit(status);
    }
    Quarkus.run();
  }

  /**
   * Log records wait for the server to configure logging; where there is none they would never be
   * seen.
   */
  private static void logToStandardError() {
    ConsoleHandler handler =
        new ConsoleHandler(ConsoleHandler.Target.SYSTEM_ERR, new PatternFormatter("%p: %m%n"));
    handler.setLevel(Level.WARN);
    InitialConfigurator.DELAYED_HANDLER.setHandlers(new Handler[] {handler});
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
