package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.harbor.Secrets;
import dev.tidegate.testkit.RegistryDouble;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What {@code tidegate doctor} sees of callbacks: their secret, the gate, webhooks, deliveries. */
class DoctorCallbacksTest extends DoctorFixture {
  @Test
  void withoutAnAdministratorItIsSaidWhatWasNotLookedAt() {
    CliRun run = doctor("--callback", url(), "--callback-ca", path("ca.crt"));
    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
    assertThat(run.out())
        .contains("skipped  scanner: takes the right scanner:read: give --user")
        .contains("skipped  end of the robot: takes the right robot:list: give --user")
        .contains("skipped  webhooks: user robot$tidegate may not look at them: give --user");
    assertThat(doctor().out())
        .contains("skipped  webhooks: say by --callback")
        .contains("skipped  gate: say by --callback");
  }

  @Test
  void theGateIsToldApartFromOthersThatAnswer() throws IOException {
    assertThat(doctor("--callback", url()).out())
        .contains("TLS with " + gate.name() + " failed")
        .contains("name the CA of the gate by --callback-ca");
    Secrets former = secrets();
    Files.writeString(directory.resolve("callbacks"), "g".repeat(40));
    gate.instead(
        asked -> asked.path().equals(EVENTS),
        exchange ->
            RegistryDouble.status(
                    former.contain(
                            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")))
                        ? 200
                        : 401,
                    "")
                .to(exchange));
    assertThat(complete().out())
        .contains("does not know the first secret of")
        .contains("Secret tidegate-hosts");
    gate.instead(asked -> asked.path().equals(EVENTS), RegistryDouble.status(200, ""));
    assertThat(complete().out()).contains("takes callbacks without a secret");
    gate.instead(asked -> asked.path().equals(EVENTS), RegistryDouble.status(404, ""));
    assertThat(complete().out()).contains("nothing takes callbacks at " + url());
    Files.delete(directory.resolve("callbacks"));
    assertThat(complete().out())
        .contains("wrong    callback secrets: ")
        .contains("does not exist")
        .contains("skipped  webhooks: need the secret of callbacks");
  }

  @Test
  void lostCallbacksAreTold() {
    harbor.accounts().hooks().delivered("Success", "Error");
    assertThat(complete().out())
        .contains("warning  deliveries of shop: 1 of the last 2 callbacks were lost");
    harbor.accounts().hooks().delivered("Pending", "Error", "Error");
    CliRun lost = complete();
    assertThat(lost.out())
        .contains("wrong    deliveries of shop: the last callback, of ")
        .contains("was lost, as 2 of the last 2")
        .contains("repair: Harbor says why: Webhooks of project shop, tidegate, Executions");
    assertThat(lost.status()).isEqualTo(ExitStatus.REFUSED);
    harbor.accounts().hooks().delivered();
    assertThat(complete().out()).contains("skipped  deliveries: 2 projects sent no callback yet");
    harbor.accounts().hooks().keepsDeliveriesToItself();
    assertThat(complete().out()).contains("skipped  deliveries: this Harbor does not tell");
  }

  @Test
  void manyProjectsAreCountedAndNotListed() {
    for (int i = 100; i < 215; i++) {
      harbor.project("team-" + i);
    }
    String out = complete().out();
    assertThat(out)
        .contains("skipped  webhooks of 17 projects")
        .contains("wrong    webhooks of 88 further projects")
        .contains("ok       webhooks: as they should be in 2 projects");
    assertThat(out.lines().filter(line -> line.contains("wrong    webhook of"))).hasSize(10);
  }
}
