package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidegate.testkit.Corpus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sigstore's conformance cases by the command line that its protocol describes. */
class VerifyBundleCommandTest {
  @RegisterExtension static final Corpus CORPUS = Corpus.named("sigstore-conformance");

  @TestFactory
  Stream<DynamicTest> everyCaseByPathAndByDigest() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode one : CORPUS.index().get("cases")) {
      String name = one.get("case").asText();
      tests.add(
          DynamicTest.dynamicTest(
              name + " by digest",
              () -> judge(one, "sha256:" + one.get("artifactSha256").asText())));
      if (one.has("artifact")) {
        tests.add(
            DynamicTest.dynamicTest(
                name + " by path", () -> judge(one, path(one.get("artifact").asText()))));
      }
    }
    return tests.stream();
  }

  private static String path(String file) {
    return CORPUS.directory().toAbsolutePath().resolve(file).toString();
  }

  private static void judge(JsonNode one, String artifact) {
    CORPUS.ran();
    List<String> words = new ArrayList<>(List.of("verify-bundle"));
    Collections.addAll(words, "--bundle", path(one.get("bundle").asText()));
    Collections.addAll(words, "--trusted-root", path(one.get("trustedRoot").asText()));
    if (one.has("key")) {
      Collections.addAll(words, "--key", path(one.get("key").asText()));
    } else {
      Collections.addAll(words, "--certificate-identity", one.get("identity").asText());
      Collections.addAll(words, "--certificate-oidc-issuer", one.get("issuer").asText());
    }
    words.add(artifact);
    CliRun run = CliRun.of(words.toArray(String[]::new));
    assertThat(run.status() == ExitStatus.PASS)
        .as(run.out() + run.err())
        .isEqualTo(one.get("expected").asText().equals("pass"));
    assertThat(run.err()).doesNotContain("Exception");
  }

  @Test
  void whoMustHaveSignedHasToBeSaid() {
    CORPUS.ran();
    assertThat(CliRun.of("verify-bundle", "--bundle", "b", "a").err())
        .contains("say who must have signed");
    assertThat(
            CliRun.of(
                    "verify-bundle",
                    "--bundle",
                    "b",
                    "--certificate-identity",
                    "i",
                    "--certificate-oidc-issuer",
                    "u",
                    "a")
                .err())
        .contains("nothing about trust is fetched");
  }
}
