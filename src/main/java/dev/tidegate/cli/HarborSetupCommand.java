package dev.tidegate.cli;

import dev.tidegate.harbor.admin.Right;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets a Harbor up for the gate. */
@Command(
    name = "setup",
    description = {
      "Makes or repairs what the gate needs in a Harbor: a robot account with the fewest rights, and"
          + " in each project a webhook that tells the gate what happens there.",
      "",
      "Running it again changes nothing, but looks after new projects. The robot is the one that the"
          + " file of hosts names under credentials, the secret of callbacks the first one in the"
          + " file that it names as callbackSecrets; both files are written if they are not there."
    },
    footer = {
      "",
      "Exit status: 0 all is as it should be, 1 with --dry-run something is not, 2 the command line or"
          + " a file cannot be used, 3 something could not be done."
    })
final class HarborSetupCommand implements Callable<Integer> {
  private static final int MOST_DAYS = 3650;

  private final Invocation invocation;

  @Parameters(
      paramLabel = "HOST",
      arity = "0..1",
      description =
          "The Harbor, as the file of hosts names it; may be left out when only one there has"
              + " callbackSecrets.")
  private @Nullable String host;

  @Option(
      names = "--hosts",
      paramLabel = "FILE",
      required = true,
      description = "The file with the registries that may be asked (kind: Hosts).")
  private String hosts = "";

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "Who sets it up: an administrator of Harbor; with --password-file. Without it, who the file"
              + " of hosts names.")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "The password of --user, and nothing else.")
  private @Nullable String passwordFile;

  @Option(
      names = "--callback",
      paramLabel = "URL",
      description = "Where Harbor reaches the gate: https://HOST[:PORT]/harbor/events.")
  private @Nullable String callback;

  @Option(
      names = "--skip-certificate-verification",
      description =
          "Let Harbor send to the gate whatever certificate is shown there. Who listens in can then"
              + " send callbacks of their own, which cost the gate questions and change no answer.")
  private boolean unverified;

  @Option(
      names = "--project",
      paramLabel = "NAME",
      description =
          "For this project only. Can be repeated (default: all, those to come included).")
  private List<String> projects = new ArrayList<>();

  @Option(
      names = "--days",
      paramLabel = "N|never",
      description =
          "After how many days the robot ends (default: never; what there is stays). Given again, its"
              + " time is renewed when half of it is over.")
  private @Nullable String days;

  @Option(
      names = "--rights",
      paramLabel = "gate|webhooks",
      defaultValue = "gate",
      description =
          "What the robot is for: the gate, or keeping webhooks in order by this command (default:"
              + " gate).")
  private String rights = "gate";

  @Option(
      names = "--new-secret",
      description =
          "Give the robot another secret if the file does not have a good one. The old one is void"
              + " from then on.")
  private boolean newSecret;

  @Option(names = "--exact", description = "Take rights away that the robot does not need.")
  private boolean exact;

  @Option(
      names = "--database-age",
      description =
          "Let the robot also read scanners, for policies with maxDatabaseAge. In some versions of"
              + " Harbor whoever may do that reads the credentials in their registrations as well.")
  private boolean databaseAge;

  @Option(names = "--no-robot", description = "Leave the robot account as it is.")
  private boolean noRobot;

  @Option(names = "--no-webhooks", description = "Leave the webhooks as they are.")
  private boolean noWebhooks;

  @Option(names = "--dry-run", description = "Change nothing; show what would be.")
  private boolean dryRun;

  @Mixin private final TextOrJson output = new TextOrJson();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  HarborSetupCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    if (noRobot && noWebhooks) {
      throw CommandFailure.usage("--no-robot and --no-webhooks leave nothing to do");
    }
    Optional<Administrator> administrator = Administrator.of(user, passwordFile);
    boolean asJson = output.json();
    return new HarborSetting(invocation, hosts, host, administrator)
        .run(
            new HarborSetting.Wish(
                noRobot ? Optional.empty() : Optional.of(robot()),
                noWebhooks ? Optional.empty() : Optional.of(address()),
                !unverified,
                projects,
                dryRun),
            asJson);
  }

  private HarborSetting.RobotWish robot() throws CommandFailure {
    Right.Use use =
        switch (rights) {
          case "gate" -> Right.Use.GATE;
          case "webhooks" -> Right.Use.WEBHOOKS;
          default ->
              throw CommandFailure.usage(
                  "--rights " + rights + ": write --rights gate or --rights webhooks");
        };
    return new HarborSetting.RobotWish(use, lifetime(), newSecret, exact, databaseAge);
  }

  private Optional<Integer> lifetime() throws CommandFailure {
    if (days == null) {
      return Optional.empty();
    }
    if (days.equals("never")) {
      return Optional.of(-1);
    }
    int number = days.matches("[0-9]{1,4}") ? Integer.parseInt(days) : 0;
    if (number < 1 || number > MOST_DAYS) {
      throw CommandFailure.usage("--days " + days + ": write 1 to " + MOST_DAYS + ", or never");
    }
    return Optional.of(number);
  }

  private URI address() throws CommandFailure {
    String fix = "write --callback https://HOST[:PORT]/harbor/events, or --no-webhooks";
    if (callback == null) {
      throw CommandFailure.usage("it is not said where Harbor reaches the gate: " + fix);
    }
    return CallbackUrl.parse(callback, fix);
  }
}
