package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.Checks;
import dev.tidegate.check.ImageSignature;
import dev.tidegate.document.Problem;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.BadValue;
import dev.tidegate.testkit.FakeSignatures;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and trusted roots beside policies. */
class MaterialsTest {
  private static final PolicyFile RELEASE =
      new PolicyFile("release.pub", FakeSignatures.text("release.pub"));
  private static final PolicyFile ROOT =
      new PolicyFile(
          "root.json", "{\"mediaType\": \"application/vnd.dev.sigstore.trustedroot+json;v=0.1\"}");

  private static PolicyFile policy(String signer) {
    return new PolicyFile(
        "policy.yaml",
        """
        apiVersion: tidegate.dev/v1alpha1
        kind: GatePolicy
        metadata: {name: signed}
        spec:
          mode: enforce
          checks:
            imageSignature:
              rules:
              - images: ["harbor.example.com/**"]
                signers: [%s]
        """
            .formatted(signer));
  }

  private static Loaded load(PolicyFile... files) {
    return new PolicyLoader(
            Checks.all(),
            InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z")),
            Duration.ofDays(90),
            json -> {
              if (json.toString().isEmpty() || json.size() < 20) {
                throw new BadValue("it is too short", "give all of it");
              }
              return new TrustRoot(json);
            })
        .load(List.of(files));
  }

  private static List<String> problems(PolicyFile... files) {
    Loaded loaded = load(files);
    assertThat(loaded.spotless()).isFalse();
    return loaded.problems().stream().map(Problem::toString).toList();
  }

  @Test
  void aKeyIsReadFromTheFileBeside() {
    Loaded loaded = load(policy("{name: release, key: {file: release.pub}}"), RELEASE);
    assertThat(loaded.problems()).isEmpty();
    ImageSignature.Parameters parameters =
        (ImageSignature.Parameters)
            loaded.set().orElseThrow().policies().getFirst().checks().getFirst().parameters();
    assertThat(parameters.rules().getFirst().signers().getFirst().key().orElseThrow().key())
        .isEqualTo(FakeSignatures.key("release"));
  }

  @Test
  void aTrustedRootIsReadFromTheFileBesideAndIsNoPolicy() {
    Loaded loaded =
        load(
            policy(
                "{name: release, key: {file: release.pub}, transparencyLog: required, trustRoot:"
                    + " {file: root.json}}"),
            RELEASE,
            ROOT);
    assertThat(loaded.problems()).isEmpty();
  }

  @Test
  void aLogCanBeRequiredOnlyWithItsKeys() {
    assertThat(
            problems(
                policy("{name: r, key: {file: release.pub}, transparencyLog: required}"), RELEASE))
        .singleElement()
        .asString()
        .contains("trustRoot");
  }

  @Test
  void aFileThatIsNotThereIsNamedWithTheNearest() {
    assertThat(problems(policy("{name: r, key: {file: relaese.pub}}"), RELEASE))
        .singleElement()
        .asString()
        .contains("there is no file \"relaese.pub\" beside the policies")
        .contains("release.pub");
    assertThat(problems(policy("{name: r, key: {file: release.pub}}")))
        .singleElement()
        .asString()
        .contains("put it into the policy directory");
  }

  /** A name is looked up among the files that were read: it is never opened as a path. */
  @ParameterizedTest
  @ValueSource(strings = {"../release.pub", "/etc/passwd", "./release.pub", "keys/release.pub"})
  void aPathIsNoName(String path) {
    assertThat(problems(policy("{name: r, key: {file: \"" + path + "\"}}"), RELEASE))
        .singleElement()
        .asString()
        .contains("there is no file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\"  \"", "[release.pub]"})
  void whatIsNoNameOfAFileIsAnError(String name) {
    assertThat(problems(policy("{name: r, key: {file: " + name + "}}"), RELEASE))
        .anySatisfy(problem -> assertThat(problem).contains("is not the name of a file"));
  }

  @Test
  void whatIsInTheFileIsBlamedOnTheFile() {
    PolicyFile broken = new PolicyFile("release.pub", "-----BEGIN PRIVATE KEY-----\nx\n");
    assertThat(problems(policy("{name: r, key: {file: release.pub}}"), broken))
        .singleElement()
        .asString()
        .contains("in release.pub: this is a private key");
    PolicyFile root = new PolicyFile("root.json", "{}");
    assertThat(
            problems(
                policy("{name: r, key: {file: release.pub}, trustRoot: {file: root.json}}"),
                RELEASE,
                root))
        .anySatisfy(problem -> assertThat(problem).contains("root.json"));
  }

  @Test
  void aKeyThatChangesIsAnotherSetOfPolicies() {
    PolicyFile policy = policy("{name: release, key: {file: release.pub}}");
    PolicyFile other = new PolicyFile("release.pub", FakeSignatures.text("qa.pub"));
    List<String> fingerprints =
        Stream.of(RELEASE, other, RELEASE)
            .map(key -> load(policy, key).set().orElseThrow().fingerprint())
            .toList();
    assertThat(fingerprints.get(0))
        .isEqualTo(fingerprints.get(2))
        .isNotEqualTo(fingerprints.get(1));
  }
}
