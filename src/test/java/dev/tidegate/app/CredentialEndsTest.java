package dev.tidegate.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.harbor.Harbors;
import dev.tidegate.net.Calls;
import dev.tidegate.net.Credentials;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Host;
import dev.tidegate.net.Hosts;
import dev.tidegate.testkit.HarborDouble;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a robot is known before it comes, from Harbor itself or from the file of hosts. */
class CredentialEndsTest {
  private static final Instant START = Instant.parse("2026-11-26T12:00:00Z");
  private static final String ROBOT =
      "{\"name\": \"tidegate\", \"level\": \"system\", \"duration\": %d, \"disable\": false,"
          + " \"permissions\": [{\"kind\": \"system\", \"namespace\": \"/\", \"access\":"
          + " [{\"resource\": \"robot\", \"action\": \"%s\"}]}]}";

  @TempDir Path directory;

  private Instant now = START;
  private final HarborDouble harbor = HarborDouble.start(() -> now);
  private final Exchanges exchanges =
      new Exchanges(InetAddress::getAllByName, () -> now, System::nanoTime, Calls.NONE);
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void prepare() throws IOException {
    harbor.accounts().administrator("admin", "Harbor12345");
    Files.writeString(directory.resolve("robot"), "Secret12345");
  }

  @AfterEach
  void stop() {
    exchanges.close();
    harbor.close();
  }

  private Host host() {
    return harbor
        .host(Optional.empty())
        .as(new Credentials.Basic("robot$tidegate", directory.resolve("robot")));
  }

  private CredentialEnds ends(Host host) {
    return new CredentialEnds(
        List.of(host),
        Map.of(host.name(), Harbors.api(host, exchanges, () -> now)),
        () -> now,
        System::nanoTime,
        (name, end, over) -> told.add(end + (over ? " over" : " soon")));
  }

  @Test
  void whatHarborSaysIsToldOnceADayWhenItIsSoon() throws InterruptedException {
    harbor.accounts().robot(ROBOT.formatted(30, "list"), "Secret12345");
    CredentialEnds ends = ends(host());
    assertThat(ends.secondsLeft(harbor.name())).as("not asked yet").isNaN();
    ends.look();
    assertThat(ends.secondsLeft(harbor.name())).isEqualTo(30.0 * 86_400);
    assertThat(told).isEmpty();
    now = START.plus(Duration.ofDays(17));
    ends.look();
    ends.look();
    assertThat(told).containsExactly("2026-12-26T12:00:00Z soon");
    now = START.plus(Duration.ofDays(18));
    ends.look();
    assertThat(told).hasSize(2);
    now = START.plus(Duration.ofDays(31));
    ends.look();
    assertThat(told)
        .as("a robot that has ended cannot ask, and what it has learned stays")
        .last()
        .isEqualTo("2026-12-26T12:00:00Z over");
    assertThat(ends.secondsLeft(harbor.name())).isNegative();
  }

  @Test
  void aRobotThatIsRenewedEndsLaterAndOneThatNeverEndsNever() throws InterruptedException {
    var robot = harbor.accounts().robot(ROBOT.formatted(10, "list"), "Secret12345");
    CredentialEnds ends = ends(host());
    ends.look();
    assertThat(told).hasSize(1);
    robot.put("expires_at", START.plus(Duration.ofDays(100)).getEpochSecond());
    ends.look();
    assertThat(ends.secondsLeft(harbor.name())).isEqualTo(100.0 * 86_400);
    robot.put("expires_at", -1);
    ends.look();
    assertThat(ends.secondsLeft(harbor.name())).isNaN();
    assertThat(told).hasSize(1);
  }

  @Test
  void whereHarborDoesNotSayTheFileOfHostsDoes() throws Exception {
    harbor.accounts().robot(ROBOT.formatted(30, "nothing"), "Secret12345");
    CredentialEnds mute = ends(host());
    mute.look();
    assertThat(mute.secondsLeft(harbor.name())).isNaN();

    Path file = directory.resolve("hosts.yaml");
    Files.writeString(
        file,
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: Hosts
        hosts:
          "%s":
            plainHttp: true
            credentials: {username: "robot$tidegate", passwordFile: robot, expires: 2026-11-30}
        """
            .formatted(harbor.name()));
    CredentialEnds written = ends(Hosts.read(file).hosts().orElseThrow().all().getFirst());
    written.look();
    assertThat(told).as("the day is over at its end").containsExactly("2026-12-01T00:00:00Z soon");
    harbor.fails(503);
    written.look();
    assertThat(written.secondsLeft(harbor.name())).isPositive();
  }

  @Test
  void whoHasNoCredentialsIsNotWatched() {
    assertThat(ends(harbor.host(Optional.empty())).watched()).isEmpty();
  }
}
