package dev.tidegate.policy;

import static dev.tidegate.policy.Judging.container;
import static dev.tidegate.policy.Judging.exemption;
import static dev.tidegate.policy.Judging.judge;
import static dev.tidegate.policy.Judging.policy;
import static dev.tidegate.policy.Judging.subject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.Checks;
import dev.tidegate.engine.Effect;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.Subject;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an exemption for containers covers and what it never does. */
final class ExemptedContainersTest {
  /** Names signers; an exemption refers to them. */
  private static final String SIGNERS =
      policy(
              "mode: audit, checks: {imageSignature: {rules: [{images: [docker.io/library/redis],"
                  + " signers: [{name: release, key: {file: release.pub}}, {name: qa, key: {file:"
                  + " qa.pub}}]}]}}")
          .replace("name: p}", "name: signatures}");

  private static final String SIGNED =
      SIGNERS
          + "---\n"
          + exemption(
              "checks: [nonRoot], namespaces: [shop], until: 2027-01-31, container: {image:"
                  + " docker.io/library/nginx, capabilities: [NET_ADMIN], signers: [%s]}");

  private static Effect effect(String signer, Subject subject) {
    return judge(SIGNED.formatted(signer), subject).effect();
  }

  private static Subject pod(String image) {
    return subject("Pod", "shop", "alice", container(image));
  }

  @Test
  void aSignatureCountsForTheDigestThatThePodNames() {
    Subject byDigest = pod("docker.io/library/nginx@" + Judging.DIGEST);
    assertThat(effect("release", byDigest)).isEqualTo(Effect.NONE);
    assertThat(effect("qa", byDigest)).as("signed by another").isEqualTo(Effect.REFUSE);
  }

  /** By the time that it is pulled, the tag can point at an image that nobody has signed. */
  @Test
  void whatATagPointsAtCountsOnlyWhereItsDigestIsStillToBeAdded() {
    Subject byTag = pod("docker.io/library/nginx:1");
    assertThat(effect("release", byTag)).isEqualTo(Effect.REFUSE);
    assertThat(effect("release", byTag.beforePinning())).isEqualTo(Effect.NONE);
    assertThat(effect("qa", byTag.beforePinning())).isEqualTo(Effect.REFUSE);
  }

  @Test
  void aFindingAboutThePodAsAWholeIsCoveredByNoExemptionForContainers() {
    String isolated = policy("mode: enforce, checks: {networkPolicy: {}}");
    String forAll = "checks: [networkPolicy], namespaces: [shop], until: 2027-01-31";
    Subject pod = pod("docker.io/library/nginx:1");
    assertThat(judge(isolated, pod).effect()).isEqualTo(Effect.REFUSE);
    assertThat(
            judge(
                    isolated
                        + exemption(
                            "e",
                            forAll
                                + ", container: {image: docker.io/library/nginx, capabilities:"
                                + " [NET_ADMIN]}"),
                    pod)
                .effect())
        .isEqualTo(Effect.REFUSE);
    assertThat(judge(isolated + exemption("e", forAll), pod).effect()).isEqualTo(Effect.NONE);
  }

  @ParameterizedTest
  @CsvSource({"0, true", "2147483647, true", "2147483648, false", "-1, false"})
  void uidsHaveBounds(String uid, boolean isOne) {
    String document =
        exemption(
            "checks: [nonRoot], namespaces: [shop], until: 2027-01-31, container: {image:"
                + " docker.io/library/nginx, runAsUser: "
                + uid
                + "}");
    assertThat(
            new PolicyLoader(
                    Checks.all(),
                    InstantSource.fixed(Judging.NOW),
                    Duration.ofDays(90),
                    TrustRoot::new)
                .load(Judging.files(document))
                .set()
                .isPresent())
        .isEqualTo(isOne);
  }
}
