package dev.tidegate.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks whether the gate can work with its registries and Harbors. */
@Command(
    name = "doctor",
    description = {
      "Looks whether the gate can work with its registries and Harbors: connection and TLS, clock,"
          + " credentials, rights, scanner, callbacks. For what is missing it names the command, or"
          + " the field of a file, that repairs it.",
      "",
      "It changes nothing: rights are tried on a digest that no image has, and the callback that the"
          + " gate is sent is of a type that it counts and passes over. What needs something that"
          + " does not work is not looked at, and that is said."
    },
    footer = {
      "",
      "Exit status: 0 nothing is wrong (there may be warnings), 1 something is wrong, 2 the command"
          + " line or the file of hosts cannot be used."
    })
final class DoctorCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      paramLabel = "HOST",
      arity = "0..*",
      description = "What is looked at, as the file of hosts names it (default: all of them).")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--hosts",
      paramLabel = "FILE",
      required = true,
      description = "The file with the registries that may be asked (kind: Hosts).")
  private String hosts = "";

  @Option(
      names = "--image",
      paramLabel = "REF",
      description =
          "An image of which manifest, configuration, signatures and scan should be readable. Can be"
              + " repeated.")
  private List<String> images = new ArrayList<>();

  @Option(
      names = "--callback",
      paramLabel = "URL",
      description =
          "Where Harbor reaches the gate: https://HOST[:PORT]/harbor/events. The first secret of"
              + " callbackSecrets is sent there.")
  private @Nullable String callback;

  @Option(
      names = "--callback-ca",
      paramLabel = "FILE",
      description = "The CA of the gate's certificate there (default: the system's).")
  private @Nullable String callbackCa;

  @Option(
      names = "--skip-certificate-verification",
      description = "Harbor need not verify that certificate, as with harbor setup.")
  private boolean unverified;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "An administrator of Harbor, for what the gate's robot may not look at: webhooks, the"
              + " robot itself, the scanner; with --password-file, and for one host only.")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "The password of --user, and nothing else.")
  private @Nullable String passwordFile;

  @Option(
      names = "--project",
      paramLabel = "NAME",
      description =
          "Where rights are tried and webhooks are looked at. Can be repeated; rights are tried in"
              + " the first (default: rights in one that is not public, webhooks in all).")
  private List<String> projects = new ArrayList<>();

  @Option(
      names = "--database-age",
      description =
          "Policies have maxDatabaseAge, so the robot must be able to read scanners, as with harbor"
              + " setup --database-age.")
  private boolean databaseAge;

  @Mixin private final TextOrJson output = new TextOrJson();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  DoctorCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    Optional<Administrator> administrator = Administrator.of(user, passwordFile);
    boolean asJson = output.json();
    if (callbackCa != null && callback == null) {
      throw CommandFailure.usage("--callback-ca says nothing without --callback");
    }
    Optional<URI> address =
        callback == null
            ? Optional.empty()
            : Optional.of(
                CallbackUrl.parse(callback, "write --callback https://HOST[:PORT]/harbor/events"));
    Path directory = invocation.environment().directory();
    return new Doctor(
            invocation,
            new DoctorWish(
                hosts,
                names,
                images,
                address,
                Optional.ofNullable(callbackCa).map(directory::resolve),
                !unverified,
                administrator,
                projects,
                databaseAge))
        .run(asJson);
  }
}
