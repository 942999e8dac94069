package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidegate.evidence.Evidence;
import dev.tidegate.harbor.HarborApi;
import dev.tidegate.harbor.Harbors;
import dev.tidegate.harbor.admin.Right;
import dev.tidegate.model.Deadline;
import dev.tidegate.model.PinnedImage;
import dev.tidegate.model.Repository;
import dev.tidegate.net.Calls;
import dev.tidegate.net.Credentials;
import dev.tidegate.net.Exchanges;
import dev.tidegate.net.Host;
import dev.tidegate.net.Reply;
import dev.tidegate.net.Request;
import dev.tidegate.net.Trouble;
import dev.tidegate.testkit.HarborDouble;
import dev.tidegate.testkit.HarborRights;
import dev.tidegate.testkit.RegistryDouble;
import dev.tidegate.workload.Json;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tidegate harbor setup} against a Harbor that gives robots what their rights say. */
class HarborSetupTest {
  private static final String URL = "https://tidegate.example.com/harbor/events";
  private static final String ROBOT = "robot$tidegate";

  @TempDir Path directory;

  private final HarborDouble harbor = HarborDouble.start(InstantSource.fixed(CliRun.NOW));

  @BeforeEach
  void prepare() throws IOException {
    harbor.accounts().administrator("admin", "Harbor12345");
    harbor.project("shop").project("payments");
    hosts("{username: \"robot$tidegate\", passwordFile: robot}");
    Files.writeString(directory.resolve("admin"), "Harbor12345\n");
  }

  @AfterEach
  void stop() {
    harbor.close();
  }

  private void hosts(String credentials) throws IOException {
    Files.writeString(
        directory.resolve("hosts.yaml"),
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: Hosts
        hosts:
          "%s": {plainHttp: true, credentials: %s, callbackSecrets: callbacks}
        """
            .formatted(harbor.name(), credentials));
  }

  private CliRun setup(String... more) {
    return asUser("admin", more);
  }

  private CliRun asUser(String user, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("harbor", "setup", "--hosts", directory.resolve("hosts.yaml").toString()));
    arguments.addAll(
        List.of("--user", user, "--password-file", directory.resolve("admin").toString()));
    arguments.addAll(List.of(more));
    return CliRun.of(arguments.toArray(String[]::new));
  }

  private CliRun complete(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--callback", URL));
    arguments.addAll(List.of(more));
    return setup(arguments.toArray(String[]::new));
  }

  private String read(String file) throws IOException {
    return Files.readString(directory.resolve(file)).strip();
  }

  private ObjectNode robot() {
    return Objects.requireNonNull(harbor.accounts().robots().get(ROBOT));
  }

  @Test
  void makesRobotSecretsAndWebhooksAndThenChangesNothing() throws IOException {
    CliRun run = complete();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains(harbor.name() + " (Harbor 2.15.2)")
        .contains("robot robot$tidegate: made")
        .contains("may scan:create on all projects")
        .contains("may project:list on the system")
        .contains("secret of callbacks: made")
        .contains("webhook of payments: made")
        .contains("webhook of shop: made")
        .endsWith("4 changes made\n");
    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
    assertThat(read("robot")).isEqualTo(harbor.accounts().secret(ROBOT));
    assertThat(run.out()).doesNotContain(read("robot")).doesNotContain(read("callbacks"));
    for (String file : List.of("robot", "callbacks")) {
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file))))
          .isEqualTo("rw-------");
    }
    JsonNode target = harbor.accounts().hooks().of("shop").getFirst().path("targets").path(0);
    assertThat(target.path("auth_header").asText()).isEqualTo(read("callbacks")).hasSize(64);
    assertThat(target.path("address").asText()).isEqualTo(URL);
    assertThat(target.path("skip_cert_verify").asBoolean()).isFalse();
    assertThat(robot().path("expires_at").asLong()).isEqualTo(-1);

    int changes = harbor.accounts().changes().size();
    CliRun again = complete();
    assertThat(again.out())
        .contains("webhook of shop: as it should be")
        .endsWith("Nothing to change\n");
    assertThat(again.status()).isEqualTo(ExitStatus.PASS);
    assertThat(harbor.accounts().changes()).hasSize(changes);
  }

  @Test
  void aNewProjectGetsItsWebhookAndNothingElseIsTouched() {
    complete();
    int changes = harbor.accounts().changes().size();
    harbor.project("loans");
    harbor.registry().forget();
    assertThat(complete().out()).contains("webhook of loans: made").contains("1 change made");
    assertThat(harbor.registry().lines())
        .as("the events of a Harbor are asked for once")
        .filteredOn(line -> line.contains("/webhook/events"))
        .hasSize(1);
    assertThat(harbor.accounts().changes()).hasSize(changes + 1).last().isEqualTo("POST loans");
  }

  @Test
  void aDryRunShowsAndChangesNothing() {
    CliRun run = complete("--dry-run");
    assertThat(run.out())
        .contains("robot robot$tidegate: to be made")
        .contains("webhook of shop: to be made")
        .endsWith("4 changes to be made\n");
    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(harbor.accounts().changes()).isEmpty();
    assertThat(directory.resolve("robot")).doesNotExist();
    assertThat(directory.resolve("callbacks")).doesNotExist();
    complete();
    assertThat(complete("--dry-run").status()).isEqualTo(ExitStatus.PASS);
  }

  @Test
  void whatIsOtherwiseIsNamedAndRepaired() throws IOException {
    complete();
    ObjectNode hook = harbor.accounts().hooks().of("shop").getFirst();
    hook.put("enabled", false);
    ObjectNode target = (ObjectNode) hook.path("targets").path(0);
    target.put("address", "https://elsewhere.example.com/harbor/events");
    target.put("auth_header", "another secret").put("skip_cert_verify", true);
    ArrayNode events = hook.putArray("event_types");
    events.add("PUSH_ARTIFACT").add("PULL_ARTIFACT");
    robot().put("disable", true);
    ((ArrayNode) robot().path("permissions").path(0).path("access")).removeAll();

    CliRun run = complete();
    assertThat(run.out())
        .contains("robot robot$tidegate: changed")
        .contains("it is switched off")
        .contains("it sends to https://elsewhere.example.com/harbor/events")
        .contains("it sends another secret")
        .contains("it does not verify the certificate")
        .contains("it does not tell of DELETE_ARTIFACT, REPLICATION, SCANNING_COMPLETED");
    JsonNode now = harbor.accounts().hooks().of("shop").getFirst();
    assertThat(now.path("targets").path(0).path("auth_header").asText())
        .isEqualTo(read("callbacks"));
    assertThat(now.path("event_types").toString())
        .as("what others have asked for stays")
        .contains("PULL_ARTIFACT")
        .contains("SCANNING_STOPPED");
    assertThat(robot().path("disable").asBoolean()).isFalse();
    CliRun again = complete();
    assertThat(again.out()).endsWith("Nothing to change\n");
    assertThat(again.status()).isEqualTo(ExitStatus.PASS);
  }

  @Test
  void rightsThatAreNotNeededAreNamedAndTakenAwayIfAsked() {
    complete();
    ((ArrayNode) robot().path("permissions").path(0).path("access"))
        .addObject()
        .put("resource", "artifact")
        .put("action", "delete");
    CliRun told = complete();
    assertThat(told.out())
        .contains("may more than it is asked to here: artifact:delete on")
        .contains("--exact takes that away");
    assertThat(told.status()).isEqualTo(ExitStatus.PASS);
    assertThat(robot().toString()).contains("delete");
    assertThat(complete("--exact").out()).contains("it may artifact:delete on");
    assertThat(robot().toString()).doesNotContain("delete");
  }

  @Test
  void scannersAreReadOnlyIfAsked() {
    complete();
    assertThat(robot().toString()).doesNotContain("scanner");
    assertThat(complete("--database-age").out())
        .contains("it may not scanner:read on the system")
        .contains("it may not scanner:read on all projects");
    assertThat(complete("--database-age").out()).endsWith("Nothing to change\n");
  }

  @Test
  void aSecretThatIsLostIsOnlyRenewedIfAsked() throws IOException {
    complete();
    Files.writeString(directory.resolve("robot"), "not it\n");
    CliRun refused = complete();
    assertThat(refused.out())
        .contains("secret of robot$tidegate: not as it should be")
        .contains("--new-secret");
    assertThat(refused.status()).isEqualTo(ExitStatus.UNDECIDED);
    assertThat(read("robot")).isEqualTo("not it");
    Files.delete(directory.resolve("robot"));
    assertThat(complete().status()).isEqualTo(ExitStatus.UNDECIDED);
    CliRun renewed = complete("--new-secret");
    assertThat(renewed.out()).contains("secret of robot$tidegate: changed");
    assertThat(read("robot")).isEqualTo(harbor.accounts().secret(ROBOT));
    assertThat(complete("--new-secret").out())
        .as("a good one stays")
        .endsWith("Nothing to change\n");
  }

  @Test
  void theSecretOfCallbacksIsChangedByPuttingANewOneBeforeIt() throws IOException {
    complete();
    Files.writeString(directory.resolve("callbacks"), "f".repeat(40) + "\n" + read("callbacks"));
    assertThat(complete().out()).contains("webhook of shop: changed").contains("another secret");
    assertThat(harbor.accounts().hooks().of("shop").toString()).contains("f".repeat(40));
  }

  @Test
  void aRobotThatEndsIsRenewedWhenHalfOfItsTimeIsOver() {
    complete("--days", "90");
    assertThat(robot().path("expires_at").asLong())
        .isEqualTo(CliRun.NOW.plus(Duration.ofDays(90)).getEpochSecond());
    assertThat(complete("--days", "90").out()).endsWith("Nothing to change\n");
    assertThat(robot().toString()).as("it may know when").contains("\"robot\"");
    robot().put("creation_time", CliRun.NOW.minus(Duration.ofDays(60)).toString());
    robot().put("expires_at", CliRun.NOW.plus(Duration.ofDays(30)).getEpochSecond());
    assertThat(complete().out()).as("nobody asked").endsWith("Nothing to change\n");
    assertThat(complete("--days", "90").out()).contains("it ends at 2026-12-25T12:00:00Z");
    assertThat(robot().path("expires_at").asLong())
        .isEqualTo(CliRun.NOW.plus(Duration.ofDays(90)).getEpochSecond());
    robot().put("expires_at", CliRun.NOW.minusSeconds(1).getEpochSecond());
    CliRun ended = complete();
    assertThat(ended.out()).contains("it ended at").contains("--days never");
    assertThat(ended.status()).isEqualTo(ExitStatus.UNDECIDED);
    assertThat(complete("--days", "never").status()).isEqualTo(ExitStatus.PASS);
    assertThat(robot().path("expires_at").asLong()).isEqualTo(-1);
  }

  @Test
  void whatHarborSaysWronglyOfARobotIsNoDefect() {
    complete();
    robot().put("expires_at", Long.MAX_VALUE);
    assertThat(complete("--days", "never").out()).contains("it ends at 9999-12-31T23:59:59Z");
    robot().put("creation_time", "yesterday");
    CliRun run = complete("--days", "90");
    assertThat(run.err()).contains("creation_time of a robot account is no time");
    assertThat(run.status()).isEqualTo(ExitStatus.UNDECIDED);
  }

  @Test
  void forChosenProjectsItMayNothingElse() {
    CliRun run = complete("--project", "shop");
    assertThat(run.out()).contains("may repository:pull on shop").doesNotContain("payments");
    assertThat(robot().toString()).doesNotContain("\"*\"").doesNotContain("\"/\"");
    assertThat(harbor.accounts().hooks().of("payments")).isEmpty();
    assertThat(complete("--project", "loans").out())
        .as("a project that is not there")
        .contains("webhook of loans");
  }

  @Test
  void aWebhookThatSendsThereByAnotherNameIsTakenOver() {
    harbor
        .accounts()
        .hooks()
        .byHand(
            "shop",
            "{\"name\": \"by hand\", \"enabled\": true, \"event_types\": [\"PUSH_ARTIFACT\"],"
                + " \"targets\": [{\"type\": \"http\", \"address\": \""
                + URL
                + "\"}]}");
    assertThat(complete().out()).contains("webhook of shop: changed");
    assertThat(harbor.accounts().hooks().of("shop")).hasSize(1);
    harbor
        .accounts()
        .hooks()
        .byHand(
            "shop",
            "{\"name\": \"second\", \"enabled\": true, \"targets\": [{\"address\": \""
                + URL
                + "\"}]}");
    assertThat(complete().out()).contains("\"second\", sends there, too: everything comes twice");
  }

  @Test
  void aRobotForWebhooksKeepsThemInOrder() throws IOException {
    hosts("{username: \"robot$webhooks\", passwordFile: webhooks}");
    assertThat(setup("--rights", "webhooks", "--no-webhooks").status()).isEqualTo(ExitStatus.PASS);
    CliRun run = CliRun.of(argumentsOfTheJob());
    assertThat(run.out()).contains("webhook of shop: made").contains("3 changes made");
    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
  }

  /** What the shipped CronJob runs, with the hosts of this test. */
  private String[] argumentsOfTheJob() throws IOException {
    Path manifest =
        CliRun.DIRECTORY
            .resolve("../../../..")
            .normalize()
            .resolve("manifests/harbor-webhooks/cronjob.yaml");
    CronJob job = Serialization.unmarshal(Files.readString(manifest), CronJob.class);
    List<String> arguments = new ArrayList<>();
    job.getSpec()
        .getJobTemplate()
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getArgs()
        .forEach(argument ->
            arguments.add(
                argument.replace("/etc/tidegate/hosts/hosts.yaml", directory + "/hosts.yaml")));
    return arguments.toArray(String[]::new);
  }

  @Test
  void whoMayNotIsToldSo() throws IOException {
    complete();
    Files.writeString(directory.resolve("admin"), read("robot"));
    CliRun robot = asUser(ROBOT, "--callback", URL);
    assertThat(robot.status()).isEqualTo(ExitStatus.UNDECIDED);
    assertThat(robot.err()).contains("does not allow it (403)");
    Files.writeString(directory.resolve("admin"), "wrong");
    CliRun wrong = complete();
    assertThat(wrong.status()).isEqualTo(ExitStatus.UNDECIDED);
    assertThat(wrong.err()).contains("the password of admin in").contains("is not the right one");
    harbor.fails(503);
    assertThat(complete().status()).isEqualTo(ExitStatus.UNDECIDED);
    harbor.behaves();
  }

  /** Of one project it is told in its line; where none can be asked, all stops. */
  @Test
  void troubleWithAProjectIsNotTroubleWithHarbor() {
    complete("--no-webhooks");
    harbor
        .registry()
        .instead(
            asked -> asked.path().contains("/projects/payments/webhook"),
            RegistryDouble.status(403, "{}"));
    CliRun one = complete();
    assertThat(one.out())
        .contains("webhook of payments: not as it should be")
        .contains("webhook of shop: made");
    assertThat(one.status()).isEqualTo(ExitStatus.UNDECIDED);
    int changes = harbor.accounts().changes().size();
    harbor.project("loans");
    for (int status : List.of(401, 429)) {
      harbor
          .registry()
          .instead(asked -> asked.path().contains("/webhook"), RegistryDouble.status(status, "{}"));
      CliRun all = complete();
      assertThat(all.status()).isEqualTo(ExitStatus.UNDECIDED);
      assertThat(all.err()).contains("tried to read which events");
      assertThat(all.out()).doesNotContain("webhook of");
    }
    assertThat(harbor.accounts().changes()).hasSize(changes);
  }

  @Test
  void oldAndUnusualHarborsAreServed() throws IOException {
    harbor.accounts().keepsPermissionsToItself().version("v2.6.0-1").prefix("bot-");
    CliRun other = complete();
    assertThat(other.out())
        .contains("is older than 2.7")
        .contains("names of robots begin with bot- in this Harbor: write username: bot-tidegate");
    hosts("{username: bot-tidegate, passwordFile: robot}");
    assertThat(complete().status()).isEqualTo(ExitStatus.PASS);
    assertThat(harbor.accounts().robots()).containsKey("bot-tidegate");
  }

  @Test
  void aRightThatThisHarborCannotGiveIsSaidAndLeftOut() {
    harbor.accounts().cannotGive("project:list", "robot:list").version("v2.15.3-x");
    CliRun run = complete("--days", "90");
    assertThat(run.out())
        .contains("write it down as expires under credentials in the file of hosts")
        .contains("right project:list: note")
        .contains("the gate needs it to find new projects")
        .contains("HARBOR_ALLOW_PRIVATE_NETWORK_ACCESS=true");
    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
  }

  @Test
  void theSecretCanBeKeptAsAHelperPrintsIt() throws IOException {
    hosts("{helperOutput: helper.json}");
    assertThat(complete().status()).isEqualTo(ExitStatus.PASS);
    JsonNode kept = Json.MAPPER.readTree(directory.resolve("helper.json").toFile());
    assertThat(kept.path("Username").asText()).isEqualTo(ROBOT);
    assertThat(kept.path("Secret").asText()).isEqualTo(harbor.accounts().secret(ROBOT));
    assertThat(complete().out()).endsWith("Nothing to change\n");
    hosts("{dockerConfig: config.json}");
    assertThat(complete().err()).contains("use username and passwordFile");
  }

  @Test
  void whatIsWrittenWronglyIsNamed() {
    assertThat(setup().err()).contains("--callback https://HOST[:PORT]/harbor/events");
    assertThat(setup("--callback", "https://x/other").err()).contains("is not where the gate");
    assertThat(setup("--callback", "ftp://x/harbor/events").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(complete("--days", "0").err()).contains("--days 0: write 1 to 3650, or never");
    assertThat(complete("--rights", "all").err()).contains("write --rights gate");
    assertThat(complete("--no-robot", "--no-webhooks").err()).contains("nothing to do");
    assertThat(complete("--no-webhooks", "elsewhere.example.com").err())
        .contains("elsewhere.example.com is not among the hosts");
    assertThat(harbor.accounts().changes()).isEmpty();
  }

  @Test
  void asJsonItSaysTheSame() throws IOException {
    JsonNode report = Json.MAPPER.readTree(complete("--output", "json").out());
    assertThat(report.path("done").asBoolean()).isTrue();
    assertThat(report.path("version").asText()).isEqualTo("2.15.2");
    assertThat(report.path("entries")).hasSize(4);
    assertThat(report.path("entries").path(0).path("result").asText()).isEqualTo("made");
  }

  /** What the gate asks Harbor, each with the right that it takes; true where it was answered. */
  private Map<String, Boolean> uses(PinnedImage image) throws InterruptedException {
    Host host =
        harbor.host(Optional.empty()).as(new Credentials.Basic(ROBOT, directory.resolve("robot")));
    Deadline soon = Deadline.in(Duration.ofSeconds(30), System::nanoTime);
    try (Exchanges exchanges =
        new Exchanges(
            InetAddress::getAllByName, InstantSource.system(), System::nanoTime, Calls.NONE)) {
      HarborApi api = Harbors.api(host, exchanges, InstantSource.system());
      Repository in = image.in();
      return Map.of(
          "repository:pull", pulls(exchanges, host, image, soon),
          "repository:list", present(api.repositories("shop", 1, soon)),
          "artifact:read", present(api.artifact(in, image.digest(), soon)),
          "artifact:list", present(api.artifacts(in, 1, soon)),
          "artifact-addition:read", present(api.report(in, image.digest(), soon)),
          "accessory:list", present(api.accessories(in, image.digest(), 1, soon)),
          "project:read", present(api.project("shop", soon)),
          "project:list", present(api.projects(1, soon)),
          "scan:create",
              api.startScan(in, image.digest(), soon) instanceof HarborApi.Asked.Accepted);
    }
  }

  private static boolean present(Evidence<?> evidence) {
    return evidence instanceof Evidence.Present<?>;
  }

  private static boolean pulls(Exchanges exchanges, Host host, PinnedImage image, Deadline deadline)
      throws InterruptedException {
    try {
      Reply reply =
          exchanges.send(
              host,
              Request.get(
                      "/v2/" + image.in().path() + "/manifests/" + image.digest(), 1 << 20, "pull")
                  .within("repository:" + image.in().path() + ":pull"),
              deadline);
      return reply.ok();
    } catch (Trouble refused) {
      return false;
    }
  }

  @Test
  void theRobotMayAllThatTheGateAsksAndWithoutAnyOfItsRightsSomethingFails()
      throws InterruptedException {
    PinnedImage image = harbor.push("shop/web", "1", "web");
    complete();
    assertThat(uses(image).values()).containsOnly(true);
    assertThat(uses(image).keySet())
        .containsExactlyInAnyOrderElementsOf(
            Right.of(Right.Use.GATE).stream().map(Right::harborName).toList());
    for (Right right : Right.of(Right.Use.GATE)) {
      JsonNode before = robot().path("permissions").deepCopy();
      HarborRights.take(robot(), right.harborName());
      Map<String, Boolean> without = uses(image);
      assertThat(new TreeSet<>(without.keySet()))
          .allSatisfy(name ->
              assertThat(without.get(name))
                  .as("%s without %s", name, right)
                  .isEqualTo(!name.equals(right.harborName())));
      robot().set("permissions", before);
    }
  }
}
