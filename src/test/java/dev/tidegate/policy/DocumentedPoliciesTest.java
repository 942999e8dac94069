package dev.tidegate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidegate.check.Checks;
import dev.tidegate.evidence.TrustRoot;
import dev.tidegate.testkit.FakeSignatures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the pages about policies and signatures show can be written like that. */
final class DocumentedPoliciesTest {
  private static final Path DOCS = Path.of(System.getProperty("tidegate.basedir", "."), "docs");
  private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern FILE = Pattern.compile("file: ([a-z0-9_-]+\\.(?:pub|json))");
  private static final List<String> KEYS = List.of("release.pub", "qa.pub", "security.pub");

  @TestFactory
  Stream<DynamicTest> everyExampleIsAPolicy() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (String page : List.of("policy.md", "signatures.md")) {
      Matcher block = BLOCK.matcher(Files.readString(DOCS.resolve(page)));
      int count = 0;
      while (block.find()) {
        count++;
        String text = block.group(1);
        if (!text.contains("…")) { // what leaves something out is no whole example
          tests.add(DynamicTest.dynamicTest(page + ", example " + count, () -> loads(text)));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(10);
    return tests.stream();
  }

  private static void loads(String text) {
    String document = document(text);
    Loaded loaded =
        new PolicyLoader(
                Checks.all(), InstantSource.fixed(Judging.NOW), Duration.ofDays(90), TrustRoot::new)
            .load(files(document));
    assertThat(loaded.problems()).as(document).isEmpty();
    assertThat(loaded.set()).isPresent();
  }

  /** A whole document, a block of checks, or the signers of a rule. */
  private static String document(String text) {
    if (text.startsWith("apiVersion:")) {
      return text;
    }
    String checks =
        text.startsWith("signers:")
            ? "imageSignature:\n  rules:\n    - images: [registry.example.com]\n" + text.indent(6)
            : text.stripIndent();
    return "apiVersion: tidegate.dev/v1alpha1\nkind: GatePolicy\nmetadata: {name: shown}\n"
        + "spec:\n  mode: enforce\n  checks:\n"
        + checks.indent(4);
  }

  /** The document, with a key or trusted root for every file that it names. */
  private static List<PolicyFile> files(String document) {
    List<PolicyFile> files = new ArrayList<>(List.of(new PolicyFile("shown.yaml", document)));
    if (document.contains("kind: Exemption")) {
      files.add(
          new PolicyFile("base.yaml", Judging.policy("mode: enforce, checks: {nonRoot: {}}")));
    }
    Set<String> names = new LinkedHashSet<>();
    Matcher file = FILE.matcher(document);
    while (file.find()) {
      names.add(file.group(1));
    }
    int keys = 0;
    for (String name : names) {
      files.add(
          new PolicyFile(
              name, name.endsWith(".pub") ? FakeSignatures.text(KEYS.get(keys++)) : Judging.ROOT));
    }
    return files;
  }
}
