package dev.tidegate.sigstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidegate.evidence.Predicate.Provenance;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Commits, builders and bounds of provenance; its sources are in {@link AttestationsTest}. */
class ProvenanceReaderTest {
  private static final String SHOP = "https://git.example.com/shop/web";
  private static final String COMMIT = "c".repeat(40);

  private static Provenance slsa1(String definition, String details) throws Refused {
    return (Provenance)
        ProvenanceReader.ofSlsa1(
            Json.object(
                ("{\"buildDefinition\":{" + definition + "},\"runDetails\":{" + details + "}}")
                    .getBytes(StandardCharsets.UTF_8),
                "its predicate"));
  }

  private static Provenance of(String... dependencies) throws Refused {
    return slsa1(
        "\"externalParameters\":{\"source\":\""
            + SHOP
            + "\"},\"resolvedDependencies\":["
            + String.join(",", dependencies)
            + "]",
        "");
  }

  private static String dependency(String uri, String commit) {
    return "{\"uri\":\"" + uri + "\",\"digest\":{\"gitCommit\":\"" + commit + "\"}}";
  }

  @Test
  void theCommitIsTheOneOfTheSourcesOwnRepository() throws Refused {
    String other = dependency("git+https://git.example.com/evil/web", "e".repeat(40));
    assertThat(of(other, dependency("git+" + SHOP + "@refs/heads/main", COMMIT)).commit())
        .contains(COMMIT);
    assertThat(of(other).commit()).isEmpty();
    assertThat(of("{\"uri\":\"git+" + SHOP + "\"}").commit()).isEmpty();
    assertThat(of(dependency("git+" + SHOP, COMMIT).replace("gitCommit", "other")).commit())
        .as("by a hash that is not known")
        .isEmpty();
  }

  @Test
  void theSameCommitTwiceIsOneAndTwoAreNone() throws Refused {
    String one = dependency("git+" + SHOP, COMMIT);
    String without = "{\"uri\":\"git+" + SHOP + "\"}";
    assertThat(of(one, without, one).commit()).contains(COMMIT);
    assertThat(of(one, dependency("git+" + SHOP, "d".repeat(40))).commit()).isEmpty();
  }

  @Test
  void aBuilderWithoutAnIdIsNobody() throws Refused {
    assertThat(slsa1("", "").builder()).isEmpty();
    assertThat(slsa1("", "\"builder\":{\"id\":\"\"}").builder()).isEmpty();
    assertThat(slsa1("", "\"builder\":{\"id\":\"x\"}").builder()).contains("x");
  }

  @Test
  void textsAreBounded() throws Refused {
    String longest = "x".repeat(Provenance.LONGEST);
    assertThat(slsa1("", "\"builder\":{\"id\":\"" + longest + "\"}").builder()).contains(longest);
    assertThatThrownBy(() -> slsa1("", "\"builder\":{\"id\":\"" + longest + "x\"}"))
        .isInstanceOf(Refused.class);
  }
}
