package dev.tidegate.engine;

import static dev.tidegate.engine.Fixtures.container;
import static dev.tidegate.engine.Fixtures.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.model.Container;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Finding;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.Resources;
import dev.tidegate.model.Role;
import dev.tidegate.model.SecurityContext;
import dev.tidegate.policy.DenyList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where a denial by a list points to; what is denied at all is in {@link GateTest}. */
class DenyListsTest {
  private static final String LISTED = "sha256:" + "a".repeat(64);
  private static final DenyList LIST =
      new DenyList(
          "incident",
          Fixtures.HERE,
          Set.of(Digest.parse(LISTED)),
          List.of(ImagePattern.parse("evil.io/**")),
          "stolen key",
          "platform-security");

  private static List<Finding> findings(Container... containers) {
    Rulings rulings = new Rulings();
    DenyLists.judge(List.of(LIST), pod(containers), rulings);
    return rulings.toList().stream().flatMap(ruling -> ruling.findings().stream()).toList();
  }

  @Test
  void aFindingPointsAtTheImageThatIsListedAndAtNoOther() {
    Container volume =
        new Container(
            "model",
            Role.IMAGE_VOLUME,
            "spec.volumes[0]",
            "evil.io/model:1",
            SecurityContext.NONE,
            Resources.NONE,
            List.of(),
            List.of());
    assertThat(findings(container(0, "evil.io/web:1"), container(1, "good.io/web:1"), volume))
        .extracting(Finding::field)
        .containsExactly("spec.containers[0].image", "spec.volumes[0].image.reference");
  }

  @Test
  void theDigestIsNamedOnlyWhereItIsWhatIsListed() {
    assertThat(findings(container(0, "good.io/web@" + LISTED)).getFirst().fix())
        .endsWith("which names " + LISTED);
    String other = "sha256:" + "b".repeat(64);
    assertThat(findings(container(0, "evil.io/web@" + other)).getFirst().fix())
        .endsWith("deny list incident");
  }
}
