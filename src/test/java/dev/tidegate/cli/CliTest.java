package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The commands besides {@code check} and {@code review}. */
class CliTest {
  @Test
  void withoutCommandItSaysWhichThereAre() {
    CliRun run = CliRun.of();

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains("serve", "check", "policy", "explain", "version");
    assertThat(CliRun.of("--help").out()).contains("Exit status: 0", "check");
    assertThat(CliRun.of("help", "check").out()).contains("--warn-as-fail");
    assertThat(CliRun.of("help", "serve").out()).contains("admission webhook");
  }

  @Test
  void unknownCommandsAndOptionsAreRefusedWithAHint() {
    CliRun command = CliRun.of("chek");
    assertThat(command.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(command.err()).contains("chek", "check");
    CliRun option = CliRun.of("check", "--polcy", "x");
    assertThat(option.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(option.err()).contains("--pol", "tidegate check --help");
    assertThat(CliRun.of("policy").status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void lintTellsEveryProblemWithPlaceAndFix() {
    CliRun run = CliRun.of("policy", "lint", "broken");

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.out())
        .contains("policies.yaml:5: spec.mode: ", "policies.yaml:7: ", "policies.yaml:8: ", "Fix: ")
        .endsWith("3 problems\n");
  }

  @Test
  void lintCountsEndedExemptionsAsWrong() {
    CliRun run = CliRun.of("policy", "lint", "expired");

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.out()).contains("spec.until").endsWith("1 problem\n");
  }

  @Test
  void lintOfSoundPoliciesSaysWhatThereIs() {
    CliRun run = CliRun.of("policy", "lint", "enforce");

    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
    assertThat(run.out()).contains("1 policy, 1 exemption, 1 deny list");
    assertThat(CliRun.of("policy", "lint", "nowhere").status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void explainListsAndExplains() {
    assertThat(CliRun.of("explain").out())
        .contains("imageReference", "nonRoot", "resourceLimits", "networkPolicy", "denyList");
    CliRun one = CliRun.of("explain", "nonroot");
    assertThat(one.status()).isEqualTo(ExitStatus.PASS);
    assertThat(one.out()).startsWith("nonRoot: ").contains("allowUserNamespaces", "onUnknown");
    CliRun unknown = CliRun.of("explain", "nothing");
    assertThat(unknown.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(unknown.err()).contains("there is no check \"nothing\"", "nonRoot");
  }

  @Test
  void everyIdThatTheGateItselfUsesIsExplained() {
    assertThat(Explanation.all())
        .extracting(Explanation::id)
        .contains("denyList", "scope", "bounds", "request", "policies")
        .doesNotHaveDuplicates();
  }

  @Test
  void versionNamesProgramBuildAndJava() {
    assertThat(CliRun.of("version").out())
        .matches(
            "(?s)tidegate [0-9]+\\..*built [0-9]{4}-.*Java " + Runtime.version().feature() + ".*");
  }

  @Test
  void completionKnowsCommandsAndOptions() {
    assertThat(CliRun.of("completion").out()).contains("--warn-as-fail", "lint", "complete -F");
  }
}
