package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.document.Binder;
import dev.tidegate.document.Problem;
import dev.tidegate.document.Problems;
import dev.tidegate.document.Scalars;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.model.Digest;
import dev.tidegate.model.Direction;
import dev.tidegate.model.ImagePattern;
import dev.tidegate.model.LabelSelector;
import dev.tidegate.model.LabelSelector.Operator;
import dev.tidegate.model.Quantity;
import dev.tidegate.model.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PolicyLoaderTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final String POLICY =
      """
      apiVersion: tidegate.dev/v1alpha1
      kind: GatePolicy
      metadata: {name: %s}
      spec: {mode: audit, checks: {sample: {}}}
      """;

  @TempDir Path directory;

  private static PolicyLoader loader() {
    return new PolicyLoader(
        SampleCheck.registry(), InstantSource.fixed(NOW), Duration.ofDays(90), TrustRoot::new);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private List<String> problems() {
    return loader().load(directory).problems().stream().map(Problem::toString).toList();
  }

  private static Loaded load(String text) {
    return loader().load(List.of(new PolicyFile("p.yaml", text)));
  }

  private static PolicySet everything() throws IOException {
    Path good =
        Path.of(
            System.getProperty("tidegate.basedir", "."), "src/test/resources/policy/good/all.yaml");
    Loaded loaded = loader().load(good);
    assertThat(loaded.problems()).isEmpty();
    assertThat(loaded.spotless()).isTrue();
    return loaded.set().orElseThrow();
  }

  @Test
  void everyFieldOfAPolicyArrives() throws IOException {
    GatePolicy policy = everything().policies().getFirst();
    assertThat(policy.name()).isEqualTo("production");
    assertThat(policy.origin()).hasToString("all.yaml:2");
    assertThat(policy.mode()).isEqualTo(Mode.ENFORCE);
    assertThat(policy.controllers()).isEqualTo(ForControllers.DENY);
    assertThat(policy.scope())
        .isEqualTo(
            new Scope(
                Set.of("shop", "1e3", "007"),
                Set.of("legacy"),
                Optional.of(
                    new LabelSelector(
                        Map.of("env", "on"),
                        List.of(
                            new LabelSelector.Requirement(
                                "tier", Operator.NOT_IN, Set.of("no", "1.0"))))),
                Set.of("Pod", "Rollout"),
                Set.of("system:serviceaccount:tidegate:tidegate")));
  }

  @Test
  void everyParameterArrivesAndChecksStandInTheRegistrysOrder() throws IOException {
    List<Configured<?>> checks = everything().policies().getFirst().checks();
    assertThat(checks).extracting(Configured::id).containsExactly("sample", "second");
    assertThat(checks)
        .extracting(Configured::onUnknown)
        .containsExactly(OnUnknown.ADMIT, OnUnknown.DENY);
    SampleCheck.Parameters given = (SampleCheck.Parameters) checks.get(0).parameters();
    assertThat(given.text()).isEqualTo("no");
    assertThat(given.flag()).isTrue();
    assertThat(given.count()).isEqualTo(7);
    assertThat(given.big()).isEqualTo(9_000_000_000L);
    assertThat(given.rule()).isEqualTo(SampleCheck.Rule.NOT_EVER_AGAIN);
    assertThat(given.directions()).containsExactly(Direction.EGRESS);
    assertThat(given.max())
        .isEqualTo(
            Map.of(
                "memory",
                Quantity.parse("8Gi"),
                "cpu",
                Quantity.parse("500m"),
                "pods",
                Quantity.parse("1")));
    assertThat(given.grace()).isEqualTo(Duration.ofMinutes(2));
    assertThat(given.until()).contains(Instant.parse("2027-02-01T00:00:00Z"));
    assertThat(given.matching().orElseThrow().matches("aaa")).isTrue();
    assertThat(given.matching().orElseThrow().matches("baaa")).isFalse();
    assertThat(given.nested())
        .isEqualTo(
            List.of(
                new SampleCheck.Nested(
                    "2026-11-01", List.of(new SampleCheck.Nested("~x", List.of())))));
    SampleCheck.Parameters fallback = (SampleCheck.Parameters) checks.get(1).parameters();
    assertThat(fallback)
        .isEqualTo(
            new SampleCheck.Parameters(
                "none",
                false,
                1,
                1,
                SampleCheck.Rule.NEVER,
                Set.of(Direction.INGRESS),
                Map.of(),
                Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                List.of()));
  }

  @Test
  void everyFieldOfAnExemptionArrives() throws IOException {
    Exemption exemption = everything().exemptions().getFirst();
    ContainerMatch container = exemption.container().orElseThrow();
    assertThat(container.image()).isEqualTo(ImagePattern.parse("docker.io/istio/proxyv2"));
    assertThat(container.name()).contains("istio-init");
    assertThat(container.role()).contains(Role.INIT);
    assertThat(container.args().orElseThrow().matches("istio-iptables -p 15001")).isTrue();
    assertThat(container.runAsUser()).contains(0L);
    assertThat(container.capabilities()).containsExactlyInAnyOrder("NET_ADMIN", "NET_RAW");
    assertThat(exemption)
        .isEqualTo(
            new Exemption(
                "istio-init",
                new Origin("all.yaml", 35),
                Set.of("sample"),
                Set.of("payments", "risk"),
                Optional.of(container),
                Optional.of(new LabelSelector(Map.of("app", "web"), List.of())),
                "platform-mesh",
                "sets up the sidecar's redirection",
                "SEC-1421",
                Instant.parse("2027-01-31T17:00:00Z")));
  }

  @Test
  void everyFieldOfADenyListArrives() throws IOException {
    assertThat(everything().denyLists())
        .containsExactly(
            new DenyList(
                "incident-2026-11",
                new Origin("all.yaml", 54),
                Set.of(Digest.parse("sha256:" + "0123456789abcdef".repeat(4))),
                List.of(ImagePattern.parse("docker.io/evil/**")),
                "stolen credentials",
                "platform-security"));
  }

  @Test
  void jsonIsReadWithTabsAndAByteOrderMark() throws IOException {
    write(
        "p.json",
        "\uFEFF{\n\t\"apiVersion\": \"tidegate.dev/v1alpha1\", \"kind\": \"GatePolicy\",\n"
            + "\t\"metadata\": {\"name\": \"p\"},\n"
            + "\t\"spec\": {\"mode\": \"audit\", \"checks\": {\"sample\": {\"text\": \"a\\/\\u00e9\"}}}\n}");
    Loaded loaded = loader().load(directory);
    assertThat(loaded.problems()).isEmpty();
    assertThat(
            ((SampleCheck.Parameters)
                    loaded
                        .set()
                        .orElseThrow()
                        .policies()
                        .getFirst()
                        .checks()
                        .getFirst()
                        .parameters())
                .text())
        .isEqualTo("a/é");
  }

  @Test
  void filesAreReadInOrderAndOthersLeftAlone() throws IOException {
    write("b.yml", POLICY.formatted("b"));
    write("a.yaml", POLICY.formatted("a"));
    write(".hidden.yaml", "broken: [");
    write("..backup.yaml", "broken: [");
    write("README.md", "broken: [");
    Files.createDirectory(directory.resolve("more"));
    Files.writeString(directory.resolve("more/c.yaml"), "broken: [");
    PolicySet set = loader().load(directory).set().orElseThrow();
    assertThat(set.policies()).extracting(GatePolicy::name).containsExactly("a", "b");
    assertThat(set.fingerprint())
        .matches("[0-9a-f]{12}")
        .isEqualTo(
            PolicyLoader.fingerprint(
                List.of(
                    new PolicyFile("a.yaml", POLICY.formatted("a")),
                    new PolicyFile("b.yml", POLICY.formatted("b")))));
  }

  @Test
  void theFingerprintCoversNamesContentsAndTheirBorders() {
    assertThat(
            List.of(
                PolicyLoader.fingerprint(List.of(new PolicyFile("a", "bc"))),
                PolicyLoader.fingerprint(List.of(new PolicyFile("ab", "c"))),
                PolicyLoader.fingerprint(List.of(new PolicyFile("a", "bd"))),
                PolicyLoader.fingerprint(
                    List.of(new PolicyFile("a", "bc"), new PolicyFile("", "")))))
        .doesNotHaveDuplicates();
  }

  @Test
  void problemsOfAllFilesAreReportedTogetherAndNothingIsLoaded() throws IOException {
    write("a.yaml", POLICY.formatted("a") + "x: 1\n");
    write("b.yaml", POLICY.formatted("b"));
    write("c.yaml", POLICY.formatted("b"));
    Files.write(directory.resolve("d.yaml"), new byte[] {(byte) 0xc3, 0x28});
    Files.createDirectory(directory.resolve("e.yaml"));
    assertThat(problems())
        .containsExactly(
            "a.yaml:5: x: is not a field. Fix: write one of apiVersion, kind, metadata, spec.",
            "c.yaml:3: metadata.name: there is another GatePolicy b at b.yaml:1. Fix: give each its"
                + " own name, or remove one of them.",
            "d.yaml: is not UTF-8 text. Fix: save it as UTF-8.",
            "e.yaml: is not a file. Fix: rename or remove it; directories are not searched.");
    assertThat(loader().load(directory).set()).isEmpty();
  }

  @Test
  void anEmptyDirectoryIsAnErrorAndNeverNoPolicies() {
    Loaded loaded = loader().load(directory);
    assertThat(loaded.set()).isEmpty();
    assertThat(loaded.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "there are no policy documents in "
                + directory
                + ". Fix: add a GatePolicy in a file *.yaml, *.yml or *.json.");
  }

  @Test
  void whatIsNotThereIsAnError() {
    Path missing = directory.resolve("missing");
    assertThat(loader().load(missing).problems())
        .extracting(Problem::toString)
        .containsExactly(
            "cannot read "
                + missing
                + ": there is no "
                + missing
                + ". Fix: give a readable directory with policy files.");
  }

  @Test
  void sizesAreBounded() throws IOException {
    write("long.yaml", POLICY.formatted("a") + "#".repeat(PolicyDirectory.LONGEST_FILE));
    assertThat(problems())
        .containsExactly("long.yaml: is longer than 1 MiB. Fix: split it into several files.");
    Files.delete(directory.resolve("long.yaml"));
    for (int i = 0; i <= PolicyDirectory.MOST_FILES; i++) {
      write(i + ".yaml", POLICY.formatted("p" + i));
    }
    assertThat(problems())
        .containsExactly("there are more than 200 policy files. Fix: merge or remove some.");
  }

  @Test
  void numbersOfDocumentsAreBounded() {
    StringBuilder documents = new StringBuilder();
    for (int i = 0; i < PolicyLoader.MOST_DOCUMENTS; i++) {
      documents.append("---\n").append(POLICY.formatted("p" + i));
    }
    assertThat(load(documents.toString()).problems()).isEmpty();
    documents.append("---\n").append(POLICY.formatted("last"));
    assertThat(load(documents.toString()).problems())
        .extracting(Problem::toString)
        .containsExactly(
            "p.yaml: with this file there are more than 500 documents. Fix: merge or remove some.");
  }

  @Test
  void numbersOfProblemsAreBounded() {
    StringBuilder fields = new StringBuilder(POLICY.formatted("a"));
    for (int i = 0; i < 300; i++) {
      fields.append("field").append(i).append(": 1\n");
    }
    List<Problem> problems = load(fields.toString()).problems();
    assertThat(problems).hasSize(Problems.MOST + 1);
    assertThat(problems.getLast())
        .hasToString("100 more problems are not shown. Fix: Correct these first.");
  }

  @Test
  void entriesAreBounded() {
    String many = "[" + "x,".repeat(Binder.MOST_ENTRIES + 1) + "]";
    assertThat(
            load(POLICY.formatted("a").replace("sample: {}", "sample: {nested: " + many + "}"))
                .problems())
        .extracting(Problem::toString)
        .containsExactly(
            "p.yaml:4: spec.checks.sample.nested: has more than 1000 entries. Fix: split it.");
  }

  @Test
  void textsAreBounded() {
    String text = "x".repeat(Scalars.LONGEST + 1);
    assertThat(
            load(POLICY.formatted("a").replace("sample: {}", "sample: {text: " + text + "}"))
                .problems())
        .extracting(Problem::toString)
        .containsExactly(
            "p.yaml:4: spec.checks.sample.text: is longer than 1000 characters. Fix: write at most"
                + " 1000 characters.");
  }

  @Test
  void manyReferencesAreRefused() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 12; i++) {
      String reference = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n"
              .formatted(
                  i, i, String.join(", ", List.of(reference, reference, reference, reference))));
    }
    assertThat(load(bomb.toString()).problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("Number of aliases for non-scalar nodes exceeds the specified max=20");
  }

  @Test
  void fewReferencesThatMultiplyAreCounted() {
    // 19 references, below the bound on them, but 4^4 times a list of 999.
    String wide = "{name: a}, ".repeat(999);
    String text =
        POLICY
            .formatted("a")
            .replace(
                "sample: {}",
                "sample: {nested: [{name: n, deeper: &b ["
                    + wide
                    + "]},"
                    + " {name: n, deeper: &c [{name: a, deeper: *b}, {name: a, deeper: *b}, {name: a, deeper: *b}, {name: a, deeper: *b}]},"
                    + " {name: n, deeper: &d [{name: a, deeper: *c}, {name: a, deeper: *c}, {name: a, deeper: *c}, {name: a, deeper: *c}]},"
                    + " {name: n, deeper: [{name: a, deeper: *d}, {name: a, deeper: *d}, {name: a, deeper: *d}]}]}");
    assertThat(load(text).problems())
        .extracting(Problem::toString)
        .anyMatch(problem -> problem.contains("the document has more than 20000 values"));
    assertThat(load(text).set()).isEmpty();
  }

  @Test
  void aReferenceToItselfEnds() {
    String text =
        POLICY.formatted("a").replace("sample: {}", "sample: {nested: &n [{name: a, deeper: *n}]}");
    assertThat(load(text).set()).isEmpty();
    assertThat(load(text).problems())
        .extracting(Problem::toString)
        .hasSize(2)
        .allMatch(
            problem -> problem.endsWith(": is nested too deep. Fix: nest at most 24 values."));
  }

  @Test
  void depthIsBounded() {
    String deep = "[".repeat(5000) + "]".repeat(5000);
    assertThat(load("a: " + deep).problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("Nesting Depth exceeded max 24");
  }

  @Test
  void everyCharacterCountsAsTextAndNothingIsExecuted() {
    Loaded loaded =
        load(POLICY.formatted("a").replace("{}", "!!javax.script.ScriptEngineManager {text: x}"));
    assertThat(loaded.set()).isEmpty();
    assertThat(loaded.problems())
        .extracting(Problem::message)
        .containsExactly("has the tag tag:yaml.org,2002:javax.script.ScriptEngineManager.");
  }

  @Test
  void aFileThatIsNoTextAtAllIsAProblem() {
    String junk = new String(new byte[] {0, 1, 2, 3}, StandardCharsets.US_ASCII);
    assertThat(load(junk).problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .startsWith("p.yaml: is not readable YAML: special characters are not allowed");
  }
}
