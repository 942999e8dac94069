package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tidegate.harbor.admin.Right;
import dev.tidegate.model.Deadline;
import dev.tidegate.net.Calls;
import dev.tidegate.net.Exchanges;
import dev.tidegate.testkit.ProxyDouble;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.testkit.TestCa;
import dev.tidegate.workload.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code tidegate doctor} against a Harbor, healthy and sick. */
class DoctorTest extends DoctorFixture {
  private static final String GOLDEN = "src/test/resources/cli/golden/";

  @Test
  void nothingIsWrongWhereAllIsSetUpAndNothingIsChanged() {
    var image = harbor.push("shop/web", "1", "web");
    harbor.scanned(image);
    List<String> changes = changes();
    CliRun run = complete("--image", harbor.name() + "/shop/web:1");
    Golden.assertSame(GOLDEN + "doctor-healthy.txt", masked(run.out()), getClass());
    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
    assertThat(changes()).isEqualTo(changes);
    assertThat(harbor.scansAsked()).isZero();
    assertThat(came).containsExactly("refused", "unknown");
  }

  @Test
  void theSickHarborIsToldWhatToRepair() throws IOException {
    harbor.accounts().version("v2.15.3-1").scanner("");
    harbor.accounts().hooks().delivered("Error", "Success");
    harbor.accounts().hooks().of("shop").getFirst().put("enabled", false);
    robot().put("expires_at", NOW.instant().plus(Duration.ofDays(3)).getEpochSecond());
    take(Right.REPORT);
    take(Right.SCAN);
    Files.writeString(directory.resolve("callbacks"), "f".repeat(40) + "\n" + read("callbacks"));
    CliRun run = complete("--image", harbor.name() + "/shop/none:1", "--project", "shop");
    Golden.assertSame(GOLDEN + "doctor-sick.txt", masked(run.out()), getClass());
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
  }

  @Test
  void eachRightThatIsMissingIsNamedAloneWithItsPurpose() {
    assertThat(Right.of(Right.Use.GATE)).isNotEmpty();
    for (Right right : Right.of(Right.Use.GATE)) {
      JsonNode before = robot().path("permissions").deepCopy();
      take(right);
      CliRun run = doctor();
      assertThat(run.status()).as("without %s", right).isEqualTo(ExitStatus.REFUSED);
      assertThat(run.out())
          .contains("wrong    right " + right.harborName() + ": user robot$tidegate")
          .contains("the gate needs it to " + right.purpose())
          .contains("repair: tidegate harbor setup --hosts " + path("hosts.yaml"))
          .contains("\n1 wrong");
      robot().set("permissions", before);
    }
    assertThat(doctor().status()).isEqualTo(ExitStatus.PASS);
  }

  @Test
  void whetherScannersCanBeReadIsLookedAtWherePoliciesAskHowOldTheirDataIs() throws IOException {
    assertThat(doctor().out()).contains("skipped  right scanner:read: ").contains("--database-age");
    CliRun without = doctor("--database-age");
    assertThat(without.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(without.out())
        .contains(
            "wrong    right scanner:read: user robot$tidegate does not have it on project payments;"
                + " the gate needs it to "
                + Right.SCANNER.purpose())
        .contains(
            "wrong    right scanner:read: user robot$tidegate does not have it; the gate needs it to "
                + Right.SCANNERS.purpose())
        .contains("--no-webhooks --database-age " + harbor.name() + "\n");
    List<String> setup =
        List.of(
            "harbor",
            "setup",
            "--hosts",
            path("hosts.yaml"),
            "--user",
            "admin",
            "--password-file",
            path("admin"),
            "--no-webhooks",
            "--database-age",
            harbor.name());
    assertThat(CliRun.at(NOW, setup.toArray(String[]::new)).status()).isEqualTo(ExitStatus.PASS);
    CliRun repaired = doctor("--database-age");
    assertThat(repaired.out())
        .contains("scanner:read, scanner:read of the whole Harbor\n")
        .contains("ok       scanner: Trivy scans project payments");
    assertThat(repaired.status()).isEqualTo(ExitStatus.PASS);
  }

  @Test
  void aRobotForChosenProjectsMayNotFindNewOnesAndThatIsNoMistake() {
    take(Right.PROJECTS);
    CliRun run = doctor("--project", "shop");
    assertThat(run.out()).contains("warning  right project:list").contains("on project shop");
    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
  }

  @Test
  void aWrongSecretIsFoundThoughHarborGivesATokenForIt() throws IOException {
    Files.writeString(directory.resolve("robot"), "not it\n");
    CliRun alone = doctor();
    assertThat(alone.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(alone.out())
        .contains("knows no robot$tidegate with this secret")
        .contains("--user and --password-file would tell which")
        .contains("--no-webhooks --new-secret")
        .contains("skipped  rights, scanner, webhooks");
    assertThat(complete().out()).contains("robot$tidegate has another secret than the one of");
    Files.delete(directory.resolve("robot"));
    assertThat(doctor().out()).contains("wrong    credentials").contains("does not exist");
  }

  @Test
  void aRobotThatIsSwitchedOffOrEndedOrGoneIsToldApart() throws IOException {
    robot().put("disable", true);
    assertThat(complete().out()).contains("the robot robot$tidegate is switched off");
    robot().put("disable", false);
    robot().put("expires_at", NOW.instant().minusSeconds(60).getEpochSecond());
    assertThat(complete().out())
        .contains("the robot robot$tidegate ended at")
        .contains("--days 180");
    Files.writeString(
        directory.resolve("hosts.yaml"), read("hosts.yaml").replace(ROBOT, "robot$other"));
    assertThat(complete().out()).contains("there is no robot robot$other");
    Files.writeString(directory.resolve("admin"), "wrong");
    assertThat(complete().out())
        .contains("wrong    administrator: ")
        .contains("write the right password into " + path("admin"));
  }

  @Test
  void aUserInsteadOfARobotIsAWarning() throws IOException {
    Files.writeString(
        directory.resolve("hosts.yaml"),
        read("hosts.yaml")
            .replace(ROBOT, "admin")
            .replace("passwordFile: robot", "passwordFile: admin"));
    CliRun run = doctor();
    assertThat(run.out()).contains("warning  credentials: admin is a user, not a robot");
    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
  }

  @Test
  void anotherCaIsNamedWithTheFieldAndNothingElseIsAsked() throws IOException {
    Files.writeString(
        directory.resolve("ca.crt"), TestCa.pem(TestCa.named("another").certificate()));
    CliRun run = doctor();
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out())
        .contains("wrong    connection: ")
        .contains("TLS with " + harbor.name() + " failed")
        .contains("repair: write the PEM file with its CA as hosts." + harbor.name() + ".ca in")
        .contains("skipped  everything else here: needs the connection")
        .contains("\n1 wrong");
  }

  @Test
  void aCertificateThatEndsSoonIsAWarningAndOneThatHasEndedIsWrong() throws IOException {
    harbor.close();
    harbor = harbor(Duration.ofDays(5));
    hosts("ca: ca.crt");
    assertThat(doctor().out())
        .contains("warning  connection: TLS, but the certificate of " + harbor.name() + " ends at")
        .contains("repair: renew the certificate of " + harbor.name());
    harbor.close();
    harbor = harbor(Duration.ofDays(-1));
    hosts("ca: ca.crt");
    assertThat(doctor().out())
        .contains("its certificate, or one above it, has expired")
        .contains("repair it at " + harbor.name() + " itself");
  }

  @Test
  void whatIsNotReachedIsToldWithItsField() throws IOException {
    harbor.close();
    assertThat(doctor().out())
        .contains("cannot be reached")
        .contains("correct hosts." + harbor.name() + ".endpoint in");
    hosts("{endpoint: \"https://nowhere.invalid\"}".replaceAll("[{}]", ""));
    assertThat(doctor().out()).contains("the name nowhere.invalid is not known");
    hosts("endpoint: \"https://" + gate.name() + "/\"\n    ca: ca.crt");
    gate.instead(asked -> asked.path().equals("/v2/"), RegistryDouble.status(404, ""));
    assertThat(doctor().out()).contains("there is no registry at https://" + gate.name());
  }

  @Test
  void aClockThatIsOffIsToldWithWhatItSpoils() {
    CliRun little = at(() -> Instant.now().plusSeconds(120));
    assertThat(little.out()).contains("warning  clock: ").contains("behind the clock here");
    assertThat(little.status()).isEqualTo(ExitStatus.PASS);
    CliRun much = at(() -> Instant.now().minusSeconds(600));
    assertThat(much.out())
        .contains("wrong    clock: ")
        .contains("ahead of the clock here; ages of scans, tokens");
    assertThat(much.status()).isEqualTo(ExitStatus.REFUSED);
  }

  @Test
  void aPlainRegistryIsNoHarborAndNeedsNoMore() throws IOException {
    Files.writeString(
        directory.resolve("hosts.yaml"),
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: Hosts
        hosts:
          "%s": {ca: ca.crt}
        """
            .formatted(gate.name()));
    CliRun run = doctor();
    assertThat(run.out())
        .contains("ok       credentials: none are configured")
        .endsWith("Nothing wrong, 0 warnings, 0 not looked at\n"); // no rights to look at
    Files.writeString(
        directory.resolve("hosts.yaml"),
        read("hosts.yaml").replace("ca: ca.crt", "ca: ca.crt, callbackSecrets: callbacks"));
    assertThat(doctor().out()).contains("it has callbackSecrets, but is no Harbor");
    gate.instead(
        asked -> asked.path().equals("/v2/"),
        RegistryDouble.status(401, "", "WWW-Authenticate", "Basic realm=\"x\""));
    Files.writeString(
        directory.resolve("hosts.yaml"),
        read("hosts.yaml")
            .replace(
                "callbackSecrets: callbacks", "credentials: {username: me, passwordFile: admin}"));
    assertThat(doctor().out())
        .contains("wrong    credentials: ")
        .contains("repair: correct hosts." + gate.name() + ".credentials in");
  }

  @Test
  void theOldAndThePeculiarAreWarnings() {
    harbor.accounts().version("v2.6.4-1");
    assertThat(doctor().out())
        .contains("(Harbor 2.6.4)")
        .contains("warning  Harbor 2.6.4: is older than 2.7");
  }

  @Test
  void whatOthersSayIsShownPlainly() {
    harbor.accounts().scanner("Trivy\\u001b[31m\\u202e");
    assertThat(complete().out()).doesNotContain("\u001b").doesNotContain("\u202e");
  }

  @Test
  void aHarborThatFailsIsNotCalledAnotherProgram() {
    harbor.fails(503);
    CliRun run = doctor();
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out()).contains("failed (503)");
    harbor.behaves();
  }

  @Test
  void asJsonItSaysTheSame() throws IOException {
    JsonNode report = Json.MAPPER.readTree(complete("-o", "json").out());
    assertThat(report.path("healthy").asBoolean()).isTrue();
    JsonNode part = report.path("parts").path(0);
    assertThat(part.path("of").asText()).isEqualTo(harbor.name());
    assertThat(part.path("version").asText()).isEqualTo("2.15.2");
    assertThat(part.path("entries").path(0).path("state").asText()).isEqualTo("ok");
    ((ArrayNode) robot().path("permissions").path(0).path("access")).removeAll();
    JsonNode sick = Json.MAPPER.readTree(complete("-o", "json").out());
    assertThat(sick.path("healthy").asBoolean()).isFalse();
    assertThat(sick.path("wrong").asInt()).isPositive();
    assertThat(sick.toString()).contains("tidegate harbor setup");
  }

  @Test
  void whatIsWrittenWronglyIsNamed() throws IOException {
    assertThat(doctor("--user", "admin").err()).contains("belong together");
    assertThat(doctor("-o", "yaml").err()).contains("write --output text");
    assertThat(doctor("--callback", "https://x/other").err()).contains("is not where the gate");
    assertThat(doctor("--callback-ca", "x").err()).contains("without --callback");
    assertThat(doctor("elsewhere.example.com").err()).contains("is not among the hosts");
    assertThat(doctor("--image", "Not An Image").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(doctor("--project", "none").out()).contains("wrong    project none: there is none");
    Files.writeString(
        directory.resolve("hosts.yaml"),
        read("hosts.yaml") + "\n  \"" + gate.name() + "\": {ca: ca.crt}\n");
    CliRun two = complete();
    assertThat(two.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(two.err()).contains("is told to one host only");
    assertThat(complete(harbor.name()).status()).isEqualTo(ExitStatus.PASS);
  }

  @Test
  void whatIsReachedByAProxyIsLookedAtByIt() throws IOException {
    try (ProxyDouble proxy = ProxyDouble.start()) {
      hosts("ca: ca.crt\n    proxy: {url: \"" + proxy.url() + "\"}");
      CliRun run = doctor();
      assertThat(run.out()).contains("ok       connection: TLS by the proxy " + proxy.url());
      assertThat(run.status()).isEqualTo(ExitStatus.PASS);
      proxy.refuse(403);
      assertThat(doctor().out())
          .contains("answers 403 instead of letting through")
          .contains("repair: correct hosts." + harbor.name() + ".proxy in");
    }
  }

  @Test
  void anotherWayToKeepTheSecretIsNamedWhereSetupCannotWriteIt() throws IOException {
    Files.writeString(
        directory.resolve("hosts.yaml"),
        read("hosts.yaml")
            .replace(
                "{username: \"robot$tidegate\", passwordFile: robot}",
                "{dockerConfig: config.json}"));
    Files.writeString(
        directory.resolve("config.json"),
        "{\"auths\": {\"%s\": {\"username\": \"robot$tidegate\", \"password\": \"old one\"}}}"
            .formatted(harbor.name()));
    assertThat(doctor().out())
        .contains("repair: name username and passwordFile as hosts." + harbor.name())
        .doesNotContain("old one");
  }

  @Test
  void noQuestionIsAskedWhenAllHasTakenTooLong() throws InterruptedException {
    Deadline over = Deadline.in(Duration.ZERO, System::nanoTime);
    try (Exchanges exchanges =
        new Exchanges(InetAddress::getAllByName, NOW, System::nanoTime, Calls.NONE)) {
      Chart chart = new Chart(harbor.name());
      DoctorWish wish =
          new DoctorWish(
              "hosts.yaml",
              List.of(),
              List.of(),
              Optional.empty(),
              Optional.empty(),
              true,
              Optional.empty(),
              List.of(),
              false);
      harbor.registry().forget();
      Environment environment = CliRun.environment(Map.of(), false);
      new HostExam(
              new Visit(harbor.host(Optional.empty()), wish, exchanges, environment, over, chart))
          .isHarbor();
      assertThat(chart.diagnoses().getFirst().what()).contains("took longer than 5 minutes");
      assertThat(harbor.registry().asked()).isEmpty();
    }
  }
}
