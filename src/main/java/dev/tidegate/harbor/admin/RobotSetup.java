package dev.tidegate.harbor.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.document.StrictJson;
import dev.tidegate.net.Credentials;
import dev.tidegate.net.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What has to be done so that there is a robot account with the rights that it needs, no more. */
public final class RobotSetup {
  private static final String DESCRIPTION = "Tidegate: made by tidegate harbor setup";

  private final AdminApi admin;
  private final AdminApi robot;
  private final Wanted wanted;
  private final InstantSource clock;

  /**
   * What the robot should be.
   *
   * @param credentials by which it will log in; where its secret is written
   * @param username its whole name
   * @param use what for
   * @param projects for which projects; empty for all, those to come included
   * @param days after how many days it ends, counted from now on; -1 for never; empty for never if
   *     it has to be made, and as it is otherwise
   * @param newSecret whether it is given another secret when the file does not have a good one
   * @param exact whether rights that it does not need are taken away
   * @param databaseAge whether it may read how old the scanner's data is
   */
  public record Wanted(
      Credentials credentials,
      String username,
      Right.Use use,
      List<String> projects,
      Optional<Integer> days,
      boolean newSecret,
      boolean exact,
      boolean databaseAge) {
    public Wanted {
      Objects.requireNonNull(credentials);
      Objects.requireNonNull(username);
      Objects.requireNonNull(use);
      projects = List.copyOf(projects);
      Objects.requireNonNull(days);
    }
  }

  /**
   * @param admin Harbor as the one who sets it up
   * @param robot Harbor as the robot, for trying its secret
   */
  public RobotSetup(AdminApi admin, AdminApi robot, Wanted wanted, InstantSource clock) {
    this.admin = Objects.requireNonNull(admin);
    this.robot = Objects.requireNonNull(robot);
    this.wanted = Objects.requireNonNull(wanted);
    this.clock = Objects.requireNonNull(clock);
  }

  /** How it stands; asks Harbor and changes nothing. */
  public List<Line> plan() throws Trouble, InterruptedException {
    String prefix = admin.robotPrefix();
    String subject = "robot " + wanted.username();
    if (!wanted.username().startsWith(prefix) || wanted.username().length() == prefix.length()) {
      return List.of(
          Line.cannot(
              subject,
              "names of robots begin with "
                  + prefix
                  + " in this Harbor: write username: "
                  + prefix
                  + "tidegate under credentials in the file of hosts"));
    }
    String name = wanted.username().substring(prefix.length());
    List<Line> lines = new ArrayList<>();
    Optional<Robot> found = admin.robot(prefix, name);
    SortedSet<Access> rights = rights(ends(found), lines);
    if (found.isEmpty()) {
      lines.addFirst(
          Line.create(
              subject,
              rights.stream().map(right -> "may " + right).toList(),
              () -> create(name, rights)));
      return lines;
    }
    lines.addFirst(account(subject, found.get(), rights));
    Optional<Line> surplus = surplus(subject, found.get(), rights);
    surplus.ifPresent(lines::add);
    lines.add(secret(found.get()));
    return lines;
  }

  /** Whether the robot will end some day. */
  private boolean ends(Optional<Robot> found) {
    return wanted.use() == Right.Use.GATE
        && wanted.days().map(days -> days > 0).orElse(found.flatMap(Robot::ends).isPresent());
  }

  private SortedSet<Access> rights(boolean ends, List<Line> lines)
      throws Trouble, InterruptedException {
    Optional<SortedSet<String>> offered = admin.offered();
    List<String> projects = wanted.projects().isEmpty() ? List.of(Access.ALL) : wanted.projects();
    SortedSet<Access> rights = new TreeSet<>();
    List<Right> needed = new ArrayList<>(Right.of(wanted.use()));
    if (ends) {
      needed.add(Right.END);
    }
    if (wanted.databaseAge()) {
      needed.addAll(Right.of(Right.Use.DATABASE_AGE));
    }
    for (Right right : needed) {
      if (right == Right.PROJECTS && !wanted.projects().isEmpty()) {
        continue; // there are no new projects to be found
      }
      String name = (right.system() ? Access.SYSTEM : "") + right.harborName();
      if (offered.isPresent() && !offered.get().contains(name)) {
        lines.add(
            Line.note(
                "right " + right.harborName(),
                "this Harbor cannot give it to robots; the gate needs it to "
                    + right.purpose()
                    + (right == Right.END
                        ? ": write it down as expires under credentials in the file of hosts"
                        : "")));
        continue;
      }
      projects.forEach(project -> rights.add(right.on(project)));
    }
    return rights;
  }

  private Line account(String subject, Robot found, SortedSet<Access> rights) {
    List<String> differences = new ArrayList<>();
    if (found.disabled()) {
      differences.add("it is switched off");
    }
    SortedSet<Access> has = found.rights();
    for (Access right : rights) {
      if (!has.contains(right) && !has.contains(anywhere(right))) {
        differences.add("it may not " + right);
      }
    }
    SortedSet<Access> after = new TreeSet<>(rights);
    if (wanted.exact()) {
      has.stream()
          .filter(right -> !rights.contains(right))
          .forEach(right -> differences.add("it may " + right + ", and need not"));
    } else {
      after.addAll(has);
    }
    Optional<Integer> days = lifetime(found, differences);
    if (found.over(clock.instant()) && days.isEmpty()) {
      return Line.cannot(
          subject,
          "it ended at "
              + found.ends().orElseThrow()
              + ": say how long it lasts from now on, --days 180 or --days never");
    }
    return differences.isEmpty()
        ? Line.right(subject)
        : Line.change(subject, differences, () -> admin.update(found, found.changed(after, days)));
  }

  private static Access anywhere(Access right) {
    return right.system() ? right : new Access(Access.ALL, right.resource(), right.action());
  }

  /**
   * After how many days from its making the robot is to end, if that has to be changed: it is when
   * less than half of the time is left, so that running this again changes nothing.
   */
  private Optional<Integer> lifetime(Robot found, List<String> differences) {
    if (wanted.days().isEmpty()) {
      return Optional.empty();
    }
    int days = wanted.days().get();
    Optional<Instant> ends = found.ends();
    if (days < 0) {
      ends.ifPresent(end -> differences.add("it ends at " + end));
      return ends.map(end -> -1);
    }
    Instant now = clock.instant();
    if (ends.isPresent()
        && !ends.get().isBefore(now.plus(Duration.ofDays(days).dividedBy(2)))
        && !ends.get().isAfter(now.plus(Duration.ofDays(days + 1L)))) {
      return Optional.empty();
    }
    differences.add(ends.map(end -> "it ends at " + end).orElse("it never ends"));
    return Optional.of(Math.toIntExact(Duration.between(found.created(), now).toDays()) + days);
  }

  private Optional<Line> surplus(String subject, Robot found, SortedSet<Access> rights) {
    List<String> surplus =
        found.rights().stream()
            .filter(right -> !rights.contains(right))
            .map(Access::toString)
            .toList();
    return surplus.isEmpty() || wanted.exact()
        ? Optional.empty()
        : Optional.of(
            Line.note(
                subject,
                "may more than it is asked to here: "
                    + String.join(", ", surplus)
                    + "; --exact takes that away"));
  }

  private Line secret(Robot found) throws Trouble, InterruptedException {
    Path file = KeptFile.of(wanted.credentials());
    String subject = "secret of " + wanted.username();
    String why;
    if (!Files.exists(file)) {
      why = "Harbor does not tell it again, and " + file + " is not there";
    } else if (found.disabled() || found.over(clock.instant())) {
      return Line.note(subject, "is tried when the robot can log in: run this again");
    } else if (robot.caller() == AdminApi.Caller.ROBOT) {
      return Line.right(subject);
    } else {
      why = "Harbor does not take the one in " + file;
    }
    return wanted.newSecret()
        ? Line.change(subject, List.of(why), () -> renew(found))
        : Line.cannot(
            subject,
            why
                + "; put it there, or let it be made anew by --new-secret, after which whoever"
                + " uses the old one is refused");
  }

  private void create(String name, SortedSet<Access> rights)
      throws Trouble, IOException, InterruptedException {
    KeptFile.prepare(KeptFile.of(wanted.credentials()));
    keep(admin.create(Robot.fresh(name, DESCRIPTION, rights, wanted.days().orElse(-1))));
  }

  private void renew(Robot found) throws Trouble, IOException, InterruptedException {
    KeptFile.prepare(KeptFile.of(wanted.credentials()));
    keep(admin.renew(found));
  }

  private void keep(AdminApi.Secret secret) throws IOException {
    Path file = KeptFile.of(wanted.credentials());
    if (wanted.credentials() instanceof Credentials.HelperOutput) {
      ObjectNode output = StrictJson.MAPPER.createObjectNode();
      output.put("Username", secret.name()).put("Secret", secret.secret());
      KeptFile.write(file, output + "\n");
    } else {
      KeptFile.write(file, secret.secret() + "\n");
    }
  }
}
