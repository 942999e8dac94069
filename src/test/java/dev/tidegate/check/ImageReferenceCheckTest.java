package dev.tidegate.check;

import static dev.tidegate.check.ImageReferenceCheck.DigestRule.ALWAYS;
import static dev.tidegate.check.ImageReferenceCheck.DigestRule.NEVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidegate.check.ImageReferenceCheck.DigestRule;
import dev.tidegate.check.ImageReferenceCheck.Parameters;
import dev.tidegate.document.InvalidField;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.Input;
import dev.tidegate.model.Role;
import dev.tidegate.model.Severity;
import dev.tidegate.model.Subject;
import dev.tidegate.testkit.Subjects;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceCheckTest {
  private static final ImageReferenceCheck CHECK = new ImageReferenceCheck();
  private static final String DIGEST = "@sha256:" + "0123456789abcdef".repeat(4);
  private static final Parameters DEFAULTS =
      new Parameters(List.of(), NEVER, List.of(TagPattern.parse("latest")));
  private static final Parameters ANYTHING = new Parameters(List.of(), NEVER, List.of());

  private static Parameters from(String... registries) {
    return new Parameters(
        Stream.of(registries).map(ImagePattern::parse).toList(), NEVER, List.of());
  }

  private static List<Finding> findings(Parameters parameters, String image) {
    return Outcomes.findings(
        CHECK, parameters, Subjects.pod().image(Role.MAIN, "web", image).build());
  }

  @Test
  void aReleasedVersionFromAnywhereIsFineByDefault() {
    assertThat(findings(DEFAULTS, "nginx:1.27")).isEmpty();
    assertThat(findings(DEFAULTS, "harbor.example.com:8443/shop/web:1.0")).isEmpty();
  }

  @Test
  void latestIsForbiddenWrittenOrNot() {
    List<Finding> written = findings(DEFAULTS, "nginx:latest");
    assertThat(Outcomes.lines(written))
        .containsExactly(
            "web: image nginx:latest has the tag latest, which is forbidden here @"
                + " spec.containers[0].image");
    assertThat(written.get(0).fix())
        .isEqualTo("name a released version, or the digest: docker.io/library/nginx@sha256:…");
    assertThat(written.get(0).severity()).isEqualTo(Severity.HIGH);
    assertThat(Outcomes.lines(findings(DEFAULTS, "localhost:5000/web")))
        .containsExactly(
            "web: image localhost:5000/web has no tag, which means latest, and that is forbidden"
                + " here @ spec.containers[0].image");
    assertThat(findings(ANYTHING, "nginx")).isEmpty();
  }

  @Test
  void aTagBesideADigestIsADecoration() {
    assertThat(findings(DEFAULTS, "nginx:latest" + DIGEST)).isEmpty();
    assertThat(findings(DEFAULTS, "nginx" + DIGEST)).isEmpty();
  }

  @Test
  void tagsAreForbiddenByPattern() {
    Parameters snapshots =
        new Parameters(List.of(), NEVER, List.of(TagPattern.parse("*-SNAPSHOT")));
    assertThat(findings(snapshots, "nginx:1.0-SNAPSHOT")).hasSize(1);
    assertThat(findings(snapshots, "nginx:1.0-SNAPSHOT-2")).isEmpty();
    assertThat(findings(snapshots, "nginx")).isEmpty();
  }

  @Test
  void aDigestMayBeRequired() {
    Parameters digests = new Parameters(List.of(), ALWAYS, List.of(TagPattern.parse("latest")));
    assertThat(findings(digests, "nginx:1.27" + DIGEST)).isEmpty();
    List<Finding> found = findings(digests, "nginx:latest");
    assertThat(Outcomes.lines(found))
        .containsExactly("web: image nginx:latest has no digest @ spec.containers[0].image");
    assertThat(found.get(0).fix()).isEqualTo("add the digest: docker.io/library/nginx@sha256:…");
  }

  @Test
  void onlyNamedRegistriesAndRepositoriesAreAllowed() {
    Parameters two = from("harbor.example.com", "docker.io/library");
    assertThat(findings(two, "harbor.example.com/shop/web:1")).isEmpty();
    assertThat(findings(two, "nginx:1")).isEmpty();
    List<Finding> found = findings(two, "docker.io/evil/web:1" + DIGEST);
    assertThat(Outcomes.lines(found))
        .containsExactly(
            "web: image docker.io/evil/web:1"
                + DIGEST
                + " comes from docker.io/evil/web, which is not allowed here @"
                + " spec.containers[0].image");
    assertThat(found.get(0).fix())
        .isEqualTo("use an image from harbor.example.com, docker.io/library");
  }

  @Test
  void whatIsAllowedIsToldWithinBounds() {
    String[] seven =
        IntStream.range(0, 7).mapToObj(i -> "r" + i + ".example.com").toArray(String[]::new);
    assertThat(findings(from(seven), "nginx:1").get(0).fix())
        .endsWith("r3.example.com, r4.example.com and 2 more");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example.net/harbor.example.com/web:1",
        "harbor.example.com.evil.net/web:1",
        "evil-harbor.example.com/web:1",
        "harbor.example.com:8443/web:1",
        "harbor.example.com-evil/web:1",
        "docker.io/harbor.example.com/web:1",
        "harborXexample.com/web:1",
        "sub.harbor.example.com/web:1"
      })
  void T12_anAllowedHostsNameElsewhereInTheReferenceDoesNotCount(String image) {
    assertThat(findings(from("harbor.example.com"), image)).hasSize(1);
    assertThat(findings(from("harbor.example.com/**"), image)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker.io/library2/nginx:1",
        "docker.io/libraryevil/nginx:1",
        "docker.io/lib/nginx:1",
        "docker.io/evil/library:1"
      })
  void T13_aPrefixEndsAtASlash(String image) {
    assertThat(findings(from("docker.io/library"), image)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:5000/web", "harbor.example.com:443/shop/web", "[::1]:5000/a"})
  void T13_aPortIsNoTag(String image) {
    assertThat(Outcomes.lines(findings(DEFAULTS, image)).get(0)).contains("means latest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "nginx:", "NGINX", "nginx@sha256:abc", "a//b", "https://x.io/a", "-a/b"})
  void whatIsNoReferenceIsNeverSkipped(String image) {
    List<Finding> found = findings(ANYTHING, image);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).problem()).isNotBlank();
    assertThat(found.get(0).fix())
        .isEqualTo("write a full reference such as registry.example.com/team/app:1.2.3");
  }

  @Test
  void anImageIdIsNoReference() {
    assertThat(findings(ANYTHING, "0123456789abcdef".repeat(4)).get(0).problem())
        .contains("image id");
  }

  @Test
  void anEmptyImageIsAFindingInControllersToo() {
    Subject subject = Subjects.deployment().image(Role.EPHEMERAL, "debug", "").build();
    assertThat(Outcomes.lines(Outcomes.findings(CHECK, ANYTHING, subject)))
        .containsExactly(
            "debug: the image is empty; write the image's name @ spec.template.spec.ephemeralContainers[0].image");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void T25_everyKindOfContainerAndImageVolumesAreJudged(Role role) {
    Subject subject =
        Subjects.pod()
            .image(Role.MAIN, "good", "nginx:1")
            .image(role, "bad", "nginx:latest")
            .build();
    List<Finding> found = Outcomes.findings(CHECK, DEFAULTS, subject);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).container()).contains("bad");
    assertThat(found.get(0).field())
        .endsWith(role == Role.IMAGE_VOLUME ? "volumes[0].image.reference" : "].image");
  }

  @Test
  void theSameImageInTwoContainersReadsTheSame() {
    Subject subject =
        Subjects.pod().image(Role.MAIN, "a", "nginx").image(Role.MAIN, "b", "nginx").build();
    List<Finding> found = Outcomes.findings(CHECK, DEFAULTS, subject);
    assertThat(found).hasSize(2);
    assertThat(found.get(0).problem()).isEqualTo(found.get(1).problem());
  }

  @Test
  void tooManyEntriesAreRefusedByName() {
    List<ImagePattern> patterns =
        Collections.nCopies(257, ImagePattern.parse("harbor.example.com"));
    assertThatExceptionOfType(InvalidField.class)
        .isThrownBy(() -> new Parameters(patterns, NEVER, List.of()))
        .satisfies(bad -> {
          assertThat(bad.field()).isEqualTo("registries");
          assertThat(bad).hasMessage("has 257 entries, more than 256");
          assertThat(bad.fix()).isNotBlank();
        });
    List<TagPattern> tags = Collections.nCopies(257, TagPattern.parse("latest"));
    assertThatExceptionOfType(InvalidField.class)
        .isThrownBy(() -> new Parameters(List.of(), NEVER, tags))
        .satisfies(bad -> assertThat(bad.field()).isEqualTo("forbidTags"));
    assertThat(new Parameters(patterns.subList(0, 256), NEVER, List.of()).registries())
        .hasSize(256);
  }

  @Test
  void saysWhatItReadsAndThatItGates() {
    assertThat(CHECK.descriptor().inputs())
        .containsExactlyInAnyOrder(Input.IMAGES, Input.EXEMPTION_BASIS);
    assertThat(CHECK.descriptor().gatesImages()).isTrue();
    assertThat(CHECK.parameters()).isEqualTo(Parameters.class);
    assertThat(Stream.of(DigestRule.values()).map(DigestRule::toString))
        .containsExactly("never", "always", "pin");
  }
}
