package dev.tidegate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** {@code tidegate check -f}: what people see, and what their scripts see. */
class CheckCommandTest {
  private static final String GOLDEN = "src/test/resources/cli/golden/";

  @TestFactory
  Stream<DynamicTest> tablesAreAsRecorded() {
    return Map.of(
            "shop", new String[] {"check", "-f", "shop", "--policy", "enforce"},
            "bad", new String[] {"check", "-f", "bad.yaml", "--policy", "enforce"},
            "warn", new String[] {"check", "-f", "root.yaml", "--policy", "warn"},
            "audit", new String[] {"check", "-f", "root.yaml", "--policy", "audit"},
            "undecided", new String[] {"check", "-f", "root.yaml", "--policy", "scoped"},
            "calico", new String[] {"check", "-f", "calico.yaml", "--policy", "enforce"})
        .entrySet()
        .stream()
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.getKey(),
                () ->
                    Golden.assertSame(
                        GOLDEN + entry.getKey() + ".txt",
                        CliRun.of(entry.getValue()).out(),
                        CheckCommandTest.class)));
  }

  @Test
  void jsonIsAsRecordedAndTheTableIsShownBesideIt() {
    CliRun run =
        CliRun.of("check", "-f", "bad.yaml", "-f", "shop", "--policy", "enforce", "-o", "json");

    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.err()).contains("5 objects: ");
    Golden.assertSame(GOLDEN + "report.json", run.out(), CheckCommandTest.class);
  }

  @Test
  void setThatBringsItsNetworkPolicyAndNamespacePasses() {
    CliRun run = CliRun.of("check", "-f", "shop", "--policy", "enforce");

    assertThat(run.status()).isEqualTo(ExitStatus.PASS);
    assertThat(run.out()).contains("permitted by exemption").endsWith("1 passes\n");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void sameWorkloadWithoutItsNetworkPolicyFailsInSpiteOfGrace() {
    CliRun run = CliRun.of("check", "-f", "shop/02-web.yaml", "--policy", "enforce");

    assertThat(run.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(run.out()).contains("networkPolicy").doesNotContain("nonRoot");
  }

  @Test
  void controllerWhosePodsWouldBeRefusedFails() {
    assertThat(CliRun.of("check", "-f", "bad.yaml", "--policy", "enforce").status())
        .isEqualTo(ExitStatus.REFUSED);
    CliRun admission =
        CliRun.of(
            "check", "-f", "shop/02-web.yaml", "--policy", "enforce", "--controllers", "admission");
    assertThat(admission.status()).isEqualTo(ExitStatus.PASS);
    assertThat(admission.out()).contains("warn    Deployment shop/web");
  }

  @Test
  void warningsFailOnlyIfAskedTo() {
    assertThat(CliRun.of("check", "-f", "root.yaml", "--policy", "warn").status())
        .isEqualTo(ExitStatus.PASS);
    assertThat(CliRun.of("check", "-f", "root.yaml", "--policy", "warn", "--warn-as-fail").status())
        .isEqualTo(ExitStatus.REFUSED);
    assertThat(
            CliRun.of("check", "-f", "root.yaml", "--policy", "audit", "--warn-as-fail").status())
        .isEqualTo(ExitStatus.PASS);
  }

  @Test
  void unknownNamespaceLabelsAreUndecidedAndCanBeGiven() {
    CliRun unknown = CliRun.of("check", "-f", "root.yaml", "--policy", "scoped");
    assertThat(unknown.status()).isEqualTo(ExitStatus.UNDECIDED);
    assertThat(unknown.out()).contains("undecided", "--namespace-label");

    CliRun production = labelled("shop:env=production");
    assertThat(production.status()).isEqualTo(ExitStatus.REFUSED);
    CliRun other = labelled("shop:env=test");
    assertThat(other.status()).isEqualTo(ExitStatus.PASS);
    assertThat(other.out()).contains("no policy applies to it");
    CliRun byManifest =
        CliRun.of("check", "-f", "root.yaml", "-f", "shop/01-namespace.yaml", "--policy", "scoped");
    assertThat(byManifest.status()).isEqualTo(ExitStatus.REFUSED);
  }

  private static CliRun labelled(String label) {
    return CliRun.of("check", "-f", "root.yaml", "--policy", "scoped", "--namespace-label", label);
  }

  @Test
  void standardInputAndNamespaceOption() {
    String pod =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: web}
        spec: {containers: [{name: web, image: a}]}
        """;
    CliRun run = CliRun.reading(pod, "check", "-f", "-", "--policy", "warn", "-n", "shop");

    assertThat(run.out()).contains("Pod shop/web", "-:1");
    assertThat(CliRun.reading(pod, "check", "-f", "-", "--policy", "warn").out())
        .contains("Pod default/web");
  }

  @Test
  void brokenPoliciesAndEndedExemptionsStopTheCommand() {
    CliRun broken = CliRun.of("check", "-f", "root.yaml", "--policy", "broken");
    assertThat(broken.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(broken.err())
        .contains("policies.yaml:5: spec.mode", "considerImageUsers", "limits.memory");
    assertThat(broken.out()).isEmpty();

    CliRun expired = CliRun.of("check", "-f", "root.yaml", "--policy", "expired");
    assertThat(expired.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(expired.err()).contains("spec.until", "ended");
  }

  @Test
  void brokenManifestsAreToldTogether() {
    CliRun run = CliRun.of("check", "-f", "malformed.yaml", "--policy", "warn");

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err())
        .contains(
            "malformed.yaml:1: Pod web: spec.containers", "malformed.yaml:10: is not valid YAML");
  }

  @Test
  void nothingToJudgeIsAnErrorUnlessAllowed() {
    CliRun run = CliRun.of("check", "-f", "configmap.yaml", "--policy", "warn");
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains("there is nothing to judge", "--allow-empty");

    CliRun allowed =
        CliRun.of("check", "-f", "configmap.yaml", "--policy", "warn", "--allow-empty");
    assertThat(allowed.status()).isEqualTo(ExitStatus.PASS);
    assertThat(allowed.out()).isEqualTo("0 objects\n");
  }

  @Test
  void unusableCommandLinesSayWhatToDo() {
    assertUnusable("nothing to look at", "check", "--policy", "warn");
    assertUnusable("--policy", "check", "-f", "root.yaml");
    assertUnusable("exclude each other", "check", "--cluster", "-f", "x", "--policy", "warn");
    assertUnusable("no such file", "check", "-f", "missing.yaml", "--policy", "warn");
    assertUnusable("cannot read", "check", "-f", "root.yaml", "--policy", "missing");
    assertUnusable("xml", "check", "-f", "root.yaml", "--policy", "warn", "-o", "xml");
    assertUnusable("names no file", "check", "-f", "root.yaml", "--policy", "warn", "-o", "json=");
    assertUnusable(
        "NAMESPACE:KEY=VALUE",
        "check",
        "-f",
        "root.yaml",
        "--policy",
        "warn",
        "--namespace-label",
        "env=x");
    assertUnusable(
        "--controllers", "check", "-f", "root.yaml", "--policy", "warn", "--controllers", "x");
    assertUnusable(
        "with --cluster only", "check", "-f", "root.yaml", "--policy", "warn", "--context", "x");
    assertUnusable(
        "kubeconfig", "check", "--cluster", "--policy", "warn", "--kubeconfig", "missing");
  }

  private static void assertUnusable(String said, String... args) {
    CliRun run = CliRun.of(args);
    assertThat(run.status()).as("%s", run).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains(said).doesNotContain("Exception");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void filesOverBoundsAndOtherThanTextAreRefused(@TempDir Path directory) throws IOException {
    Path large = directory.resolve("large.yaml");
    Files.writeString(large, "#".repeat(10 * 1024 * 1024 + 1));
    assertUnusable("longer than 10 MiB", "check", "-f", large.toString(), "--policy", "warn");
    Path binary = directory.resolve("binary.yaml");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertUnusable("UTF-8", "check", "-f", binary.toString(), "--policy", "warn");
    Path deep = directory.resolve("d/".repeat(40));
    Files.createDirectories(deep);
    assertUnusable("nested deeper", "check", "-f", directory + "/d", "--policy", "warn");
  }

  @Test
  void reportsAreWrittenBesideTheTable(@TempDir Path directory) throws IOException {
    Path json = directory.resolve("report.json");
    Path table = directory.resolve("report.txt");
    CliRun run =
        CliRun.of(
            "check",
            "-f",
            "root.yaml",
            "--policy",
            "warn",
            "-o",
            "json=" + json,
            "-o",
            "table=" + table);

    assertThat(run.out()).contains("Pod shop/root");
    assertThat(json).content().contains("\"schema\" : \"tidegate.dev/check/v1\"");
    assertThat(table).content().contains("Pod shop/root");
    assertUnusable2(directory.resolve("missing/report.json"));
  }

  private static void assertUnusable2(Path file) {
    CliRun run = CliRun.of("check", "-f", "root.yaml", "--policy", "warn", "-o", "json=" + file);
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains("tried to write", "no such file or directory");
  }

  @Test
  void colourOnlyOnTerminalsThatWantIt() {
    String[] args = {"check", "-f", "root.yaml", "--policy", "warn"};
    String escape = "\u001b[";

    assertThat(CliRun.with("", Map.of(), true, args).out()).contains(escape);
    assertThat(CliRun.with("", Map.of(), false, args).out()).doesNotContain(escape);
    assertThat(CliRun.with("", Map.of("NO_COLOR", "1"), true, args).out()).doesNotContain(escape);
    assertThat(CliRun.with("", Map.of("TERM", "dumb"), true, args).out()).doesNotContain(escape);
  }

  @Test
  void tableKeepsToTheTerminalsWidth() {
    String[] args = {"check", "-f", "bad.yaml", "--policy", "enforce"};
    for (int width : new int[] {72, 80, 100, 200}) {
      CliRun run = CliRun.with("", Map.of("COLUMNS", "" + width), false, args);
      assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(width + 1));
    }
  }
}
