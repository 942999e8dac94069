package dev.tidegate.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line. Commands run without a server, and one command does not pay for the others: it
 * alone is looked at if it is the first word.
 */
public final class Cli {
  private static final Map<String, Function<Invocation, CommandLine>> COMMANDS = commands();

  private Cli() {}

  /** The program itself; without a command it says which there are. */
  @Command(
      name = "tidegate",
      description = "Judges Kubernetes workloads by policy, in CI and at admission.",
      mixinStandardHelpOptions = false,
      synopsisSubcommandLabel = "COMMAND",
      footer = {
        "",
        "Exit status: 0 nothing is refused, 1 a policy refuses something, 2 the command line, a"
            + " policy or a file cannot be used, 3 could not decide."
      })
  private static final class Program {
    @CommandLine.Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this text.")
    private boolean help;
  }

  /** Only told of here: the program's entry point starts the server itself. */
  @Command(
      name = "serve",
      description = {
        "Starts the admission webhook.",
        "It is configured by environment variables and files, not by options; see the reference of"
            + " its configuration."
      })
  private static final class Serve {}

  /**
   * Runs one command.
   *
   * @param args the command and its arguments
   * @param out gets what was asked for
   * @param err gets what went wrong
   * @param in standard input
   * @return the program's exit status, one of {@link ExitStatus}
   */
  public static int run(
      String[] args, PrintWriter out, PrintWriter err, InputStream in, Environment environment) {
    Invocation invocation = new Invocation(out, err, in, environment);
    boolean one = args.length > 0 && COMMANDS.containsKey(args[0]);
    CommandLine line = one ? only(args[0], invocation) : all(invocation);
    line.setOut(out)
        .setErr(err)
        .setUsageHelpWidth(Math.clamp(environment.width(), 60, 120))
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(environment.colour() ? Ansi.ON : Ansi.OFF))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Cli::unusable)
        .setExecutionExceptionHandler((failure, command, result) -> failed(failure, invocation));
    int status;
    if (args.length == 0) {
      line.usage(err);
      status = ExitStatus.USAGE;
    } else {
      status = line.execute(args);
    }
    out.flush();
    err.flush();
    return status;
  }

  /** The whole command line, for references and completion. */
  static CommandLine all(Invocation invocation) {
    CommandLine line = new CommandLine(new Program());
    COMMANDS.forEach((name, command) -> line.addSubcommand(name, command.apply(invocation)));
    line.addSubcommand("serve", new CommandLine(new Serve()));
    line.addSubcommand("help", new CommandLine(new CommandLine.HelpCommand()));
    return line;
  }

  private static CommandLine only(String name, Invocation invocation) {
    CommandLine line = new CommandLine(new Program());
    Function<Invocation, CommandLine> command = COMMANDS.get(name);
    return command == null ? line : line.addSubcommand(name, command.apply(invocation));
  }

  private static Map<String, Function<Invocation, CommandLine>> commands() {
    Map<String, Function<Invocation, CommandLine>> commands = new LinkedHashMap<>();
    commands.put("check", invocation -> new CommandLine(new CheckCommand(invocation)));
    commands.put("image", invocation -> new CommandLine(new ImageCommand(invocation)));
    commands.put(
        "verify-bundle", invocation -> new CommandLine(new VerifyBundleCommand(invocation)));
    commands.put("review", invocation -> new CommandLine(new ReviewCommand(invocation)));
    commands.put(
        "policy",
        invocation ->
            GroupCommand.of("policy", "Commands about policies.", invocation)
                .addSubcommand("lint", new CommandLine(new PolicyLintCommand(invocation))));
    commands.put(
        "harbor",
        invocation ->
            GroupCommand.of("harbor", "Commands about a Harbor.", invocation)
                .addSubcommand("setup", new CommandLine(new HarborSetupCommand(invocation))));
    commands.put("doctor", invocation -> new CommandLine(new DoctorCommand(invocation)));
    commands.put("explain", invocation -> new CommandLine(new ExplainCommand(invocation)));
    commands.put("completion", invocation -> new CommandLine(new CompletionCommand(invocation)));
    commands.put("version", invocation -> new CommandLine(new VersionCommand(invocation)));
    return commands;
  }

  private static int unusable(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("tidegate: " + failure.getMessage());
    UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("Try \"" + command.getCommandSpec().qualifiedName() + " --help\".");
    return ExitStatus.USAGE;
  }

  private static int failed(Exception failure, Invocation invocation) {
    if (failure instanceof CommandFailure told) {
      invocation.err().println("tidegate: " + told.getMessage());
      return told.status();
    }
    invocation
        .err()
        .println("tidegate: a defect of this program stopped it; please report what follows");
    failure.printStackTrace(invocation.err());
    return ExitStatus.UNDECIDED;
  }
}
