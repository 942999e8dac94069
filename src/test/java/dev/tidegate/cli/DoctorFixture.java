package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.harbor.HintQueue;
import dev.tidegate.harbor.Receiver;
import dev.tidegate.harbor.Secrets;
import dev.tidegate.harbor.admin.Right;
import dev.tidegate.testkit.HarborDouble;
import dev.tidegate.testkit.HarborRights;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.testkit.TestCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A Harbor and a gate with TLS, set up as {@code tidegate harbor setup} does it. */
abstract class DoctorFixture {
  static final String ROBOT = "robot$tidegate";
  static final String EVENTS = "/harbor/events";
  static final InstantSource NOW = InstantSource.system();

  @TempDir Path directory;

  final TestCa ca = TestCa.named("doctor");
  final Queue<String> came = new ConcurrentLinkedQueue<>();
  HarborDouble harbor = harbor(Duration.ofDays(90));
  final RegistryDouble gate =
      RegistryDouble.start(ca.server("localhost", Duration.ofDays(90)).context());

  HarborDouble harbor(Duration certificate) {
    HarborDouble started = HarborDouble.start(NOW, ca.server("localhost", certificate).context());
    started.accounts().administrator("admin", "Harbor12345");
    return started;
  }

  @BeforeEach
  void setUp() throws IOException {
    Files.writeString(directory.resolve("ca.crt"), TestCa.pem(ca.certificate()));
    Files.writeString(directory.resolve("admin"), "Harbor12345\n");
    harbor.project("shop").project("payments");
    hosts("ca: ca.crt");
    Receiver receiver =
        new Receiver(
            List.of(new Receiver.Sender(harbor.name(), this::secrets)),
            new HintQueue(10),
            came::add);
    gate.instead(
        asked -> asked.path().equals(EVENTS),
        exchange -> {
          String given = exchange.getRequestHeaders().getFirst("Authorization");
          Receiver.Reply reply =
              receiver.receive(
                  given == null ? Map.of() : Map.of("authorization", given),
                  exchange.getRequestBody().readAllBytes());
          RegistryDouble.status(reply.status(), reply.text()).to(exchange);
        });
    List<String> setup = new ArrayList<>(List.of("harbor", "setup", "--hosts", path("hosts.yaml")));
    setup.addAll(List.of("--user", "admin", "--password-file", path("admin")));
    setup.addAll(List.of("--callback", url()));
    assertThat(CliRun.at(NOW, setup.toArray(String[]::new)).status()).isEqualTo(ExitStatus.PASS);
    harbor.accounts().hooks().delivered("Running", "Success", "Success");
  }

  @AfterEach
  void stop() {
    harbor.close();
    gate.close();
  }

  Secrets secrets() {
    try {
      return Secrets.parse(read("callbacks"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  void hosts(String settings) throws IOException {
    Files.writeString(
        directory.resolve("hosts.yaml"),
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: Hosts
        hosts:
          "%s":
            %s
            credentials: {username: "robot$tidegate", passwordFile: robot}
            callbackSecrets: callbacks
        """
            .formatted(harbor.name(), settings));
  }

  String path(String file) {
    return directory.resolve(file).toString();
  }

  String read(String file) throws IOException {
    return Files.readString(directory.resolve(file)).strip();
  }

  String url() {
    return "https://" + gate.name() + EVENTS;
  }

  ObjectNode robot() {
    return Objects.requireNonNull(harbor.accounts().robots().get(ROBOT));
  }

  CliRun doctor(String... more) {
    return at(NOW, more);
  }

  CliRun at(InstantSource clock, String... more) {
    List<String> arguments = new ArrayList<>(List.of("doctor", "--hosts", path("hosts.yaml")));
    arguments.addAll(List.of(more));
    CliRun run = CliRun.at(clock, arguments.toArray(String[]::new));
    assertThat(run.out() + run.err()).doesNotContain("Harbor12345");
    for (String secret : List.of("robot", "callbacks")) {
      try {
        if (Files.exists(directory.resolve(secret))) {
          assertThat(run.out() + run.err()).doesNotContain(read(secret));
        }
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
    return run;
  }

  CliRun complete(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--user", "admin", "--password-file", path("admin")));
    arguments.addAll(List.of("--callback", url(), "--callback-ca", path("ca.crt")));
    arguments.addAll(List.of(more));
    return doctor(arguments.toArray(String[]::new));
  }

  /** Without what is another in each run. */
  String masked(String text) {
    return text.replace(directory.toString(), "DIR")
        .replace(harbor.name(), "harbor.example.com")
        .replace(gate.name(), "tidegate.example.com")
        .replaceAll("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "TIME")
        .replaceAll("20[0-9]{2}-[0-9]{2}-[0-9]{2}", "DAY");
  }

  List<String> changes() {
    return harbor.accounts().changes();
  }

  void take(Right right) {
    HarborRights.take(robot(), right.harborName());
  }
}
