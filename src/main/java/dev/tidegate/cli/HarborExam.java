package dev.tidegate.cli;

import dev.tidegate.evidence.Evidence;
import dev.tidegate.harbor.HarborApi;
import dev.tidegate.harbor.Listings;
import dev.tidegate.harbor.Page;
import dev.tidegate.harbor.Project;
import dev.tidegate.harbor.ProjectScanner;
import dev.tidegate.harbor.admin.AdminApi;
import dev.tidegate.harbor.admin.Right;
import dev.tidegate.harbor.admin.Rights;
import dev.tidegate.harbor.admin.Robot;
import dev.tidegate.harbor.admin.Version;
import dev.tidegate.model.BadReference;
import dev.tidegate.model.Cause;
import dev.tidegate.model.Doubt;
import dev.tidegate.model.PlainText;
import dev.tidegate.net.Host;
import dev.tidegate.net.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at what only a Harbor has: version, rights, scanner, the end of the robot, webhooks. */
final class HarborExam {
  private static final Duration ENDS_SOON = Duration.ofDays(30);
  private static final String MADE_UP = "tidegate-doctor";

  private final Visit visit;
  private final Host host;
  private final Chart chart;
  private final Repairs repairs;
  private final HarborApi robot;
  private Host asWhom;

  HarborExam(Visit visit) {
    this.visit = visit;
    this.host = visit.host();
    this.chart = visit.chart();
    this.repairs = visit.repairs();
    this.robot = visit.harbor(host);
    this.asWhom = host;
  }

  /** Looks; the credentials are good. */
  void look() throws InterruptedException {
    version();
    asWhom = administrator().orElse(host);
    Optional<String> project = project();
    if (project.isPresent()) {
      rights(project.get());
      scanner(project.get());
    } else {
      chart.skipped("rights, scanner", "take a project; name one by --project");
    }
    end();
  }

  /**
   * Looks at the webhooks, after all else.
   *
   * @param secret what callbacks should carry; empty when there is none that can be used
   */
  void webhooks(Optional<String> secret) throws InterruptedException {
    if (host.callbackSecrets().isEmpty()) {
      chart.warning(
          "webhooks",
          "there are no callbackSecrets, so nothing that happens here is known until it is asked",
          "name a file as "
              + repairs.field(host, "callbackSecrets")
              + ", then: "
              + repairs.webhooks(host));
    } else if (secret.isEmpty()) {
      chart.skipped("webhooks", "need the secret of callbacks");
    } else if (visit.wish().callback().isEmpty()) {
      chart.skipped("webhooks", "say by --callback URL where they should send to");
    } else {
      new WebhookExam(visit, visit.admin(asWhom), secret.get()).look();
    }
  }

  private void version() throws InterruptedException {
    try {
      Optional<Version> version = visit.admin(host).version().map(Version::new);
      if (version.isEmpty()) {
        chart.skipped("Harbor", "does not say which version it is");
        return;
      }
      String name = "Harbor " + version.get().text();
      chart.version(version.get().text());
      for (Version.Peculiarity one : version.get().peculiarities()) {
        chart.warning(name, one.problem(), one.fix());
      }
    } catch (Trouble trouble) {
      chart.wrong("Harbor", trouble.doubt().tried(), repairs.of(trouble, host));
    }
  }

  /** The host as the administrator whom the command was given, if Harbor knows that one. */
  private Optional<Host> administrator() throws InterruptedException {
    if (visit.wish().administrator().isEmpty()) {
      return Optional.empty();
    }
    Administrator administrator = visit.wish().administrator().get();
    Host as = administrator.at(host, visit.environment());
    try {
      if (visit.admin(as).caller() != AdminApi.Caller.NOBODY) {
        return Optional.of(as);
      }
      chart.wrong(
          "administrator",
          host.name()
              + " does not know "
              + administrator.name()
              + " with the password in "
              + administrator.passwordFile(),
          "write the right password into " + administrator.passwordFile());
    } catch (Trouble trouble) {
      chart.wrong("administrator", trouble.doubt().tried(), repairs.of(trouble, host));
    }
    return Optional.empty();
  }

  /** The credentials are those of nobody: notes why. */
  void unknown(String name) throws InterruptedException {
    Optional<Host> asUser = administrator();
    if (asUser.isPresent()) {
      try {
        if (unknown(visit.admin(asUser.get()), name)) {
          return;
        }
      } catch (Trouble trouble) {
        chart.skipped("robot " + name, trouble.doubt().tried());
      }
    }
    chart.wrong(
        "credentials",
        host.name()
            + " knows no "
            + name
            + " with this secret: it is wrong, or the account is switched off, has ended or is gone"
            + (asUser.isPresent() ? "" : "; --user and --password-file would tell which"),
        repairs.robot(host, "--new-secret"));
  }

  private boolean unknown(AdminApi admin, String name) throws Trouble, InterruptedException {
    String prefix = admin.robotPrefix();
    if (!name.startsWith(prefix)) {
      return false;
    }
    Optional<Robot> found = admin.robot(prefix, name.substring(prefix.length()));
    if (found.isEmpty()) {
      chart.wrong("credentials", "there is no robot " + name, repairs.robot(host, "--new-secret"));
    } else if (found.get().disabled()) {
      chart.wrong("credentials", "the robot " + name + " is switched off", repairs.robot(host));
    } else if (found.get().over(visit.environment().clock().instant())) {
      chart.wrong(
          "credentials",
          "the robot " + name + " ended at " + found.get().ends().orElseThrow(),
          repairs.robot(host, "--days 180"));
    } else {
      chart.wrong(
          "credentials",
          name + " has another secret than the one of " + repairs.field(host, "credentials"),
          repairs.robot(host, "--new-secret"));
    }
    return true;
  }

  /** Where rights are tried. */
  private Optional<String> project() throws InterruptedException {
    if (!visit.wish().projects().isEmpty()) {
      String named = visit.wish().projects().getFirst();
      if (robot.project(named, visit.soon()) instanceof Evidence.Absent<Project>) {
        chart.wrong("project " + named, "there is none", "correct --project " + named);
        return Optional.empty();
      }
      return Optional.of(named);
    }
    try {
      Optional<String> some = visit.admin(host).someProject();
      if (some.isEmpty()) {
        chart.skipped("projects", "there is none that " + host.identity() + " may see");
      }
      return some;
    } catch (Trouble trouble) {
      if (trouble.doubt().cause() == Cause.FORBIDDEN) {
        missing(Right.PROJECTS, "all");
      } else {
        chart.wrong("projects", trouble.doubt().tried(), repairs.of(trouble, host));
      }
      return Optional.empty();
    }
  }

  private void missing(Right right, String project) {
    chart.wrong(
        "right " + right.harborName(),
        host.identity()
            + " does not have it"
            + (right.system() ? "" : " on project " + project)
            + "; the gate needs it to "
            + right.purpose(),
        right.harborName().equals(Right.SCANNER.harborName())
            ? repairs.robot(host, "--database-age")
            : repairs.robot(host));
  }

  private List<Right> needed() {
    List<Right> needed = new ArrayList<>(Right.of(Right.Use.GATE));
    if (visit.wish().databaseAge()) {
      needed.add(Right.SCANNER);
      needed.add(Right.SCANNERS);
    } else {
      chart.skipped(
          "right " + Right.SCANNER.harborName(),
          "is needed only where a policy has maxDatabaseAge: then say --database-age");
    }
    return needed;
  }

  private void rights(String project) throws InterruptedException {
    Rights rights = new Rights(host.name(), robot, visit.to(host), visit::soon);
    String repository = repository(project);
    List<String> held = new ArrayList<>();
    for (Right right : needed()) {
      Optional<Doubt> missing;
      try {
        missing = rights.missing(right, project, repository);
      } catch (BadReference bad) {
        chart.wrong("project " + project, bad.problem(), "correct --project: " + bad.fix());
        return;
      }
      if (missing.isEmpty()) {
        held.add(right.harborName() + (right == Right.SCANNERS ? " of the whole Harbor" : ""));
        continue;
      }
      Cause cause = missing.get().cause();
      if (cause.kind() == Cause.Kind.INFRASTRUCTURE) {
        chart.wrong(
            "right " + right.harborName(),
            "was not tried, like those after it: " + missing.get().tried(),
            "run this again when " + host.name() + " answers");
        break;
      }
      if (cause != Cause.FORBIDDEN && cause != Cause.UNAUTHENTICATED) {
        chart.wrong(
            "right " + right.harborName(),
            missing.get().tried(),
            "look for a proxy in between that changes answers");
      } else if (right == Right.PROJECTS && !visit.wish().projects().isEmpty()) {
        chart.warning(
            "right " + right.harborName(),
            host.identity() + " does not have it: new projects are not found",
            "nothing, if it is for chosen projects; else tidegate harbor setup without --project");
      } else {
        missing(right, project);
      }
    }
    if (!held.isEmpty()) {
      chart.ok("rights", "on project " + project + ": " + String.join(", ", held));
    }
  }

  private String repository(String project) throws InterruptedException {
    return robot.repositories(project, 1, visit.soon())
                instanceof Evidence.Present<Page<Listings.Listed>>(var page, var at)
            && !page.entries().isEmpty()
            && page.entries().getFirst().path().startsWith(project + "/")
        ? page.entries().getFirst().path().substring(project.length() + 1)
        : MADE_UP;
  }

  private void scanner(String project) throws InterruptedException {
    String repair =
        "choose one in Harbor: Administration, Interrogation Services, Scanners, Set as default";
    switch (visit.harbor(asWhom).scannerOf(project, visit.soon())) {
      case Evidence.Present<Optional<ProjectScanner>>(Optional<ProjectScanner> scanner, var at) -> {
        if (scanner.isEmpty()) {
          chart.warning("scanner", "project " + project + " has none: nothing is scanned", repair);
        } else if (scanner.get().disabled()) {
          chart.warning("scanner", scanner.get().name() + " is switched off", repair);
        } else {
          chart.ok("scanner", scanner.get().name() + " scans project " + project);
        }
      }
      case Evidence.Absent<Optional<ProjectScanner>> none ->
          chart.warning("scanner", "project " + project + " has none: nothing is scanned", repair);
      case Evidence.Unavailable<Optional<ProjectScanner>>(Doubt doubt) -> {
        if (doubt.cause() == Cause.FORBIDDEN) {
          chart.skipped("scanner", "takes the right scanner:read: give --user and --password-file");
        } else {
          chart.wrong(
              "scanner", doubt.tried(), "run this again when " + host.name() + " answers as usual");
        }
      }
    }
  }

  private void end() throws InterruptedException {
    String name;
    try {
      name = host.credentials().orElseThrow().read("learn the name of the robot").username();
    } catch (Trouble trouble) {
      chart.skipped("end of the robot", trouble.doubt().tried());
      return;
    }
    switch (visit.harbor(asWhom).end(name, visit.soon())) {
      case Evidence.Present<Optional<Instant>>(Optional<Instant> end, var at) ->
          end.ifPresentOrElse(
              when -> ends(name, when), () -> chart.ok("end of the robot", name + " never ends"));
      case Evidence.Absent<Optional<Instant>> none ->
          host.credentialsEnd()
              .ifPresentOrElse(
                  when -> ends(name, when),
                  () -> chart.skipped("end of the robot", "Harbor lists no robot " + name));
      case Evidence.Unavailable<Optional<Instant>>(Doubt doubt) ->
          host.credentialsEnd()
              .ifPresentOrElse(
                  when -> ends(name, when),
                  () ->
                      chart.skipped(
                          "end of the robot",
                          doubt.cause() == Cause.FORBIDDEN
                              ? "takes the right robot:list: give --user and --password-file"
                              : doubt.tried()));
    }
  }

  private void ends(String name, Instant when) {
    String what = PlainText.of(name, 200) + " ends at " + when;
    if (when.isAfter(visit.environment().clock().instant().plus(ENDS_SOON))) {
      chart.ok("end of the robot", what);
    } else {
      chart.warning("end of the robot", what, repairs.robot(host, "--days 180"));
    }
  }
}
