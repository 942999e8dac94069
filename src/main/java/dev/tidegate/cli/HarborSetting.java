package dev.tidegate.cli;

import dev.tidegate.harbor.admin.AdminApi;
import dev.tidegate.harbor.admin.CallbackSecret;
import dev.tidegate.harbor.admin.Line;
import dev.tidegate.harbor.admin.Right;
import dev.tidegate.harbor.admin.RobotSetup;
import dev.tidegate.harbor.admin.Webhook;
import dev.tidegate.harbor.admin.WebhookSetup;
import dev.tidegate.model.BadValue;
import dev.tidegate.net.Calls;
import dev.tidegate.net.Credentials;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.net.Trouble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings a Harbor to what is wished, or shows what that would take.
 *
 * @param invocation what is read and written
 * @param hosts the file of hosts
 * @param name the Harbor's name there; the only one with callbackSecrets without it
 * @param administrator who sets it up; who the file of hosts names without one
 */
record HarborSetting(
    Invocation invocation,
    String hosts,
    @Nullable String name,
    Optional<Administrator> administrator) {

  /** What the robot should be. */
  record RobotWish(
      Right.Use use,
      Optional<Integer> days,
      boolean newSecret,
      boolean exact,
      boolean databaseAge) {}

  /**
   * What is wished.
   *
   * @param robot the robot; empty to leave it alone
   * @param callback where webhooks send to; empty to leave them alone
   * @param verified whether Harbor verifies the certificate there
   * @param projects for which projects; empty for all
   * @param dryRun whether it is only shown
   */
  record Wish(
      Optional<RobotWish> robot,
      Optional<URI> callback,
      boolean verified,
      List<String> projects,
      boolean dryRun) {
    Wish {
      projects = List.copyOf(projects);
    }
  }

  /** Does, or shows, what is wished; the exit status. */
  int run(Wish wish, boolean asJson) throws CommandFailure {
    Hosts all = HarborHosts.read(hosts, invocation);
    Host harbor = name == null ? HarborHosts.only(all, hosts) : HarborHosts.find(all, hosts, name);
    Environment environment = invocation.environment();
    try (Exchanges exchanges =
        new Exchanges(
            InetAddress::getAllByName, environment.clock(), environment.ticker(), Calls.NONE)) {
      Host asWhom = administrator.map(one -> one.at(harbor, environment)).orElse(harbor);
      AdminApi admin = new AdminApi(harbor.name(), exchanges.to(asWhom), environment.ticker());
      AdminApi robot = new AdminApi(harbor.name(), exchanges.to(harbor), environment.ticker());
      SetupReport report = new SetupReport(harbor.name(), wish.dryRun());
      greet(admin, harbor, report);
      carryOut(robot(wish, harbor, admin, robot), report);
      carryOut(webhooks(wish, harbor, admin), report);
      report.write(asJson, invocation.out());
      return report.status();
    } catch (Trouble trouble) {
      throw CommandFailure.undecided(trouble.doubt().tried());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw CommandFailure.undecided("interrupted");
    }
  }

  private void greet(AdminApi admin, Host harbor, SetupReport report)
      throws Trouble, InterruptedException, CommandFailure {
    if (admin.caller() == AdminApi.Caller.NOBODY) {
      throw CommandFailure.undecided(
          harbor.name()
              + " does not know us: "
              + administrator
                  .map(one ->
                      "the password of "
                          + one.name()
                          + " in "
                          + one.passwordFile()
                          + " is not the right one")
                  .orElse("give an administrator of Harbor by --user and --password-file"));
    }
    report.version(admin.version());
  }

  private List<Line> robot(Wish wish, Host harbor, AdminApi admin, AdminApi robot)
      throws Trouble, InterruptedException, CommandFailure {
    if (wish.robot().isEmpty()) {
      return List.of();
    }
    RobotWish wanted = wish.robot().get();
    Credentials credentials = HarborHosts.writable(harbor);
    return new RobotSetup(
            admin,
            robot,
            new RobotSetup.Wanted(
                credentials,
                HarborHosts.username(credentials),
                wanted.use(),
                wish.projects(),
                wanted.days(),
                wanted.newSecret(),
                wanted.exact(),
                wanted.databaseAge()),
            invocation.environment().clock())
        .plan();
  }

  private List<Line> webhooks(Wish wish, Host harbor, AdminApi admin)
      throws Trouble, InterruptedException, CommandFailure {
    if (wish.callback().isEmpty()) {
      return List.of();
    }
    Path file =
        harbor
            .callbackSecrets()
            .orElseThrow(() ->
                CommandFailure.usage(
                    "hosts."
                        + harbor.name()
                        + ".callbackSecrets is not set: name the file where the secret of callbacks"
                        + " is, or is to be written"));
    try {
      CallbackSecret secret = CallbackSecret.of(file);
      List<Line> lines = new ArrayList<>();
      secret.line().ifPresent(lines::add);
      new WebhookSetup(
              admin,
              new Webhook.Wanted(
                  WebhookSetup.NAME, wish.callback().get(), secret.value(), wish.verified()))
          .look(wish.projects())
          .forEach(one -> lines.addAll(one.lines()));
      return lines;
    } catch (BadValue bad) {
      throw CommandFailure.usage(file + ": " + bad.problem() + "; " + bad.fix());
    }
  }

  private static void carryOut(List<Line> lines, SetupReport report) throws InterruptedException {
    for (Line line : lines) {
      if (line.order().isEmpty() || report.dryRun()) {
        report.add(line, Optional.empty());
        continue;
      }
      try {
        line.order().get().carryOut();
        report.add(line, Optional.empty());
      } catch (Trouble trouble) {
        report.add(line, Optional.of(trouble.doubt().tried()));
      } catch (IOException unwritten) {
        report.add(line, Optional.of("a file could not be written: " + unwritten.getMessage()));
      }
    }
  }
}
