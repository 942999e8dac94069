package dev.tidegate.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Finding;
import dev.tidegate.model.Input;
import dev.tidegate.model.Outcome;
import dev.tidegate.model.Role;
import dev.tidegate.model.SecurityContext;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.FakeFacts;
import dev.tidegate.testkit.Subjects;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NonRootTest {
  private static final NonRoot CHECK = new NonRoot();
  private static final NonRoot.Parameters STRICT = new NonRoot.Parameters(false, false);
  private static final NonRoot.Parameters RELAXED = new NonRoot.Parameters(true, false);

  private static List<String> lines(Subjects subject) {
    return Outcomes.lines(Outcomes.findings(CHECK, STRICT, subject.build()));
  }

  @Test
  void thePodsWordIsEnoughForContainersThatSayNothing() {
    assertThat(
            lines(
                Subjects.pod()
                    .security(Subjects.nonRoot(true))
                    .with(Role.INIT, "setup")
                    .with(Role.MAIN, "web")))
        .isEmpty();
  }

  @Test
  void everyContainersOwnWordIsEnoughWithoutThePods() {
    assertThat(
            lines(
                Subjects.pod()
                    .with(Role.SIDECAR, "proxy", Subjects.nonRoot(true))
                    .with(Role.MAIN, "web", Subjects.nonRoot(true))))
        .isEmpty();
  }

  @Test
  void aUserAloneIsNotEnough() {
    assertThat(lines(Subjects.pod().with(Role.MAIN, "web", Subjects.user(1000))))
        .containsExactly(
            "web: may run as root: runAsNonRoot is not set @"
                + " spec.containers[0].securityContext.runAsNonRoot");
  }

  @ParameterizedTest
  @EnumSource(
      value = Role.class,
      names = {"INIT", "SIDECAR", "MAIN", "EPHEMERAL"})
  void T25_everyKindOfContainerThatRunsIsJudged(Role role) {
    Subject subject =
        Subjects.pod().with(Role.MAIN, "good", Subjects.nonRoot(true)).with(role, "bad").build();
    List<Finding> findings = Outcomes.findings(CHECK, STRICT, subject);
    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).container()).contains("bad");
    assertThat(findings.get(0).severity()).isEqualTo(Severity.HIGH);
    assertThat(findings.get(0).fix())
        .isEqualTo("set securityContext.runAsNonRoot: true in the pod spec or in the container");
  }

  @Test
  void anImageVolumeRunsNothing() {
    assertThat(
            lines(
                Subjects.pod()
                    .with(Role.MAIN, "web", Subjects.nonRoot(true))
                    .with(Role.IMAGE_VOLUME, "data")))
        .isEmpty();
  }

  @Test
  void aContainerThatSaysFalseIsWrongWhateverThePodSays() {
    Subject subject =
        Subjects.deployment()
            .security(Subjects.nonRoot(true))
            .with(Role.MAIN, "web", Subjects.nonRoot(false))
            .build();
    List<Finding> findings = Outcomes.findings(CHECK, STRICT, subject);
    assertThat(Outcomes.lines(findings))
        .containsExactly(
            "web: may run as root: runAsNonRoot is false @"
                + " spec.template.spec.containers[0].securityContext.runAsNonRoot");
    assertThat(findings.get(0).fix())
        .isEqualTo("set the container's securityContext.runAsNonRoot: true");
  }

  @Test
  void aPodThatSaysFalseIsWrongEvenIfAllContainersSayTrue() {
    Subject subject =
        Subjects.pod()
            .security(Subjects.nonRoot(false))
            .with(Role.MAIN, "web", Subjects.nonRoot(true))
            .build();
    List<Finding> findings = Outcomes.findings(CHECK, STRICT, subject);
    assertThat(Outcomes.lines(findings))
        .containsExactly(
            "the pod allows its containers to run as root: runAsNonRoot is false @"
                + " spec.securityContext.runAsNonRoot");
    assertThat(findings.get(0).fix()).isEqualTo("set spec.securityContext.runAsNonRoot: true");
    assertThat(findings.get(0).container()).isEmpty();
  }

  @Test
  void whatContainersInheritFromThePodIsSaidOnce() {
    assertThat(
            lines(
                Subjects.pod()
                    .security(Subjects.nonRoot(false))
                    .with(Role.MAIN, "web")
                    .with(Role.MAIN, "log")))
        .hasSize(1);
  }

  @Test
  void user0OfThePodIsWrongEvenIfContainersOverrideIt() {
    Subject subject =
        Subjects.pod()
            .security(Subjects.nonRootUser(true, 0))
            .with(Role.MAIN, "web", Subjects.user(1000))
            .build();
    List<Finding> findings = Outcomes.findings(CHECK, STRICT, subject);
    assertThat(Outcomes.lines(findings))
        .containsExactly(
            "the pod runs its containers as root: runAsUser is 0 @"
                + " spec.securityContext.runAsUser");
    assertThat(findings.get(0).fix())
        .isEqualTo("remove spec.securityContext.runAsUser or set it to another number");
  }

  @Test
  void user0OfAContainerIsWrongBesideRunAsNonRoot() {
    Subject subject =
        Subjects.pod()
            .security(Subjects.nonRootUser(true, 1000))
            .with(Role.INIT, "setup", Subjects.user(0))
            .build();
    List<Finding> findings = Outcomes.findings(CHECK, STRICT, subject);
    assertThat(Outcomes.lines(findings))
        .containsExactly(
            "setup: runs as root: runAsUser is 0 @ spec.initContainers[0].securityContext.runAsUser");
    assertThat(findings.get(0).fix())
        .isEqualTo("remove the container's securityContext.runAsUser or set it to another number");
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    assertThat(
            lines(
                Subjects.pod()
                    .security(Subjects.nonRootUser(false, 0))
                    .with(Role.INIT, "setup", Subjects.nonRootUser(false, 0))
                    .with(Role.MAIN, "web")))
        .hasSize(4);
  }

  @Test
  void windowsPodsAreJudgedAlike() {
    assertThat(lines(Subjects.pod().windows().with(Role.MAIN, "web", SecurityContext.NONE)))
        .hasSize(1);
    assertThat(
            lines(Subjects.pod().windows().security(Subjects.nonRoot(true)).with(Role.MAIN, "web")))
        .isEmpty();
  }

  @Test
  void T35_aUserNamespaceExcusesOnlyWhereThePolicySaysSo() {
    Subject own =
        Subjects.pod()
            .hostUsers(false)
            .with(Role.MAIN, "web", Subjects.nonRootUser(false, 0))
            .build();
    assertThat(Outcomes.findings(CHECK, STRICT, own)).hasSize(2);
    assertThat(CHECK.evaluate(own, RELAXED, FakeFacts.none())).isEqualTo(Outcome.pass());

    Subject nodes = Subjects.pod().hostUsers(true).with(Role.MAIN, "web").build();
    assertThat(Outcomes.findings(CHECK, RELAXED, nodes)).hasSize(1);
    Subject silent = Subjects.pod().with(Role.MAIN, "web").build();
    assertThat(Outcomes.findings(CHECK, RELAXED, silent)).hasSize(1);
  }

  @Test
  void saysWhatItReads() {
    assertThat(CHECK.descriptor().inputs())
        .containsExactlyInAnyOrder(Input.RUN_AS, Input.EXEMPTION_BASIS);
    assertThat(CHECK.descriptor().gatesImages()).isFalse();
    assertThat(CHECK.parameters()).isEqualTo(NonRoot.Parameters.class);
  }
}
